"""Watches a DLQ for what comes back of what a run has sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.deadletters.lease import Lease
from evwatch.model.run import Verdict
from evwatch.redrive.engine.recognising import came_back
from evwatch.redrive.engine.tools import Shift

_LOOKS = 30
_SHORTEST_SECONDS = 0.5
_LONGEST_SECONDS = 10.0
_LEASE_SECONDS = 15
_EMPTY_RECEIVES = 2
_MOST = 10_000
"""Messages that one look reads: beyond that a DLQ is too full to be searched again and again."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch has shown."""

    bounced: int
    probable: int
    """New ones that failed the same way, but carry no id that proves where they came from."""
    whole: bool
    """It lasted as long as was meant, and all of the queue was looked at."""

    def verdict(self, watched_seconds: float, bounce_seconds: float | None) -> Verdict:
        """What that says of the messages that were sent."""
        if self.bounced:
            return "bounced"
        long_enough = self.whole and bounce_seconds is not None and watched_seconds >= bounce_seconds
        return "passed" if long_enough else "unproven"


class BounceWatch:
    """Looks at the queue's count often, and into the queue only where that has grown, and once at the end.

    A look is short and leaves nothing hidden; like every look it counts as a receive.
    """

    def __init__(self, shift: Shift, left: frozenset[str] | None, tell: Callable[[float], None]) -> None:
        self._shift = shift
        self._tools = shift.tools
        self._dlq = shift.job.dlq
        self._seen = set(left or ())
        """MessageIds that are known to have been there before; without `left` nothing tells what is new."""
        self._knows = left is not None
        self._count: int | None = None
        """Messages in the queue at the newest look, or when the watch began."""
        self._searched = True
        self._tell = tell
        self._bounced: set[str] = set()
        self._probable: set[str] = set()

    async def watch(self, seconds: float, *, until_bounced: bool = False) -> Watched:
        """Watch so long, or until the first bounce, or until the run is told to stop. Raises EvwatchError."""
        clock, control = self._tools.clock, self._tools.control
        end = clock.monotonic() + seconds
        step = min(_LONGEST_SECONDS, max(_SHORTEST_SECONDS, seconds / _LOOKS))
        self._count = await self._held()
        while (left := end - clock.monotonic()) > 0 and not control.stop:
            self._tell(left)
            await control.sleep(min(step, left))
            if await self._grown():
                await self._look()
            if until_bounced and self._bounced:
                return self._watched(whole=True)
        whole = not control.stop
        if self._count != 0 or await self._held() != 0:
            await self._look()
        return self._watched(whole)

    def _watched(self, whole: bool) -> Watched:
        probable = len(self._probable) if self._knows else 0
        return Watched(len(self._bounced), probable, whole and self._searched)

    async def _grown(self) -> bool:
        held = await self._held()
        return held is not None and (self._count is None or held > self._count)

    async def _held(self) -> int | None:
        """Messages in the queue, as SQS counts; None where that cannot be read now."""
        try:
            _, depth = await sqs.read_queue(self._tools.caller, self._dlq, self._tools.clock.now())
        except AwsError:
            return None
        return depth.held

    async def _look(self) -> None:
        tools = self._tools
        empty = held = 0
        self._searched = False
        try:
            async with Lease(tools.caller, self._dlq.url, _LEASE_SECONDS, tools.clock, tools.random) as lease:
                while empty < _EMPTY_RECEIVES and lease.holding < _MOST:
                    received = await lease.receive(10)
                    empty = 0 if received else empty + 1
                    new = [message for message in received if message.id not in self._seen]
                    found = await came_back(self._shift, new)
                    self._bounced |= found.proved
                    self._probable |= found.probable
                    self._seen |= {message.id for message in new}
                held = lease.holding
        except AwsError:
            return  # what could not be looked at is looked at again, or the verdict has less to go by
        self._count = held
        self._searched = held < _MOST
