"""The command that does the same is one that a shell and the command line take."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from click.testing import CliRunner

from evwatch.cli.commands import root
from evwatch.model.context import Context
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.present.command_line import choice_of, delete_command, redrive_command, run_command

_QUEUE = Queue("arn:aws:sqs:eu-west-1:1:it's a-dlq", "http://x/1/it's a-dlq", "it's a-dlq", "1", "eu-west-1", False)
PLAN = Plan(_QUEUE, "p/eu-west-1", "journal", "", True, 1, 1, (), None, 1, 1.0, 0.0, 0.0)
_CONTEXT = Context("p/eu-west-1", "eu-west-1", profile="p")
_ALL = RedriveRequest(
    to=_QUEUE,
    rate=2.5,
    canary=3,
    stop_on_bounce=10.0,
    watch_seconds=0.0,
    engine="journal",
    reason='because of $HOME; "rm"',
)


def test_everything_that_was_asked_for_is_in_it() -> None:
    words = shlex.split(redrive_command(replace(PLAN, request=_ALL), _CONTEXT, ("--group", "g1"), ("moves-on", "fifo")))
    assert words[:4] == ["evwatch", "dlq", "redrive", "it's a-dlq"]
    assert words[4:7] == ["--group", "g1", "--may-move-on"]
    assert words[7:] == [
        *("--to", _QUEUE.arn, "--rate", "2.5", "--canary", "3", "--stop-on-bounce", "10", "--watch", "0"),
        *("--engine", "journal", "--reason", 'because of $HOME; "rm"', "--profile", "p", "--region", "eu-west-1"),
    ]


def test_what_the_settings_say_anyway_is_left_out_and_a_context_of_the_settings_is_named() -> None:
    plan = replace(PLAN, request=replace(_ALL, to=None, canary=0))
    words = shlex.split(redrive_command(plan, replace(_CONTEXT, name="prod"), (), usual=_ALL))
    assert words[4:] == ["--canary", "0", "--reason", _ALL.reason, "--context", "prod"]


def test_what_was_taken_back_of_the_settings_is_said() -> None:
    plan = replace(PLAN, request=RedriveRequest(engine="journal"))
    words = shlex.split(redrive_command(plan, None, (), usual=_ALL))
    assert words[4:] == ["--rate", "0", "--canary", "0", "--stop-on-bounce", "100", "--watch", "auto"]


@pytest.mark.parametrize(
    "command",
    [
        redrive_command(replace(PLAN, request=_ALL), _CONTEXT, choice_of("", ["a", "b"])),
        delete_command("q", _CONTEXT, choice_of("", None), ("source", "moves-on", "fifo")),
        delete_command("q", _CONTEXT, choice_of("g", ["a"])),
        run_command("resume", "20260101-000000-abc", _CONTEXT, "--send-undecided"),
        run_command("undo", "20260101-000000-abc", _CONTEXT),
    ],
)
def test_the_command_line_knows_every_option(command: str) -> None:
    words = shlex.split(command)
    result = CliRunner().invoke(root(), [*words[1:], "--help"])
    assert result.exit_code == 0, result.output
