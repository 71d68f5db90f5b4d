"""Sees what comes back while a run is still moving: it may be at the far end of the queue."""

from __future__ import annotations

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.deadletters.lease import Lease
from evwatch.redrive.engine.gate import Gate
from evwatch.redrive.engine.recognising import came_back
from evwatch.redrive.engine.tools import Shift

_EVERY_SECONDS = 2.0
_EMPTY_RECEIVES = 2
_MOST = 10_000


class Scout:
    """Only for runs that are to stop when too much comes back.

    Where the queue holds more than this run has left in it, the workers wait, the rest of the queue is looked through,
    and shown again.
    """

    def __init__(self, shift: Shift, gate: Gate) -> None:
        self._shift = shift
        self._gate = gate
        self._known = 0
        """Arrivals that were looked at."""

    async def go(self, lease: Lease) -> None:
        """Look until cancelled. Raises EvwatchError where the journal cannot be read."""
        if self._shift.job.stop_on_bounce is None:
            return
        while not self._shift.tools.control.stop:
            await self._shift.tools.control.sleep(_EVERY_SECONDS)
            arrived = await self._arrived()
            if arrived > self._known:
                async with self._gate.closed():
                    await self._look(lease)
                self._known = arrived

    async def _arrived(self) -> int:
        shift = self._shift
        try:
            _, depth = await sqs.read_queue(shift.tools.caller, shift.job.dlq, shift.tools.clock.now())
        except AwsError:
            return 0
        return depth.total - (shift.job.there - shift.tally.deleted)

    async def _look(self, lease: Lease) -> None:
        shift = self._shift
        before = set(lease.names)
        empty = count = 0
        proved: set[str] = set()
        try:
            while empty < _EMPTY_RECEIVES and count < _MOST and not shift.tools.control.stop:
                received = await lease.receive(10, 0)
                empty = 0 if received else empty + 1
                count += len(received)
                found = await came_back(shift, received)
                proved |= found.proved
        except AwsError:
            return
        finally:
            shown = [name for name in lease.names if name not in before]
            await lease.release(shown)
            lease.drop(shown)
        limit = shift.job.stop_on_bounce
        if limit is not None and len(proved) * 100 > limit * max(1, shift.tally.sent):
            shift.tally.bounced = max(shift.tally.bounced, len(proved))
            shift.halt.trip()
