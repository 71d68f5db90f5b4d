"""Puts messages into a queue that are in none: what a run deleted, or what a file holds. Each of them once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.model.deadletter import DeadLetter, Message
from evwatch.model.fault import Fault
from evwatch.model.queue import Queue
from evwatch.model.run import Phase, Progress, Run, RunStatus
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.control import Control
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.hand import batches
from evwatch.redrive.engine.tools import Job, Tools
from evwatch.redrive.journal import Claim, Journal
from evwatch.redrive.speed import Speed
from evwatch.redrive.targets import Parcel, Router
from evwatch.redrive.targets.queue import QueueTarget, whole

_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One message to put, under the name by which it is remembered that it was."""

    key: str
    message: Message


class Putting:
    """Use it once, holding the queue's lock."""

    def __init__(
        self,
        watch: ContextWatch,
        journal: Journal,
        run: Run,
        queue: Queue,
        control: Control,
        tell: Callable[[Progress], None],
        expected: int | None,
    ) -> None:
        self._watch = watch
        self._journal = journal
        self._run = run
        self._queue = queue
        self._control = control
        self._tell = tell
        self._expected = expected
        self._speed = Speed(watch.eye.clock.monotonic)

    async def put(self, incarnation: int, items: AsyncIterator[Item], *, send_undecided: bool = False) -> None:
        """Send them in their order, and write down how it ended. Raises EvwatchError for the journal's faults."""
        eye = self._watch.eye
        tools = Tools(eye.caller, eye.clock, eye.random, self._journal, self._control)
        job = Job(self._run.id, incarnation, self._queue, lease_seconds=60, send_undecided=send_undecided)
        crew = Crew.of(tools, job, Router(eye.caller, eye.clock, self._queue))
        fault: Fault | None = None
        try:
            async for chunk in _chunks(items, 1 if self._queue.fifo else _CHUNK):
                if self._control.stop or await self._journal.cancel_asked(self._run.id):
                    self._control.end("cancel")
                    break
                await self._send(crew, chunk)
                self._say("moving", crew)
            fault = crew.halt.fault
        except AwsError as error:
            fault = error.fault
        finally:
            await crew.health.aclose()
            await self._journal.settle_the_dead(self._queue.arn)
        await self._journal.end(self._run.id, self._status(fault), remaining=await self._held(), fault=fault)
        self._say("done", crew)

    async def _send(self, crew: Crew, items: Sequence[Item]) -> None:
        target = QueueTarget(self._watch.eye.caller, self._queue)
        parcels = [
            Parcel(_letter(item), target, whole(item.message, item.key, fifo=self._queue.fifo)) for item in items
        ]
        for batch in batches(parcels):
            claims = [
                Claim(parcel.letter.message, target.arn, "", target.repeatable, refuse=self._refusal(parcel))
                for parcel in batch
            ]
            job = crew.job
            answers = await self._journal.claim(
                job.run, job.incarnation, self._queue.arn, claims, send_undecided=job.send_undecided
            )
            now = self._watch.eye.clock.monotonic()
            going = [(each, answer) for each, answer in zip(batch, answers, strict=True) if answer.answer == "send"]
            if not going:
                continue
            until = {parcel.letter.id: now + answer.repeat_seconds for parcel, answer in going}
            settled = await crew.sender.deliver(None, [parcel for parcel, _ in going], until)
            for state in await self._journal.settle(job.run, settled):
                crew.tally.sent += state == "sent"
                crew.tally.failed += state == "failed"
                crew.tally.undecided += state == "undecided"

    def _refusal(self, parcel: Parcel) -> str:
        most = self._queue.maximum_message_bytes
        if most is not None and parcel.outgoing.size > most:
            return "too-large"
        return "no-group" if self._queue.fifo and not parcel.outgoing.group_id else ""

    def _status(self, fault: Fault | None) -> RunStatus:
        if fault:
            return "stopped"
        match self._control.stop:
            case "cancel":
                return "cancelled"
            case "interrupt":
                return "interrupted"
        return "completed"

    async def _held(self) -> int | None:
        try:
            _, depth = await sqs.read_queue(self._watch.eye.caller, self._queue, self._watch.eye.clock.now())
        except AwsError:
            return None
        return depth.visible + depth.in_flight + depth.delayed

    def _say(self, phase: Phase, crew: Crew) -> None:
        tally, rate = crew.tally, self._speed.of(crew.tally.sent)
        left = max(0, self._expected - tally.sent) if self._expected is not None else None
        self._tell(
            Progress(
                run=self._run.id,
                phase=phase,
                sent=tally.sent,
                failed=tally.failed,
                undecided=tally.undecided,
                expected=self._expected,
                rate=rate,
                eta_seconds=round(left / rate, 1) if left is not None and rate else None,
            )
        )


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
