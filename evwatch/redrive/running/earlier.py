"""An earlier run: where its queue is now, what of it is left to do, and whether it can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from evwatch.aws import sqs
from evwatch.model.arn import parse_arn
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.look import LookRequest
from evwatch.model.queue import Queue
from evwatch.model.report import Report, SkipCode
from evwatch.model.run import SWITCHES, Run
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.journal import Journal, Record

_UNGUARDED = LookRequest(source_queue_too=True, may_move_on=True, fifo=True)
"""Of a run that was begun the guards were asked before."""
_PASSING: frozenset[SkipCode] = frozenset(
    {"cancelled", "group-stopped", "hidden", "lease-ran-out", "run-ended", "target-refuses"}
)
"""Why messages were left out that may go another time."""


async def place_of_run(run: Run, watches: Sequence[ContextWatch]) -> tuple[ContextWatch, Queue]:
    """The context in which a run's queue is, and the queue as it is now. Raises EvwatchError."""
    parts = parse_arn(run.queue_arn)
    near = [watch for watch in watches if parts and watch.state.context.region == parts.region]
    for watch in sorted(near, key=lambda each: each.state.context.name != run.context):
        found = await watch.find(run.queue_name)
        if found is None:
            continue
        await watch.know()
        queue, _ = await sqs.read_queue(watch.eye.caller, found, watch.eye.clock.now())
        if queue.arn == run.queue_arn:
            await watch.looker.about(queue, _UNGUARDED)  # where its messages go is in the flow
            return watch, queue
    hint = f"it was begun in {run.context}: use the same --profile, --region and --endpoint-url"
    raise EvwatchError(Fault("not-found", f"{run.queue_arn} is in none of the contexts", hint))


def unfinished(report: Report, *, send_undecided: bool) -> frozenset[str] | None:
    """Of a run that came to its end, the messages that it left behind; None where it is to go on as it was begun.

    What has arrived in the queue since then was never meant.
    """
    if report.status != "completed":
        return None
    left = {each.id for each in report.failed} | set(report.not_deleted)
    left |= {each.id for each in report.skipped if each.code in _PASSING}
    left |= set(report.undecided) if send_undecided else set()
    if left and report.queue_arn.endswith(".fifo"):
        return None  # behind the one that failed its group has waited, and may not have been met at all
    return frozenset(left)


def require_resumable(run: Run) -> None:
    """Raises EvwatchError where there is nothing to take up."""
    if run.kind in SWITCHES:
        hint = f"evwatch {run.kind} {run.queue_arn}"
        raise EvwatchError(Fault("refused", f"run {run.id} moved no messages: it is a {run.kind}", hint))


async def require_undoable(record: Record, journal: Journal) -> None:
    """Raises EvwatchError unless a run has deleted messages, is over, and was not undone before."""
    report, run_id = record.report, record.run.id
    if record.run.kind != "delete":
        hint = "a message that was sent may have been consumed; only what was deleted can be put back"
        raise EvwatchError(Fault("refused", f"run {run_id} is no delete", hint))
    if report.status in ("running", "interrupted"):
        hint = f"evwatch dlq resume {run_id} or evwatch dlq cancel {run_id}"
        raise EvwatchError(Fault("refused", f"run {run_id} has not come to its end", hint))
    for undo_id, status in await journal.undone_by(run_id):
        hint = f"evwatch dlq run {undo_id}" if status == "completed" else f"evwatch dlq resume {undo_id}"
        raise EvwatchError(Fault("refused", f"run {run_id} was undone by {undo_id} ({status})", hint))
