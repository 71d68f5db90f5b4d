"""Messages held for a short while: hidden from others for the reading only, renewed until it ends, then released."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self

from evwatch.aws import messages
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.clock import Clock
from evwatch.model.deadletter import Message
from evwatch.model.fault import Fault

WAIT_SECONDS = 1
"""A long poll asks every server of SQS; a short one asks some, and may find nothing where there is something."""
_RENEW_SHARE = 0.5
"""Of the lease: whose rest is shorter is renewed. Half of what lies above it passes between two looks at that."""
_RELEASE_TRIES = 3
_PROBE_HANDLE = "evwatch-asks-only-whether-it-may"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    handle: str
    until: float


class Lease:
    """Receives from one queue and answers for what it holds.

    Leave it on whatever way, and what is held is released: first the receives under way are awaited, because a lost
    answer would leave messages hidden that nobody can release. Only a kill leaves them hidden, for one lease at most.
    """

    def __init__(
        self,
        caller: Caller,
        queue_url: str,
        seconds: int,
        clock: Clock,
        random: Random,
        *,
        renew_share: float = _RENEW_SHARE,
        in_order: bool = False,
    ) -> None:
        """`in_order`: of a message group nothing is told while what came before it is still held."""
        self._caller = caller
        self._url = queue_url
        self._seconds = seconds
        self._clock = clock
        self._random = random
        self._renew_share = renew_share
        self._in_order = in_order
        self._held: dict[str, _Held] = {}
        self._receiving: dict[asyncio.Task[list[Message]], float] = {}
        self._renewing: asyncio.Task[None] | None = None
        self.refused: Fault | None = None
        """Why leases can be neither renewed nor released: AWS's own ReadOnlyAccess allows to receive, but not that."""
        self.released = False
        """Everything that was held has been released."""

    async def __aenter__(self) -> Self:
        await self._ask_permission()
        self._renewing = asyncio.create_task(self._renew_until_cancelled())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leaving = asyncio.create_task(self._leave())
        cancelled = False
        while not leaving.done():
            try:
                await asyncio.shield(leaving)
            except asyncio.CancelledError:
                cancelled = True
        leaving.result()
        if cancelled and error is None:
            raise asyncio.CancelledError

    async def receive(self, most: int, wait_seconds: int = WAIT_SECONDS) -> list[Message]:
        """Up to ten messages that were not met before under this lease. Raises AwsError.

        SQS may hand out a message twice; the newest handle is the one that counts, and the message is told once.
        """
        asked_at = self._clock.monotonic()
        task = asyncio.create_task(messages.receive(self._caller, self._url, most, self._seconds, wait_seconds))
        self._receiving[task] = asked_at
        try:
            received = await asyncio.shield(task)
        except asyncio.CancelledError:
            # Its messages may have come in this very moment: whoever leaves takes them from the task.
            raise
        except AwsError:
            self._receiving.pop(task, None)
            raise
        self._receiving.pop(task, None)
        return self._hold(received, asked_at)

    @property
    def holding(self) -> int:
        """How many messages are held now."""
        return len(self._held)

    @property
    def names(self) -> tuple[str, ...]:
        """MessageIds of what is held now."""
        return tuple(self._held)

    def handle(self, message_id: str) -> str | None:
        """The newest receipt handle of a message that is held: only with that one is a delete sure to delete."""
        held = self._held.get(message_id)
        return held.handle if held else None

    def left(self, message_id: str) -> float:
        """Seconds for which a message is hidden at least; 0 where it is not held, or its lease has run out."""
        held = self._held.get(message_id)
        return self._left(held) if held else 0.0

    def drop(self, message_ids: Iterable[str]) -> None:
        """Hold these no longer: they were deleted, or may be met again once their lease has run out."""
        for message_id in message_ids:
            self._held.pop(message_id, None)

    async def release(self, message_ids: Iterable[str]) -> None:
        """Show some of what is held again at once, as far as that is permitted and possible."""
        if self.refused is None:
            names = [name for name in message_ids if name in self._held]
            await asyncio.gather(*(self._release(batch) for batch in _batches(names)))

    def _hold(self, received: list[Message], asked_at: float) -> list[Message]:
        until = asked_at + self._seconds
        # Handed out again is what a lease ran out on unseen. Whoever works on that is before what came with it, which
        # is not taken: it is shown again when this receive's time is up, and met behind it.
        again = {message.id for message in received if message.id in self._held}
        waiting = {_group(message) for message in received if message.id in again} if self._in_order else set()
        new = []
        for message in received:
            if message.id not in again:
                if _group(message) in waiting:
                    continue
                new.append(message)
            self._held[message.id] = _Held(message.receipt_handle, until)
        return new

    async def _ask_permission(self) -> None:
        """Find out whether messages could be released before any is hidden: this handle fits none."""
        try:
            await messages.change_visibility(self._caller, self._url, [_PROBE_HANDLE], 0)
        except AwsError as error:
            if error.fault.code in ("permission", "refused"):
                self.refused = error.fault
            elif error.fault.code in ("credentials", "network", "not-found", "region"):
                raise

    async def _renew_until_cancelled(self) -> None:
        while self.refused is None:
            await asyncio.sleep(self._seconds * (1 - self._renew_share) / 2 * self._random.uniform(0.8, 1.0))
            # What has run out is not renewed: SQS says yes to that too, though others may hold the message by now.
            soon = self._seconds * self._renew_share
            due = [name for name, held in self._held.items() if 0 < self._left(held) < soon]
            await asyncio.gather(*(self._renew(names) for names in _batches(due)))

    async def _renew(self, names: list[str]) -> None:
        held = [self._held[name] for name in names if name in self._held]
        if not held:
            return
        until = self._clock.monotonic() + self._seconds
        try:
            handles = [each.handle for each in held]
            failed = await messages.change_visibility(self._caller, self._url, handles, self._seconds)
        except AwsError as error:
            log.warning("could not renew %d messages: %s", len(held), error.fault)
            return
        for place, each in enumerate(held):
            if place not in failed and self._left(each):
                each.until = until

    async def _leave(self) -> None:
        if self._renewing:
            self._renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._renewing
        under_way = list(self._receiving.items())
        answers = await asyncio.gather(*(task for task, _ in under_way), return_exceptions=True)
        for (_, asked_at), received in zip(under_way, answers, strict=True):
            if isinstance(received, list):
                self._hold(received, asked_at)
        if self.refused is None:
            for attempt in range(_RELEASE_TRIES):
                await asyncio.gather(*(self._release(names) for names in _batches(list(self._held))))
                if not self._held:
                    break
                log.warning("%d messages not released at attempt %d", len(self._held), attempt + 1)
        self.released = not self._held

    async def _release(self, names: list[str]) -> None:
        names = [name for name in names if name in self._held]
        over = [name for name in names if not self._left(self._held[name])]
        self.drop(over)  # it is visible by itself, or others hold it
        names = [name for name in names if name not in over]
        if not names:
            return
        try:
            handles = [self._held[name].handle for name in names]
            failed = await messages.change_visibility(self._caller, self._url, handles, 0)
        except AwsError as error:
            log.warning("could not release %d messages: %s", len(names), error.fault)
            return
        for place, name in enumerate(names):
            # A handle whose lease has run out by itself is refused (FIFO): that message is visible already.
            held = self._held.get(name)
            same = held is not None and held.handle == handles[place]
            if held and same and (place not in failed or not self._left(held)):
                del self._held[name]

    def _left(self, held: _Held) -> float:
        return max(0.0, held.until - self._clock.monotonic())


def _group(message: Message) -> str | None:
    return message.system.get("MessageGroupId")


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), messages.BATCH):
        yield names[start : start + messages.BATCH]
