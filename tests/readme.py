"""The tables of the README that come from the code; `python -m tests.readme` writes them anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from evwatch.aws.catalogue import CALLS
from evwatch.aws.service import TIERS
from evwatch.cli.appearance import bindings
from evwatch.cli.commands import root
from evwatch.cli.examples import EXAMPLES
from evwatch.cli.framework import Command, Group, everywhere
from evwatch.config.template import settings_table
from evwatch.model.findings.catalogue import CHECKS
from evwatch.present.left_out import LEFT_OUT
from evwatch.redrive.planning.cautions import CODES

README = Path(__file__).parent.parent / "README.md"
_FIRST = ["EvwatchApp", "OverviewScreen"]
_CALLED = {
    "EvwatchApp": "everywhere",
    "FilterPrompt": "filter",
    "Listing": "lists",
    "Reading": "texts",
    "LookAsk": "before a look",
}
_NAMES = {
    "escape": "esc",
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "exclamation_mark": "!",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
_EVERYWHERE = frozenset(each.opts[0] for each in everywhere())


def keys() -> str:
    """Every binding that has an id, those of the app and of the overview first."""
    rows: dict[str, str] = {}
    for owner, binding in sorted(bindings(), key=_place):
        if binding.id and binding.id not in rows:
            name = re.sub(r"Screen$", "", owner.__name__)
            where = _CALLED.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
            shown = " ".join(f"`{_NAMES.get(key.strip(), key.strip())}`" for key in binding.key.split(","))
            what = binding.description + (f": {_lowered(binding.tooltip)}" if binding.tooltip else "")
            rows[binding.id] = f"| {shown} | {what} | {where} | `{binding.id}` |"
    return "\n".join(["| key | what it does | where | id |", "| --- | --- | --- | --- |", *rows.values()])


def _place(pair: tuple[type[Any], object]) -> tuple[int, str]:
    """Where an owner's keys stand, whatever was imported first."""
    name = pair[0].__name__
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def every_command() -> Iterator[tuple[str, click.Context]]:
    """Every command with its full name and a context of it; groups come before what is in them."""
    top = click.Context(root(), info_name="evwatch")
    yield "evwatch", top
    yield from _below("evwatch", root(), top)


def _below(name: str, group: Group, context: click.Context) -> Iterator[tuple[str, click.Context]]:
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command
        below = click.Context(command, info_name=word, parent=context)
        yield f"{name} {word}", below
        if isinstance(command, Group):
            yield from _below(f"{name} {word}", command, below)


def commands() -> str:
    """Usage, options and examples of every command; what all of them take comes once."""
    parts = [_options("Every command takes these, before or after its name.", everywhere(), click.Context(root()))]
    shown = ((name, each) for name, each in every_command() if name == "evwatch" or not isinstance(each.command, Group))
    parts += [_command(name, each) for name, each in shown]
    return "\n\n".join(parts)


def _command(name: str, context: click.Context) -> str:
    command = context.command
    assert isinstance(command, Command | Group)
    pieces = [] if isinstance(command, Group) else command.collect_usage_pieces(context)
    arguments = [word for word in pieces if not word.startswith("[OPTIONS")]
    about = "\n\n".join(" ".join(each.split()) for each in inspect.cleandoc(command.help or "").split("\n\n"))
    own = command.get_params(context)
    lines = [f"### `{' '.join([name, *arguments])}`", "", about]
    if shown := [each for each in own if each.opts[0] not in _EVERYWHERE and "--help" not in each.opts]:
        lines += ["", _options("", shown, context)]
    if found := EXAMPLES.get(name):
        lines += ["", "```sh", *(f"{line}  # {what}" for what, line in found), "```"]
    return "\n".join(lines)


def _options(about: str, options: Sequence[click.Parameter], context: click.Context) -> str:
    records = [found for each in options if (found := each.get_help_record(context))]
    rows = [f"| `{name}` | {meaning} |".replace("[auto|", "[auto\\|") for name, meaning in map(_escaped, records)]
    heading = "option" if all(isinstance(each, click.Option) for each in options) else "argument, option"
    return "\n".join([*([about, ""] if about else []), f"| {heading} | meaning |", "| --- | --- |", *rows])


def _escaped(record: tuple[str, str]) -> tuple[str, str]:
    name, meaning = (part.replace("|", "\\|") for part in record)
    return name, meaning


def permissions() -> str:
    """What each tier needs beyond those before it, and what for."""
    lines = ["| to | action | what for |", "| --- | --- | --- |"]
    told: set[str] = set()
    for tier in TIERS:
        for call in CALLS:
            if call.tier == tier and call.iam_action not in told:
                told.add(call.iam_action)
                lines.append(f"| {tier} | `{call.iam_action}` | {call.why} |")
    return "\n".join(lines)


def cautions() -> str:
    """The table of what a plan warns of."""
    rows = (f"| `{code}` | {meaning} |" for code, meaning in CODES.items())
    return "\n".join(["| code | means |", "| --- | --- |", *rows])


def left_out() -> str:
    """The table of why a run leaves a message out."""
    rows = (f"| `{code}` | {meaning} |" for code, meaning in LEFT_OUT.items())
    return "\n".join(["| code | means |", "| --- | --- |", *rows])


def findings() -> str:
    """The table of findings."""
    rows = (f"| `{check.rule}` | {check.severity} | {check.title} |" for check in CHECKS)
    return "\n".join(["| id | severity | what |", "| --- | --- | --- |", *rows])


BLOCKS: dict[str, Callable[[], str]] = {
    "keys": keys,
    "commands": commands,
    "cautions": cautions,
    "left out": left_out,
    "findings": findings,
    "settings": settings_table,
    "permissions": permissions,
}


def block(text: str, name: str) -> str:
    """What stands in the README between the marks of this name."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", text, re.DOTALL)
    assert found, f"the README has no place for {name}"
    return found.group(1).strip()


def written(text: str) -> str:
    """The README with each of its tables as the code has it."""
    for name, make in BLOCKS.items():
        head, rest = text.split(f"<!-- {name} -->\n")
        _, tail = rest.split(f"<!-- end of {name} -->")
        text = f"{head}<!-- {name} -->\n{make()}\n<!-- end of {name} -->{tail}"
    return text


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
