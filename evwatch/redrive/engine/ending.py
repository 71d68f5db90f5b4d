"""Knows when nothing is left to receive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.deadletters.lease import WAIT_SECONDS, Lease
from evwatch.redrive.engine.tools import Shift

EMPTY_RECEIVES = 3
"""Long polls that bring nothing, in a row, before a queue counts as read."""
_LAST_LOOKS = 2


@dataclass(frozen=True, slots=True)
class Unseen:
    """Messages in the DLQ that this run does not hold, as SQS counts."""

    total: int
    receivable: int
    """Those that may be received sooner or later: behind what is held of a FIFO group nothing is."""


class Ending:
    """Counts what was met, and asks SQS for its own count where that seems to be all.

    While messages are known to be there, receives are long polls, which ask every server of SQS. Once as many were met
    as SQS counted and its count now is nothing, two quick receives that bring nothing are the end; where the count is
    not nothing, that many are waited for, as long as a lease lasts: whoever holds them may have died.
    """

    def __init__(self, shift: Shift) -> None:
        self._tools = shift.tools
        self._job = shift.job
        self._met = shift.tally.deleted
        self._asked = 0
        self._expected = shift.job.there
        self._empty = 0
        self._quick = 0
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._asking = asyncio.Lock()
        self._wait_until: float | None = None
        self._once_more = True
        self.over = False
        self.complete = False
        """The whole queue was read: what was not met is not there."""
        self.hidden = False
        """Messages are there that could not be received."""

    @property
    def near(self) -> bool:
        """As many were met as SQS counted: one worker is enough to look for more."""
        return self._met >= self._expected

    def may_ask(self, worker: int) -> bool:
        """Whether this worker should receive: not where what the others have asked for is all that is left."""
        return self._met + self._asked < self._expected or (worker == 0 and not self._asked)

    def asks(self, most: int) -> None:
        """A receive begins; call `asked` when it has ended."""
        self._asked += most

    def asked(self, most: int) -> None:
        """A receive has ended."""
        self._asked -= most

    @property
    def waiting(self) -> float | None:
        """Seconds for which hidden messages are still waited for; None where none are."""
        return None if self._wait_until is None else max(0.0, self._wait_until - self._tools.clock.monotonic())

    @property
    def idle(self) -> bool:
        """Nothing is being received, and nothing that was is still being dealt with."""
        return not self._busy and not self._asked

    def met(self, count: int) -> None:
        """So many were received; call `done` once they are dealt with."""
        self._met += count
        self._begin_anew()
        self._busy += 1
        self._idle.clear()

    def done(self) -> None:
        """What was received together is dealt with."""
        self._busy -= 1
        if not self._busy:
            self._idle.set()

    def lost(self) -> None:
        """The answer of a receive was lost: what it may have brought is hidden for a lease, and nobody holds it."""
        self._begin_anew()

    def shown_again(self, count: int) -> None:
        """What was met will be met once more."""
        self._expected += count

    async def wait_seconds(self, lease: Lease) -> int:
        """How long the next receive should wait for messages."""
        if not self.near:
            return WAIT_SECONDS
        await self._idle.wait()
        unseen = await self._unseen(lease)
        if not unseen.receivable:
            return 0
        self._expected = self._met + unseen.receivable
        return WAIT_SECONDS

    async def nothing(self, lease: Lease) -> None:
        """A receive brought nothing."""
        if self.near:
            self._quick += 1
            if self._quick >= _LAST_LOOKS:
                unseen = await self._unseen(lease)
                if unseen.receivable:
                    self._expected = self._met + unseen.receivable
                else:
                    self._end(unseen)
            return
        self._empty += 1
        async with self._asking:
            if self._empty < EMPTY_RECEIVES or self._busy or self.over:
                return
            unseen = await self._unseen(lease)
            now = self._tools.clock.monotonic()
            if unseen.receivable and self._wait_until is None:
                self._wait_until = now + self._job.lease_seconds + 1
            if not unseen.receivable or (self._wait_until is not None and now >= self._wait_until):
                self._end(unseen)

    def _begin_anew(self) -> None:
        self._empty = self._quick = 0
        self._wait_until = None
        self._once_more = True

    def _end(self, unseen: Unseen) -> None:
        if unseen.total and self._once_more:
            # A lease may have run out between the last look and the count: long polls once more, which find that.
            self._once_more = False
            self._empty = self._quick = 0
            self._expected = self._met + unseen.total
            return
        self.over, self.complete, self.hidden = True, not unseen.total, bool(unseen.total)

    async def _unseen(self, lease: Lease) -> Unseen:
        try:
            _, depth = await sqs.read_queue(self._tools.caller, self._job.dlq, self._tools.clock.now())
        except AwsError:
            return Unseen(1, 1)  # not known, so not nothing
        total = max(0, depth.total - lease.holding)
        if self._job.dlq.fifo and lease.holding:
            return Unseen(total, max(0, depth.in_flight + depth.delayed - lease.holding))
        return Unseen(total, total)
