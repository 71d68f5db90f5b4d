"""Puts messages into a queue that are in none: what a run deleted, or what a file holds. Each of them once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from evwatch.aws.errors import AwsError
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import Fault
from evwatch.model.report import SkipCode
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.hand import batches
from evwatch.redrive.engine.tools import Job
from evwatch.redrive.journal import Claim
from evwatch.redrive.running.items import Item
from evwatch.redrive.running.telling import Teller
from evwatch.redrive.running.turn import Turn
from evwatch.redrive.targets import Parcel, Router
from evwatch.redrive.targets.queue import QueueTarget, whole

_CHUNK = 50


class Putting:
    """One turn of an undo or import. Use it once."""

    def __init__(self, turn: Turn, expected: int | None) -> None:
        """`expected` is how many messages there are, where that is known."""
        self._turn = turn
        self._queue = turn.queue
        self._caller = turn.watch.eye.caller
        self._clock = turn.watch.eye.clock
        self._teller = Teller(turn)
        self._teller.expected = expected
        self._stopped: set[str | None] = set()
        """Message groups of FIFO of which one was not put: those behind it wait for it."""

    async def put(self, items: AsyncIterator[Item], *, send_undecided: bool = False) -> None:
        """Send them in their order, and write down how it ended. Raises EvwatchError for the journal's faults."""
        turn = self._turn
        job = Job(turn.run.id, turn.incarnation, self._queue, lease_seconds=60, send_undecided=send_undecided)
        crew = Crew.of(turn.tools, job, Router(self._caller, self._clock, self._queue))
        fault: Fault | None = None
        try:
            async for chunk in _chunks(items, 1 if self._queue.fifo else _CHUNK):
                if turn.control.stop or await turn.journal.cancel_asked(turn.run.id):
                    turn.control.end("cancel")
                    break
                await self._send(crew, chunk)
                self._teller.say("moving", crew.shift.tally)
            fault = crew.shift.halt.fault
        except AwsError as error:
            fault = error.fault
        finally:
            await crew.health.aclose()
            await turn.journal.settle_the_dead(self._queue.arn)
        status = "stopped" if fault else turn.untroubled_end
        await turn.journal.end(turn.run.id, status, remaining=await turn.remaining(), fault=fault)
        self._teller.say("done", crew.shift.tally)

    async def _send(self, crew: Crew, items: Sequence[Item]) -> None:
        journal, target = self._turn.journal, QueueTarget(self._caller, self._queue)
        job, tally = crew.shift.job, crew.shift.tally
        parcels = [
            Parcel(_letter(item), target, whole(item.message, item.key, fifo=self._queue.fifo)) for item in items
        ]
        for batch in batches(parcels):
            claims = [
                Claim(parcel.letter.message, target.arn, "", target.repeatable, refuse=self._refusal(parcel))
                for parcel in batch
            ]
            answers = await journal.claim(
                job.run, job.incarnation, self._queue.arn, claims, send_undecided=job.send_undecided
            )
            now = self._clock.monotonic()
            going = [(each, answer) for each, answer in zip(batch, answers, strict=True) if answer.answer == "send"]
            states: list[str] = []
            if going:
                until = {parcel.letter.id: now + answer.repeat_seconds for parcel, answer in going}
                settled = await crew.sender.deliver(None, [parcel for parcel, _ in going], until)
                states = await journal.settle(job.run, settled)
            for state in states:
                tally.sent += state == "sent"
                tally.failed += state == "failed"
                tally.undecided += state == "undecided"
            put = states.count("sent") + sum(answer.answer == "delete" for answer in answers)
            if self._queue.fifo and put < len(batch):  # there one goes at a time
                self._stopped.add(batch[0].outgoing.group_id)

    def _refusal(self, parcel: Parcel) -> SkipCode | Literal[""]:
        most = self._queue.maximum_message_bytes
        if most is not None and parcel.outgoing.size > most:
            return "too-large"
        if self._queue.fifo and not parcel.outgoing.group_id:
            return "no-group"
        return "group-stopped" if parcel.outgoing.group_id in self._stopped else ""


def _letter(item: Item) -> DeadLetter:
    """What the engine moves; the message's id is the name by which this putting is remembered."""
    message = replace(item.message, id=item.key)
    return DeadLetter(message, "unknown", "", datetime.now(UTC), 0, None)


async def _chunks(items: AsyncIterator[Item], size: int) -> AsyncIterator[list[Item]]:
    chunk: list[Item] = []
    async for item in items:
        chunk.append(item)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
