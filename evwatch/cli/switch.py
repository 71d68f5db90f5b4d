"""`pause` and `resume`: an event source mapping, or a rule."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from evwatch.cli import completing
from evwatch.cli.acting import Acting
from evwatch.cli.confirming import confirm, require_somebody, where
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.outcome import tell_done
from evwatch.cli.output import emit
from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.switch import Switched, consequences

_NAMED = "An event source mapping by its UUID or ARN, or a rule by its ARN."
_YES = click.option("--yes", is_flag=True, help="Do it without asking.")
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why, for the record.")
_WHAT = click.argument("what", metavar="ARN|UUID", shell_complete=completing.switches, help=_NAMED)


@click.command(cls=Command)
@_WHAT
@_REASON
@_YES
@click.pass_obj
def pause(invocation: Invocation, what: str, reason: str, yes: bool) -> int:
    """Pause a consumer, which is an event source mapping, or switch off a rule.

    Messages wait in their queue or stream meanwhile, and their retention goes on counting.
    """
    return _switch(invocation, what, reason, on=False, yes=yes)


@click.command(cls=Command)
@_WHAT
@_REASON
@_YES
@click.pass_obj
def resume(invocation: Invocation, what: str, reason: str, yes: bool) -> int:
    """Let a paused consumer go on where it left off, or switch a rule on."""
    return _switch(invocation, what, reason, on=True, yes=yes)


def _switch(invocation: Invocation, what: str, reason: str, *, on: bool, yes: bool) -> int:
    with Acting(invocation) as acting:
        switcher = acting.session.switcher
        switch = acting.do(switcher.find(what))
        switcher.require_acting(switch, on=on)
        if switch.on == on:
            switched = Switched(switch, switch, changed=False)
        else:
            if not yes:
                require_somebody()
                lines = [where(acting, switch.context), *consequences(switch, on=on)]
                confirm("resume it" if on else "pause it", switch.name, lines)
            switched = acting.do(switcher.switch(switch, on=on, reason=reason))
    document = switch_document(switched)
    record = switched.record
    return tell_done(
        _said(switched),
        f"`evwatch dlq run {record}` has the record of it" if record else "nothing has changed",
        lambda: emit(document, [document], lambda: _lines(switched), invocation.output),
    )


def switch_document(switched: Switched) -> dict[str, Any]:
    """What came of it."""
    before, after = switched.before, switched.after
    parts = parse_arn(after.arn)
    return {
        "kind": "event-source-mapping" if after.kind == "mapping" else "rule",
        "arn": after.arn,
        "id": after.id,
        "name": after.name,
        "account": parts.account if parts else "",
        "region": parts.region if parts else "",
        "context": after.context,
        "source_arn": after.source_arn or None,
        "target_arn": after.target_arn or None,
        "before": before.state,
        "after": after.state,
        "enabled": after.on,
        "settled": after.settled,
        "changed": switched.changed,
        "record": switched.record or None,
    }


def _said(switched: Switched) -> str:
    after = switched.after
    what = f"rule {after.name}" if after.kind == "rule" else f"{after.name} reading {arn_name(after.source_arn)}"
    state = after.state if after.settled else f"{after.state} (AWS is still carrying it out)"
    return f"{what}: {state}" if switched.changed else f"{what}: is {state} already, nothing was done"


def _lines(switched: Switched) -> Iterator[str]:
    from evwatch.present.inert import plain

    said = _said(switched)
    yield plain(said, 400) if sys.stdout.isatty() else said
    if switched.record:
        yield f"recorded as run {switched.record}"
