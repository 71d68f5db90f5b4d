"""The command that does the same from a script, quoted for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from evwatch.model.context import Context
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.present.looks import Guard

_LIFTS: dict[Guard, str] = {"source": "--source-queue-too", "moves-on": "--may-move-on"}
Choice = Sequence[str]
"""The options that choose messages: `--group G`, or `--id ID` for each; none for the whole queue."""


def choice_of(group: str, ids: Sequence[str] | None) -> tuple[str, ...]:
    """A group where that says it all, else each message; None: the whole queue."""
    if ids is None:
        return ()
    return ("--group", group) if group else tuple(word for each in ids for word in ("--id", each))


def redrive_command(
    plan: Plan,
    context: Context | None,
    choice: Choice,
    guards: Collection[Guard] = (),
    usual: RedriveRequest | None = None,
) -> str:
    """`evwatch dlq redrive` with all that was asked for, beyond what is `usual` by the settings."""
    how = _how(plan.request, usual or RedriveRequest())
    return _line("redrive", plan.queue.name, *choice, *_flags(guards), *how, *_where(context))


def delete_command(queue: str, context: Context | None, choice: Choice, guards: Collection[Guard] = ()) -> str:
    """`evwatch dlq delete`, past the guards that stand in its way."""
    return _line("delete", queue, *(choice or ("--all",)), *_flags(guards), *_where(context))


def _flags(guards: Collection[Guard]) -> list[str]:
    """FIFO is no guard of what acts: a plan, or a name that is typed, says what it means there."""
    return [_LIFTS[guard] for guard in guards if guard in _LIFTS]


def run_command(verb: str, run: str, context: Context | None, *more: str) -> str:
    """`evwatch dlq resume ID` and its kin."""
    return _line(verb, run, *more, *_where(context))


def _how(request: RedriveRequest, usual: RedriveRequest) -> list[str]:
    found: list[str] = []
    if request.to:
        found += ["--to", request.to.arn]
    for flag, value, before, none in (
        ("--rate", request.rate, usual.rate, "0"),
        ("--canary", request.canary, usual.canary, "0"),
        ("--stop-on-bounce", request.stop_on_bounce, usual.stop_on_bounce, "100"),
        ("--watch", request.watch_seconds, usual.watch_seconds, "auto"),
    ):
        if value != before:
            found += [flag, none if value is None else f"{value:g}"]
    if request.engine != usual.engine:
        found += ["--engine", request.engine]
    if request.reason:
        found += ["--reason", request.reason]
    return found


def _where(context: Context | None) -> list[str]:
    """How the command line gets to the same place: by the name of the settings, or by profile and region."""
    if context is None:
        return []
    write = ["--write"] if context.production and not context.read_only else []
    if not context.demo and context.name != f"{context.profile or 'default'}/{context.region}":
        return ["--context", context.name, *write]
    found = ["--profile", context.profile] if context.profile else []
    found += ["--region", context.region]
    return [*found, *(["--endpoint-url", context.endpoint_url] if context.endpoint_url else []), *write]


def _line(*words: str) -> str:
    return shlex.join(("evwatch", "dlq", *words))
