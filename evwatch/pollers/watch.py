"""Everything that reads one context: its way to AWS, what is known of it, and a poller for each source."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from types import TracebackType
from typing import Self

from evwatch.aws import alarm_history, sqs
from evwatch.aws.catalogue import SERVICES
from evwatch.aws.clients import Caller, ServiceModels
from evwatch.aws.cloudwatch import QUERIES_PER_CALL
from evwatch.aws.errors import AwsError
from evwatch.aws.meter import Meter
from evwatch.aws.mfa import MfaCodes, no_prompt
from evwatch.aws.skew import ServerClock
from evwatch.config import Settings
from evwatch.deadletters.group import grouped
from evwatch.deadletters.look import Eye, Originals
from evwatch.deadletters.trail import Trail
from evwatch.model import catalogue, flow_figures
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmHistory
from evwatch.model.clock import Clock
from evwatch.model.context import Context
from evwatch.model.flow import Flow
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogReason, LogRequest
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.queue import Queue
from evwatch.model.snapshot import ContextSnapshot
from evwatch.model.window import Window
from evwatch.pollers import identity, queues
from evwatch.pollers.access import AccessReader
from evwatch.pollers.alarms import AlarmReader
from evwatch.pollers.depths import DepthReader
from evwatch.pollers.flow import FlowReader
from evwatch.pollers.flow_cache import FlowCache, Place
from evwatch.pollers.known_names import KnownNames, Names
from evwatch.pollers.looks import SAMPLE_CHECK_SECONDS, Looker, MayLook, SampleReader
from evwatch.pollers.metrics import CustomMetricReader, MetricReader
from evwatch.pollers.poller import Poller
from evwatch.pollers.state import ContextState
from evwatch.pollers.thresholds import ThresholdJudge

Figures = Callable[[Flow], Iterable[str]]
"""Chooses the resources whose figures one reading is to have, the most important first."""
_ONE_READING = Window("20m", timedelta(minutes=20))
"""What an outlook needs; one reading for a script wants no charts."""
_CUSTOM_METRICS_SECONDS = 900.0
_REASONS_KEPT = 1_000
_LINES_KEPT = 2_000


class ContextWatch:
    """One context, watched. Enter it, then either `run` it or `read` it once."""

    def __init__(
        self,
        context: Context,
        settings: Settings,
        meter: Meter,
        clock: Clock,
        random: Random,
        changed: Callable[[], None],
        cache: FlowCache | None = None,
        models: ServiceModels | None = None,
        originals: Originals | None = None,
        codes: MfaCodes | None = None,
        names: KnownNames | None = None,
    ) -> None:
        cadence = settings.cadence
        read_only = settings.read_only or context.read_only
        context = replace(context, read_only=read_only, demo=settings.demo)
        self.state = ContextState(context, changed)
        may_look = MayLook()
        self._server_clock = ServerClock(clock.now)
        self._caller = Caller(
            context,
            SERVICES,
            meter,
            clock.monotonic,
            read_only=read_only,
            may_look=may_look,
            models=models,
            prompter=codes.prompter(context.name) if codes else no_prompt,
            hear_headers=self._hear_headers,
        )
        self._clock = clock
        self._names = names
        caller, state = self._caller, self.state
        self._identity = identity.IdentityReader(caller, state, clock)
        self._queues = queues.QueueListReader(caller, state, clock, self._queues_found)
        self._depths = DepthReader(caller, state, clock, random, cadence.depths, cadence.depth_reads_per_second)
        self._alarms = AlarmReader(caller, state, clock)
        self._flow = FlowReader(caller, state, clock, random, cache, self._identity.settle)
        self._access = AccessReader(caller, state, clock, random)
        self._judge = ThresholdJudge(settings.thresholds, state)
        self._metrics = MetricReader(caller, state, clock, self._judge.queries)
        eye = self._eye = Eye(caller, clock, random, originals)
        self._looker = Looker(eye, state, self._flow, may_look, self._read_every_queue)
        self._trail = Trail(caller, clock)
        custom = CustomMetricReader(caller, state, clock)
        self._metric_poller = Poller("metrics", self._metrics.read, cadence.metrics, random)
        self._custom_poller = Poller("custom metrics", custom.read, _CUSTOM_METRICS_SECONDS, random)
        self._access_poller = Poller("access", self._access.read, cadence.flow, random)
        self._pollers: tuple[Poller, ...] = (
            Poller("identity", self._identity.read, identity.EVERY_SECONDS, random),
            Poller("queues", self._queues.read, queues.EVERY_SECONDS, random),
            Poller("alarms", self._alarms.read, cadence.alarms, random),
            Poller("flow", self._read_flow, cadence.flow, random),
            self._access_poller,
            self._metric_poller,
            self._custom_poller,
        )
        if settings.sample_dlqs:
            samples = SampleReader(self._looker, eye, state)
            self._pollers += (Poller("samples", samples.read, SAMPLE_CHECK_SECONDS, random),)
        self._relate = Poller("relations", self._relations, cadence.depths, random)

    async def __aenter__(self) -> Self:
        await self._caller.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._caller.__aexit__(kind, error, trace)

    def _hear_headers(self, headers: Mapping[str, str]) -> None:
        self._server_clock.hear(headers)
        self.state.clock_ahead(self._server_clock.ahead)

    @property
    def eye(self) -> Eye:
        """The way to AWS, for whoever acts on what was found."""
        return self._eye

    @property
    def looker(self) -> Looker:
        """Looks into queues, and asks the guards."""
        return self._looker

    async def know(self) -> None:
        """Read who the caller is and what fires, where that was not read yet; what fails is in the feeds."""
        await self._identity.settle()
        if self.state.cloudwatch_alarms.taken_at is None:
            await _tolerate(self._alarms.read())

    def snapshot(self) -> ContextSnapshot:
        """A frozen picture of now."""
        return self.state.snapshot(self._caller.endpoint_url)

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Account, region and endpoint: what makes two contexts the same."""
        return self.state.account, self.state.context.region, self._caller.endpoint_url

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as group:
            for poller in (*self._pollers, self._relate):
                group.create_task(poller.run(), name=f"{self.state.context.name} {poller.name}")
            group.create_task(self._depths.run(), name=f"{self.state.context.name} depths")

    async def read(self, figures: Figures | None = None) -> None:
        """One complete reading; what failed is in the feeds. Of the flow's hops those are read that `figures` names."""
        await asyncio.gather(*(_tolerate(reader.read()) for reader in (self._identity, self._queues, self._alarms)))
        await asyncio.gather(_tolerate(self._read_flow_and_access()), self._depths.read_all())
        await self._relations()
        await self._flow.save()
        await self._save_names()
        await self._access.read()  # of keys that queues turned out to have; what is known is not asked again
        state = self.state
        busy = {arn for arn, feed in state.depths.items() if feed.value and feed.value.total}
        named = figures(state.flow.value or Flow()) if figures else ()
        resources = frozenset(_affordable(state.flow.value or Flow(), named, len(busy)))
        state.interest = replace(state.interest, queues=frozenset(busy), resources=resources)
        once = MetricReader(self._caller, state, self._clock, self._judge.queries, _ONE_READING)
        await _tolerate(once.read())
        await self._relations()

    async def find(self, name: str) -> Queue | None:
        """The queue of this name; None where the context has none. Raises AwsError."""
        for queue in self.state.queues.values():
            if queue.name == name:
                return queue
        return await sqs.find_queue(self._caller, name)

    async def look(
        self, queue: Queue, request: LookRequest, progress: Callable[[LookProgress], None], stop: asyncio.Event
    ) -> Look:
        """Look into a queue if the guards agree. Raises EvwatchError."""
        look = await self._looker.look(queue, request, progress, stop)
        if self._names:
            groups = {each.group: each.title for each in grouped(look.letters)}
            await asyncio.to_thread(self._names.add_groups, self._place.file_name, look.queue.name, groups)
        return look

    async def logs(self, request: LogRequest) -> LogReading | None:
        """Read log lines, and keep why a dead letter failed; None where nothing here has the name.

        Raises EvwatchError.
        """
        reading = await self._trail.read(request)
        letter, state = request.letter, self.state
        if reading and reading.lines:
            state.log_readings.appendleft(replace(reading, lines=reading.lines[-_LINES_KEPT:]))
            state.changed()
        if letter and reading and reading.reason and reading.clue:
            known = LogReason(letter.group, reading.reason, reading.clue, reading.functions[0])
            state.log_reasons.pop(letter.id, None)
            state.log_reasons[letter.id] = known
            for oldest in list(state.log_reasons)[:-_REASONS_KEPT]:
                del state.log_reasons[oldest]
            state.changed()
        return reading

    async def alarm_history(self, alarm: Alarm) -> AlarmHistory:
        """What an alarm did, newest first. Raises EvwatchError."""
        return await alarm_history.alarm_history(self._caller, alarm, self._clock.now())

    def show(self, interest: Interest) -> None:
        """Let polling follow what is on screen."""
        before, self.state.interest = self.state.interest, interest
        if interest.queues != before.queues:
            self._depths.wake()
        if interest.custom_metrics and not before.custom_metrics:
            self._custom_poller.wake()
        self._metric_poller.wake()

    def refresh(self) -> None:
        """Read everything again now; metrics only where they are older than a minute."""
        self._flow.forget()
        self._access.forget()
        for poller in self._pollers:
            poller.wake()
        self._depths.wake(again=True)

    def pause(self, paused: bool) -> None:
        """Hold or resume every reading."""
        for poller in self._pollers:
            poller.pause(paused)
        self._depths.pause(paused)

    async def _read_every_queue(self) -> None:
        await _tolerate(self._queues.read())
        await self._depths.read_all()

    def _queues_found(self) -> None:
        self._depths.wake()

    async def _read_flow(self) -> None:
        await self._flow.read()
        self._access_poller.wake()
        await self._flow.save()
        await self._save_names()
        if self._flow.lacking:
            raise self._flow.lacking  # not in five minutes, but soon

    @property
    def _place(self) -> Place:
        return Place(*self.key)

    async def _save_names(self) -> None:
        """For a shell that completes them; only where both lists were read, or what was known would be lost."""
        state = self.state
        if self._names and state.account and state.queue_list.value is not None and state.flow.value is not None:
            names = names_of(state.queues.values(), state.flow.value)
            await asyncio.to_thread(self._names.save, self._place.file_name, names)

    async def _read_flow_and_access(self) -> None:
        await self._flow.read()
        await self._access.read()

    async def _relations(self) -> None:
        self._flow.join()
        if self._access.lacks:
            self._access_poller.wake()
        self._judge.judge(self._clock.now())


def _affordable(flow: Flow, named: Iterable[str], busy_queues: int) -> Iterator[str]:
    """As many of the resources as fit into one request beside the queues: each metric is paid for."""
    left = QUERIES_PER_CALL - busy_queues * len(catalogue.queue_row(""))
    for arn in named:
        left -= len(flow_figures.queries(flow.node(arn), flow))
        if left < 0:
            return
        yield arn


def names_of(queues: Iterable[Queue], flow: Flow) -> Names:
    """What of a place can be named on a command line."""
    names = Names()
    for queue in queues:
        (names.dlqs if queue.arn in flow.dlq_arns else names.queues).append(queue.name)
    for node in flow.nodes:
        if node.kind == "function":
            names.functions.append(node.name)
        elif node.kind not in ("queue", "external", "other"):
            names.others.append(node.name)
        if node.kind == "rule":
            names.switches.append(node.arn)
    details = (dict(edge.detail) for edge in flow.edges if edge.kind == "consumes")
    names.switches += dict.fromkeys(each["mapping"] for each in details if "mapping" in each)
    return names


async def _tolerate(reading: Awaitable[None]) -> None:
    """A reading whose failure is told by its feed."""
    with contextlib.suppress(AwsError):
        await reading
