"""Looks into a queue: reads what it holds under a lease, decodes it, and says what the look cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

from evwatch.aws import messages, sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.deadletters.decode import Surroundings, decode_all
from evwatch.deadletters.lease import Lease
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter, Message
from evwatch.model.flow import Flow
from evwatch.model.look import Incomplete, Look, LookProgress, LookRequest
from evwatch.model.queue import Queue

RECEIVERS = 4
EMPTY_RECEIVES = 3
"""Long polls that bring nothing, in a row, before a queue counts as read though SQS had counted more."""
_THROTTLED_TRIES = 6
_OLD_AGE_RECEIVES = 3

Progress = Callable[[LookProgress], None]


Originals = Callable[[str, Sequence[Message]], Awaitable[list[Message]]]


@dataclass(frozen=True, slots=True)
class Eye:
    """What a look needs of its session."""

    caller: Caller
    clock: Clock
    random: Random
    originals: Originals | None = None
    """Completes messages of a queue (by its ARN) that evwatch itself put there with what SQS does not know of them."""


async def look(
    eye: Eye,
    queue: Queue,
    request: LookRequest,
    flow: Callable[[], Awaitable[Flow]],
    progress: Progress,
    stop: asyncio.Event,
) -> Look:
    """Read the queue's messages until all, the limit, or three empty receives; then release and decode them.

    `flow` is asked for after the reading, and may still be on its way then: it is needed for decoding alone. The guards
    must have been asked before. Raises AwsError where the reading could not begin or failed before anything was read;
    what was read is always released.
    """
    _, before = await sqs.read_queue(eye.caller, queue, eye.clock.now())
    approximate = before.total
    reader = _Reader(eye, queue, request, approximate, progress, stop)
    async with Lease(eye.caller, queue.url, request.lease_seconds, eye.clock, eye.random) as lease:
        if lease.refused:
            reader.note = _unreleasable(request)
            progress(reader.progress("reading"))
        await reader.read(lease)
        progress(reader.progress("releasing"))
    found = await eye.originals(queue.arn, reader.found) if eye.originals else reader.found
    letters = await decode_all(found, Surroundings(queue, await flow(), eye.clock.now()))
    complete, reason = reader.verdict(before.in_flight)
    progress(reader.progress("done"))
    return Look(
        queue=queue,
        letters=letters,
        approximate=approximate,
        complete=complete,
        reason=reason,
        lease_seconds=request.lease_seconds,
        released=lease.released,
        notes=tuple(_notes(letters, lease, request)),
        taken_at=eye.clock.now(),
    )


class _Reader:
    """Several receivers on one lease; they end together."""

    def __init__(
        self,
        eye: Eye,
        queue: Queue,
        request: LookRequest,
        approximate: int,
        progress: Progress,
        stop: asyncio.Event,
    ) -> None:
        self._eye = eye
        self._queue = queue
        self._limit = request.limit
        self._lease_seconds = request.lease_seconds
        self._approximate = approximate
        self._tell = progress
        self._stop = stop
        self._begun = eye.clock.monotonic()
        self._asked = 0
        self._empty = 0
        self.found: list[Message] = []
        self.note = ""

    async def read(self, lease: Lease) -> None:
        receivers = 1 if self._queue.fifo else RECEIVERS
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(receivers):
                    group.create_task(self._receive(lease))
        except* AwsError as errors:
            raise _first(errors) from None

    async def _receive(self, lease: Lease) -> None:
        while not self._ended(lease):
            most = messages.BATCH
            if self._limit is not None:
                most = min(most, self._limit - len(self.found) - self._asked)
                if most <= 0:
                    return
            self._asked += most
            try:
                received = await self._once(lease, most)
            finally:
                self._asked -= most
            self._empty = 0 if received else self._empty + 1
            self.found += received
            self._tell(self.progress("reading"))

    async def _once(self, lease: Lease, most: int) -> list[Message]:
        """One receive; KMS's throttling is tried again here, because the SDK does not."""
        for attempt in range(_THROTTLED_TRIES):
            try:
                return await lease.receive(most)
            except AwsError as error:
                if error.fault.code != "throttled" or attempt == _THROTTLED_TRIES - 1:
                    raise
            await asyncio.sleep(0.2 * 2**attempt * self._eye.random.uniform(0.5, 1.0))
        return []

    @property
    def _enough(self) -> int:
        """Empty long polls in a row that end the reading: one where as many were found as SQS had counted."""
        return 1 if len(self.found) >= self._approximate else EMPTY_RECEIVES

    def _ended(self, lease: Lease) -> bool:
        if self._stop.is_set() or self._empty >= self._enough:
            return True
        # What cannot be renewed comes back while one reads, and would be received a second time.
        return lease.refused is not None and self._eye.clock.monotonic() - self._begun > self._lease_seconds * 0.8

    def progress(self, phase: str) -> LookProgress:
        taken = max(1e-6, self._eye.clock.monotonic() - self._begun)
        seen = len(self.found)
        match phase:
            case "reading" | "releasing" | "done":
                return LookProgress(phase, seen, max(self._approximate, seen), seen / taken, self.note)
        raise ValueError(phase)

    def verdict(self, in_flight_before: int) -> tuple[bool, Incomplete | None]:
        """Whether all was read, and if not, why."""
        if self._empty >= self._enough:
            if len(self.found) >= self._approximate:
                return True, None
            if self._queue.fifo:
                return False, "group-locked"
            return (False, "hidden-by-others") if in_flight_before else (True, None)
        if self._limit is not None and len(self.found) >= self._limit:
            return (True, None) if len(self.found) == self._approximate else (False, "limit")
        return False, "interrupted"


def _unreleasable(request: LookRequest) -> str:
    return (
        "no permission: sqs:ChangeMessageVisibility; messages stay hidden until their lease of "
        f"{request.lease_seconds} s runs out by itself"
    )


def _notes(letters: tuple[DeadLetter, ...], lease: Lease, request: LookRequest) -> list[str]:
    notes = []
    if lease.refused:
        notes.append(_unreleasable(request))
    elif not lease.released:
        notes.append(
            f"some messages could not be released; they are visible again in {request.lease_seconds} s at most"
        )
    old = sum(letter.receive_count >= _OLD_AGE_RECEIVES for letter in letters)
    if old:
        notes.append(
            f"{old} of {len(letters)} received {_OLD_AGE_RECEIVES} times or more: "
            "alarms on the oldest one's age miss them"
        )
    return notes


def _first(errors: BaseExceptionGroup[AwsError]) -> AwsError:
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    if not isinstance(found, AwsError):
        raise found
    return found
