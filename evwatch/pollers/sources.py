"""The sources of one context: a reader for each, polled in its cadence or read once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.model.flow import Flow
from evwatch.model.interest import Interest
from evwatch.model.window import Window
from evwatch.pollers import identity, queues
from evwatch.pollers.access import AccessReader
from evwatch.pollers.alarms import AlarmReader
from evwatch.pollers.completions import Completions
from evwatch.pollers.depths import DepthReader
from evwatch.pollers.flow import FlowReader
from evwatch.pollers.metrics import CustomMetricReader, MetricReader, within_one_request
from evwatch.pollers.poller import Poller, Read
from evwatch.pollers.shared import Shared
from evwatch.pollers.state import ContextState
from evwatch.pollers.thresholds import ThresholdJudge

Figures = Callable[[Flow], Iterable[str]]
"""Chooses the resources whose figures one reading is to have, the most important first."""
_ONE_READING = Window("20m", timedelta(minutes=20))
"""What an outlook needs; one reading for a script wants no charts."""
_CUSTOM_METRICS_SECONDS = 900.0


class Sources:
    """Fills the state of one context. Either `run` it or `read` it once."""

    def __init__(self, caller: Caller, state: ContextState, shared: Shared, completions: Completions) -> None:
        settings, clock, random = shared.settings, shared.clock, shared.random
        cadence = settings.cadence
        self._caller, self._state, self._clock, self._random = caller, state, clock, random
        self._completions = completions
        self._identity = identity.IdentityReader(caller, state, clock)
        self._depths = DepthReader(caller, state, clock, random, cadence.depths, cadence.depth_reads_per_second)
        self._queues = queues.QueueListReader(caller, state, clock, self._depths.wake)
        self._alarms = AlarmReader(caller, state, clock)
        self.flow = FlowReader(caller, state, clock, random, shared.flows, self._identity.settle)
        self._access = AccessReader(caller, state, clock, random)
        self._judge = ThresholdJudge(settings.thresholds, state)
        metrics = MetricReader(caller, state, clock, self._judge.queries)
        custom = CustomMetricReader(caller, state, clock)
        self._relations = Poller("relations", self._relate, cadence.depths, random)
        self._pollers: list[Poller] = []
        self.add("identity", self._identity.read, identity.EVERY_SECONDS)
        self.add("queues", self._queues.read, queues.EVERY_SECONDS)
        self.add("alarms", self._alarms.read, cadence.alarms)
        self.add("flow", self._read_flow, cadence.flow)
        self._access_poller = self.add("access", self._access.read, cadence.flow)
        self._metric_poller = self.add("metrics", metrics.read, cadence.metrics)
        self._custom_poller = self.add("custom metrics", custom.read, _CUSTOM_METRICS_SECONDS)

    def add(self, name: str, read: Read, every_seconds: float) -> Poller:
        """Poll one source more. Call it before `run`."""
        poller = Poller(name, read, every_seconds, self._random)
        self._pollers.append(poller)
        return poller

    async def run(self) -> None:
        """Poll until cancelled."""
        name = self._state.context.name
        async with asyncio.TaskGroup() as group:
            for poller in (*self._pollers, self._relations):
                group.create_task(poller.run(), name=f"{name} {poller.name}")
            group.create_task(self._depths.run(), name=f"{name} depths")

    async def read(self, figures: Figures | None = None) -> None:
        """One complete reading; what failed is in the feeds. Of the flow's hops those are read that `figures` names."""
        await asyncio.gather(*(_tolerate(reader.read()) for reader in (self._identity, self._queues, self._alarms)))
        await asyncio.gather(_tolerate(self._read_flow_and_access()), self._depths.read_all())
        await self._relate()
        await self.flow.save()
        await self._completions.save()
        await self._access.read()  # of keys that queues turned out to have; what is known is not asked again
        state = self._state
        flow = state.flow.value or Flow()
        busy = frozenset(arn for arn, feed in state.depths.items() if feed.value and feed.value.total)
        resources = frozenset(within_one_request(flow, figures(flow) if figures else (), len(busy)))
        state.interest = replace(state.interest, queues=busy, resources=resources)
        once = MetricReader(self._caller, state, self._clock, self._judge.queries, _ONE_READING)
        await _tolerate(once.read())
        await self._relate()

    async def know(self) -> None:
        """Read who the caller is and what fires, where that was not read yet; what fails is in the feeds."""
        await self._identity.settle()
        if self._state.cloudwatch_alarms.taken_at is None:
            await _tolerate(self._alarms.read())

    async def every_queue(self) -> None:
        """Read the attributes of every queue that there is; what fails is in the feeds."""
        await _tolerate(self._queues.read())
        await self._depths.read_all()

    def show(self, interest: Interest) -> None:
        """Let polling follow what is on screen."""
        before, self._state.interest = self._state.interest, interest
        if interest.queues != before.queues:
            self._depths.wake()
        if interest.custom_metrics and not before.custom_metrics:
            self._custom_poller.wake()
        self._metric_poller.wake()

    def refresh(self) -> None:
        """Read everything again now; metrics only where they are older than a minute."""
        self.flow.forget()
        self._access.forget()
        for poller in self._pollers:
            poller.wake()
        self._depths.wake(again=True)

    def pause(self, paused: bool) -> None:
        """Hold or resume every reading."""
        for poller in self._pollers:
            poller.pause(paused)
        self._depths.pause(paused)

    async def _read_flow(self) -> None:
        await self.flow.read()
        self._access_poller.wake()
        await self.flow.save()
        await self._completions.save()
        if self.flow.lacking:
            raise self.flow.lacking  # not in five minutes, but soon

    async def _read_flow_and_access(self) -> None:
        await self.flow.read()
        await self._access.read()

    async def _relate(self) -> None:
        """Bring together what was read from several sources."""
        self.flow.join()
        if self._access.lacks:
            self._access_poller.wake()
        self._judge.judge(self._clock.now())


async def _tolerate(reading: Awaitable[None]) -> None:
    """A reading whose failure is told by its feed."""
    with contextlib.suppress(AwsError):
        await reading
