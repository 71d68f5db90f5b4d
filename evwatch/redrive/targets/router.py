"""Finds the target of each dead letter, and makes what is sent to it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from evwatch.aws import sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.arn import parse_arn
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter
from evwatch.model.queue import Queue
from evwatch.redrive.targets.parcel import NoTarget, Parcel, Routed
from evwatch.redrive.targets.queue import QueueTarget, outgoing


class Router:
    """Answers for one DLQ. What it finds out about a target it finds out once."""

    def __init__(self, caller: Caller, clock: Clock, dlq: Queue, to: Queue | None = None) -> None:
        self._caller = caller
        self._clock = clock
        self._dlq = dlq
        self._to = to
        self._queues: dict[str, asyncio.Task[Queue | None]] = {}

    async def route(self, letter: DeadLetter) -> Routed:
        """Where this letter goes, with what; or why it cannot go anywhere. Raises AwsError."""
        if self._to:
            return self._into(letter, self._to)
        if letter.target_arn is None:
            return NoTarget(letter, _code(letter), letter.target_reason)
        arn = parse_arn(letter.target_arn)
        if arn is None or arn.service != "sqs":
            return NoTarget(letter, "no-target", f"evwatch does not redrive to {letter.target_arn}")
        if arn.region != self._dlq.region:
            return NoTarget(letter, "other-region", f"{letter.target_arn} is in another region than its DLQ")
        queue = await self._queue(letter.target_arn)
        if queue is None:
            return NoTarget(letter, "target-missing", f"there is no queue {letter.target_arn}")
        return self._into(letter, queue)

    def _into(self, letter: DeadLetter, queue: Queue) -> Routed:
        if queue.arn == self._dlq.arn:
            return NoTarget(letter, "no-target", "it would go back into this DLQ")
        made = outgoing(letter, fifo=queue.fifo)
        if queue.fifo and not made.group_id:
            return NoTarget(letter, "no-group", f"{queue.name} is FIFO, and the message has no group")
        most = queue.maximum_message_bytes
        if most is not None and made.size > most:
            return NoTarget(letter, "too-large", f"{made.size:,} bytes, and {queue.name} takes {most:,} at most")
        return Parcel(letter, QueueTarget(self._caller, queue), made)

    async def _queue(self, arn: str) -> Queue | None:
        if arn not in self._queues:
            self._queues[arn] = asyncio.create_task(self._read(arn))
        try:
            return await asyncio.shield(self._queues[arn])
        except AwsError:
            self._queues.pop(arn, None)  # the next letter asks again
            raise

    async def _read(self, arn: str) -> Queue | None:
        parts = parse_arn(arn)
        assert parts
        found: Queue | None = self._by_its_name(arn)
        try:
            found = await sqs.find_queue(self._caller, parts.name, parts.account)
            if found:
                found, _ = await sqs.read_queue(self._caller, found, self._clock.now())
        except AwsError as error:
            if error.fault.code != "permission":
                raise
        return replace(found, arn=arn) if found else None

    def _by_its_name(self, arn: str) -> Queue:
        """A queue that may be sent to, though nothing of it may be read: its URL is built as that of its DLQ is."""
        parts = parse_arn(arn)
        assert parts
        base = self._dlq.url.rsplit("/", 2)[0]
        url = f"{base}/{parts.account}/{parts.name}"
        return Queue(arn, url, parts.name, parts.account, parts.region, parts.name.endswith(".fifo"))


def _code(letter: DeadLetter) -> str:
    if letter.origin in ("stream", "pipe"):
        return "no-payload"
    return "truncated" if any("truncated" in note for note in letter.notes) else "no-target"
