"""One reading for a command, and what is told where some of it, or all of it, could not be had."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from evwatch.cli.exits import note
from evwatch.cli.framework import Chooser, Invocation
from evwatch.cli.mfa import ask_where_needed
from evwatch.config import Settings
from evwatch.model.choice import Choice
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.feed import Feed
from evwatch.model.snapshot import ContextSnapshot, Snapshot

Wanted = Callable[[ContextSnapshot], tuple[Feed[Any], ...]]


def read(invocation: Invocation, wanted: Wanted, figures: Chooser | None = None) -> tuple[Snapshot, Choice]:
    """Read everything once; `wanted` are the feeds that the command is about, `figures` names hops of the flow.

    Raises EvwatchError where none of them could be read in any context.
    """
    settings = invocation.load().settings
    ask_where_needed(settings, invocation.environ)
    snapshot = asyncio.run(_reading(invocation, settings, figures))
    feeds = [feed for context in snapshot.contexts for feed in wanted(context)]
    if feeds and all(feed.value is None for feed in feeds):
        raise EvwatchError(_nothing(snapshot, feeds))
    return snapshot, Choice(settings.filters, settings.tags)


async def _reading(invocation: Invocation, settings: Settings, figures: Chooser | None) -> Snapshot:
    if figures and invocation.read_figures:
        return await invocation.read_figures(settings, figures)
    return await invocation.read(settings)


def tell_faults(snapshot: Snapshot) -> None:
    """What could not be read, a line each, on standard error: for commands whose result has no room for it."""
    several = len(snapshot.contexts) > 1
    for context in snapshot.contexts:
        for fault in context.faults:
            note(f"{context.context.name}: {fault}" if several else str(fault))


def _nothing(snapshot: Snapshot, feeds: list[Feed[Any]]) -> Fault:
    faults = [feed.fault for feed in feeds if feed.fault] or [
        fault for context in snapshot.contexts for fault in context.faults
    ]
    if not faults:
        return Fault("aws", "nothing was read", "try again with --debug")
    others = len({fault.message for fault in faults}) - 1
    more = f" (and {others} more: `evwatch doctor` lists all)" if others else ""
    return Fault(faults[0].code, faults[0].message + more, faults[0].hint, faults[0].source, faults[0].context)
