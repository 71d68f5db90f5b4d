"""The guards on looks, as the dashboard lifts them: it asks, with the reason, where a command wants a flag."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from evwatch.model.fault import Fault
from evwatch.model.look import LookRequest
from evwatch.model.queue import Queue
from evwatch.model.snapshot import ContextSnapshot
from evwatch.present.looks import Guard

_FLAGS: dict[str, Guard] = {"--source-queue-too": "source", "--may-move-on": "moves-on", "--fifo": "fifo"}


def why_off(context: ContextSnapshot | None, *, read_only: bool) -> str:
    """Why nothing may be done in a context, in a word or two; empty where it may. `aws/` refuses underneath."""
    if read_only:
        return "--read-only"
    if context is None or not context.context.read_only:
        return ""
    return "production, which wants --write" if context.context.production else "read-only context"


def known_guards(queue: Queue | None, *, is_no_dlq: bool) -> tuple[Guard, ...]:
    """What must be asked about, as far as it is known before AWS is asked."""
    found: list[Guard] = []
    if is_no_dlq:
        found.append("source")
    if queue and queue.dlq_arn:
        found.append("moves-on")
    if queue and queue.fifo:
        found.append("fifo")
    return tuple(found)


def refused_by(fault: Fault) -> Guard | None:
    """The guard that refused a look; None where something else did. The flag that lifts it stands in its hint."""
    if fault.code != "refused":
        return None
    return next((guard for flag, guard in _FLAGS.items() if flag in fault.hint), None)


def lifted(request: LookRequest, guards: Collection[Guard]) -> LookRequest:
    """The request with these guards lifted."""
    return replace(
        request,
        source_queue_too=request.source_queue_too or "source" in guards,
        may_move_on=request.may_move_on or "moves-on" in guards,
        fifo=request.fifo or "fifo" in guards,
    )
