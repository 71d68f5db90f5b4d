"""Every command of evwatch, as somebody would give it."""

from __future__ import annotations

from pathlib import Path

import click

from evwatch.cli.commands import root
from tests.emulator.made_up import NAME, arn

_RUN = "20261101T000000-000000"


def every_command(
    folder: Path,
    *,
    queue: str = NAME,
    function: str = "process-order",
    rule: str = arn("events", "rule/orders/new-order"),
    to: str = "orders",
) -> dict[str, list[str]]:
    """By name of the command, its words. Files are in `folder`."""
    return {
        "status": ["status"],
        "queues": ["queues"],
        "alarms": ["alarms"],
        "check": ["check"],
        "flow": ["flow"],
        "dlq list": ["dlq", "list"],
        "dlq show": ["dlq", "show", queue, "--may-move-on", "--fifo"],
        "dlq groups": ["dlq", "groups", queue, "--may-move-on", "--fifo"],
        "dlq export": ["dlq", "export", queue, str(folder / "letters.jsonl"), "--may-move-on", "--fifo"],
        "dlq redrive": ["dlq", "redrive", queue, "--yes", "--watch", "0"],
        "dlq delete": ["dlq", "delete", queue, "--all", "--yes"],
        "dlq undo": ["dlq", "undo", _RUN, "--yes"],
        "dlq import": ["dlq", "import", str(folder / "import.jsonl"), "--to", to, "--yes"],
        "dlq runs": ["dlq", "runs"],
        "dlq run": ["dlq", "run", _RUN],
        "dlq resume": ["dlq", "resume", _RUN, "--yes"],
        "dlq cancel": ["dlq", "cancel", _RUN],
        "logs": ["logs", function],
        "report": ["report", "--read-dlqs", "3"],
        "pause": ["pause", rule, "--yes"],
        "resume": ["resume", rule, "--yes"],
        "iam-policy": ["iam-policy"],
        "config": ["config"],
        "doctor": ["doctor"],
    }


UNTRIED = {"demo"}
"""It brings its own AWS."""


def leaves(group: click.Group | None = None, before: str = "") -> set[str]:
    """The name of every command that does something."""
    group = group or root()
    found: set[str] = set()
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                found |= leaves(command, f"{before}{name} ")
            else:
                found.add(before + name)
    return found
