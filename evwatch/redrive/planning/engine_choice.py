"""Which engine does it, and what none may do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from evwatch.aws.moves import MOST_PER_SECOND
from evwatch.aws.sqs import LIST_MOVE_TASKS
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.flow import dlq_sources
from evwatch.model.plan import RedriveRequest
from evwatch.model.run import Engine
from evwatch.redrive.journal import Memory
from evwatch.redrive.planning.facts import Facts


def choose_engine(facts: Facts, request: RedriveRequest) -> tuple[Engine, str]:
    """The engine, and why, as a sentence. Raises EvwatchError where the one that was asked for cannot do it."""
    against = next(_against_native(facts, request), None)
    match request.engine:
        case "journal":
            return "journal", "as asked"
        case "native" if against:
            fault = Fault("refused", f"SQS's own redrive cannot do this: {against}", "--engine journal can")
            raise EvwatchError(fault)
        case "native":
            return "native", "as asked"
    if against:
        return "journal", against
    return "native", "the whole queue goes back to the queues that it came from, which SQS does by itself"


def _against_native(facts: Facts, request: RedriveRequest) -> Iterator[str]:
    """What speaks against SQS's own redrive."""
    if facts.chosen is not None:
        yield "only some messages are meant, and SQS moves all or none"
    if request.canary:
        yield "a canary needs to know which messages were sent"
    if request.stop_on_bounce is not None or request.watch_seconds:
        yield "to see what comes back one needs to know which messages were sent"
    if request.rate is not None and not (request.rate == int(request.rate) and 1 <= request.rate <= MOST_PER_SECOND):
        yield f"SQS takes a rate of 1 to {MOST_PER_SECOND} whole messages a second"
    sources = dlq_sources(facts.flow, facts.queue.arn)
    others = [source for source in sources if source.kind != "queue"]
    if others:
        kind = others[0].kind.replace("-", " ")
        article = "an" if kind[0] in "aeiou" else "a"
        yield f"{article} {kind} gives up into it, and SQS knows only where a queue's messages came from"
    if not sources:
        yield "no queue is known to use it as its DLQ"
    if not facts.moves.supported:
        yield "the endpoint knows no message move tasks"
    if not facts.moves.seen:
        yield f"it cannot be followed to its end (no permission: {LIST_MOVE_TASKS.iam_action})"
    yield from _against_by(facts.memory)


def _against_by(memory: Memory) -> Iterator[str]:
    """What earlier runs left behind that SQS would send again, or would not know where to send."""
    if memory.undecided:
        yield f"{memory.undecided:,} of them may have been sent by an earlier run, and SQS would send those again"
    if memory.put_back:
        yield f"evwatch put back {memory.put_back:,} of them, and only it knows where they came from"
    if memory.not_deleted:
        yield f"an earlier run has sent {memory.not_deleted:,} of them, which are to be deleted only"
    if memory.open_runs:
        yield f"run {memory.open_runs[0]} was interrupted and is still open"


def refuse_native_since(memory: Memory) -> None:
    """Refuse SQS's own redrive where another run has left something behind since it was planned. Raises EvwatchError.

    Call it holding the queue's lock.
    """
    if against := next(_against_by(memory), None):
        raise EvwatchError(Fault("refused", f"since this was planned something has changed: {against}", "plan again"))


def refuse_fifo_gaps(facts: Facts) -> None:
    """Refuse a choice that leaves out an earlier message of a group: what is sent must be the head of its groups.

    Raises EvwatchError.
    """
    if not facts.queue.fifo or facts.chosen is None or facts.look is None:
        return
    chosen = {letter.id for letter in facts.chosen}
    by_group: dict[str, list[str]] = {}
    for letter in sorted(facts.look.letters, key=lambda each: _sequence(each.message.system.get("SequenceNumber"))):
        by_group.setdefault(letter.message_group_id or "", []).append(letter.id)
    for group, ids in by_group.items():
        runs = [taken for taken, _ in groupby(name in chosen for name in ids)]
        if True in runs and (not runs[0] or runs.count(True) > 1):
            raise EvwatchError(
                Fault(
                    "refused",
                    f"the choice leaves out earlier messages of the group {group!r}, which would change its order",
                    "choose from the head of each group, or redrive the whole queue",
                )
            )


def _sequence(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
