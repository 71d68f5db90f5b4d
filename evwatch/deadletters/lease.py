"""Messages held for a short while: hidden from others for the reading only, renewed until it ends, then released."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
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

    def __init__(self, caller: Caller, queue_url: str, seconds: int, clock: Clock, random: Random) -> None:
        self._caller = caller
        self._url = queue_url
        self._seconds = seconds
        self._clock = clock
        self._random = random
        self._held: dict[str, _Held] = {}
        self._receiving: set[asyncio.Task[list[Message]]] = set()
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

    async def receive(self, most: int) -> list[Message]:
        """Up to ten messages that were not met before under this lease. Raises AwsError.

        SQS may hand out a message twice; the newest handle is the one that counts, and the message is told once.
        """
        task = asyncio.create_task(messages.receive(self._caller, self._url, most, self._seconds, WAIT_SECONDS))
        self._receiving.add(task)
        received = await asyncio.shield(task)
        self._receiving.discard(task)
        return self._hold(received)

    @property
    def holding(self) -> int:
        """How many messages are held now."""
        return len(self._held)

    def _hold(self, received: list[Message]) -> list[Message]:
        until = self._clock.monotonic() + self._seconds
        new = []
        for message in received:
            if message.id not in self._held:
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
            await asyncio.sleep(self._seconds / 4 * self._random.uniform(0.8, 1.0))
            soon = self._clock.monotonic() + self._seconds * _RENEW_SHARE
            due = {name: held for name, held in self._held.items() if held.until < soon}
            await asyncio.gather(*(self._renew(names) for names in _batches(list(due))))

    async def _renew(self, names: list[str]) -> None:
        handles = [self._held[name].handle for name in names]
        until = self._clock.monotonic() + self._seconds
        try:
            failed = await messages.change_visibility(self._caller, self._url, handles, self._seconds)
        except AwsError as error:
            log.warning("could not renew %d messages: %s", len(names), error.fault)
            return
        for place, name in enumerate(names):
            if place not in failed and name in self._held:
                self._held[name].until = until

    async def _leave(self) -> None:
        if self._renewing:
            self._renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._renewing
        for received in await asyncio.gather(*self._receiving, return_exceptions=True):
            if isinstance(received, list):
                self._hold(received)
        if self.refused is None:
            for attempt in range(_RELEASE_TRIES):
                await asyncio.gather(*(self._release(names) for names in _batches(list(self._held))))
                if not self._held:
                    break
                log.warning("%d messages not released at attempt %d", len(self._held), attempt + 1)
        self.released = not self._held

    async def _release(self, names: list[str]) -> None:
        handles = [self._held[name].handle for name in names]
        try:
            failed = await messages.change_visibility(self._caller, self._url, handles, 0)
        except AwsError as error:
            log.warning("could not release %d messages: %s", len(names), error.fault)
            return
        for place, name in enumerate(names):
            # A handle whose lease has run out by itself is refused (FIFO): that message is visible already.
            if place not in failed or self._held[name].until < self._clock.monotonic():
                del self._held[name]


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), messages.BATCH):
        yield names[start : start + messages.BATCH]
