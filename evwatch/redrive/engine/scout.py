"""Sees what comes back while a run is still moving: it may be at the far end of the queue."""

from __future__ import annotations

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.deadletters.lease import Lease
from evwatch.model.flow import Flow
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.gate import Gate
from evwatch.redrive.engine.recognising import came_back

_EVERY_SECONDS = 2.0
_EMPTY_RECEIVES = 2
_MOST = 10_000


class Scout:
    """Only for runs that are to stop when too much comes back.

    Where the queue holds more than this run has left in it, the workers wait, the rest of the queue is looked through,
    and shown again.
    """

    def __init__(self, crew: Crew, gate: Gate, flow: Flow) -> None:
        self._crew = crew
        self._gate = gate
        self._flow = flow
        self._known = 0
        """Arrivals that were looked at."""

    async def go(self, lease: Lease) -> None:
        """Look until cancelled. Raises EvwatchError where the journal cannot be read."""
        if self._crew.job.stop_on_bounce is None:
            return
        while not self._crew.tools.control.stop:
            await self._crew.tools.control.sleep(_EVERY_SECONDS)
            arrived = await self._arrived()
            if arrived > self._known:
                async with self._gate.closed():
                    await self._look(lease)
                self._known = arrived

    async def _arrived(self) -> int:
        crew = self._crew
        try:
            _, depth = await sqs.read_queue(crew.tools.caller, crew.job.dlq, crew.tools.clock.now())
        except AwsError:
            return 0
        return depth.total - (crew.job.there - crew.tally.deleted)

    async def _look(self, lease: Lease) -> None:
        crew = self._crew
        before = set(lease.names)
        empty = count = 0
        proved: set[str] = set()
        try:
            while empty < _EMPTY_RECEIVES and count < _MOST and not crew.tools.control.stop:
                received = await lease.receive(10, 0)
                empty = 0 if received else empty + 1
                count += len(received)
                proved |= (await came_back(crew.tools, crew.job.run, crew.job.dlq, self._flow, received)).proved
        except AwsError:
            return
        finally:
            shown = [name for name in lease.names if name not in before]
            await lease.release(shown)
            lease.drop(shown)
        limit = crew.job.stop_on_bounce
        if limit is not None and len(proved) * 100 > limit * max(1, crew.tally.sent):
            crew.tally.bounced = max(crew.tally.bounced, len(proved))
            crew.halt.trip()
