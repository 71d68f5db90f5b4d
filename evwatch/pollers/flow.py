"""The flow's configuration, and tags: what changes seldom and takes many calls to read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from random import Random

from evwatch.aws import catalogue, sqs, tagging
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.memory import Memory
from evwatch.aws.survey import Survey
from evwatch.model.alarm import Alarm
from evwatch.model.clock import Clock
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Flow, merge
from evwatch.model.flow_alarms import alarm_flow
from evwatch.model.flow_kinds import Home, completed
from evwatch.model.queue import Queue
from evwatch.pollers.flow_cache import FlowCache, Remembered
from evwatch.pollers.place import place_of
from evwatch.pollers.state import ContextState

_QUEUES = "sqs"
_PASSING = frozenset({"network", "throttled"})
"""What another try in a moment may not meet again."""
_Inputs = tuple[tuple[Queue, ...], tuple[Alarm, ...] | None, str]


async def _at_once() -> None:
    return


class FlowReader:
    """Fills the state's flow. What may not be read is a named gap; the rest is shown.

    A service that could not be read completely this time is filled up with what it said when it last could.
    """

    def __init__(
        self,
        caller: Caller,
        state: ContextState,
        clock: Clock,
        random: Random | None = None,
        cache: FlowCache | None = None,
        identified: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._cache = cache
        self._identified = identified
        """Waits until it is known, or cannot be known, whose account this is."""
        self._memory = Memory(clock.monotonic, random or Random())
        self._account = state.account
        """Whose parts these are: a renewed login may lead to another account."""
        self._parts: dict[str, Flow] = {}
        """By service, what was read completely."""
        self._taken: dict[str, datetime] = {}
        """By service, when that was asked for."""
        self._discovered = Flow()
        self._discovered_at: datetime | None = None
        self._fault: Fault | None = None
        self.lacking: AwsError | None = None
        """Why the newest discovery took something from an earlier one, where that may be another in a moment."""
        self._joined: _Inputs | None = None
        self.has_read = False
        """Whether the flow was discovered since the start; until then it may be one from the cache."""

    async def read(self) -> None:
        """One discovery. Raises AwsError where nothing at all could be read, and the feed holds it by then."""
        self.lacking = None
        await self._identified()
        if self._state.account != self._account:
            self._account, self._parts, self._taken = self._state.account, {}, {}
            self._memory.clear()
        await self._recall()
        asked_at = self._clock.now()
        surveys, _ = await asyncio.gather(
            asyncio.gather(*(self._discover(discover) for discover in catalogue.DISCOVERERS)), self._read_tags()
        )
        self._memory.sweep()
        refused = {fault.source: fault for survey, _, _ in surveys for fault in survey.faults}
        sources = {source for survey, _, _ in surveys for source in survey.sources}
        for source in sorted(sources):
            self._state.tried(source, refused.get(source))
        if sources and len(refused) == len(sources):
            self._fault = next(iter(refused.values()))
            self.join()
            raise AwsError(self._fault)
        parts, old = dict(self._parts), dict[str, Fault]()
        for survey, name, found in surveys:
            before = self._parts.get(name)
            if not survey.faults:
                self._parts[name], self._taken[name] = found, asked_at
            elif before:
                old[name] = survey.faults[0]
            parts[name] = merge((found, before)) if survey.faults and before else found
        # What is shown is as old as the oldest part of it that could not be read again.
        self._take(parts, min((self._taken[name] for name in old), default=asked_at))
        self._fault = next(iter(old.values()), None)
        passing = (fault for fault in old.values() if fault.code in _PASSING)
        self.lacking = next((AwsError(fault) for fault in passing), None)
        self.has_read = True
        self.join()

    def forget(self) -> None:
        """Read everything anew next time, also what was to be kept for a while."""
        self._memory.clear()

    async def save(self) -> None:
        """Leave what is known now to the next start."""
        if self._cache is None or not self._state.account or not self.has_read or self._discovered_at is None:
            return
        if self._state.queue_list.value is not None:
            self._parts[_QUEUES] = self._queue_flow(tuple(self._state.queues.values()))
        remembered = Remembered(dict(self._parts), self._discovered_at)
        await asyncio.to_thread(self._cache.save, place_of(self._caller, self._state), remembered)

    def join(self) -> None:
        """Put queues and alarms, which are read more often, together with what was discovered."""
        state = self._state
        queues, alarms = tuple(state.queues.values()), state.cloudwatch_alarms.value
        inputs = (queues, alarms, state.account)
        if self._joined != inputs:
            self._joined = inputs
            self._build(queues, alarms or ())
        value = state.flow.value
        something = self._discovered_at is not None or bool(value and value.nodes)
        feed = Feed(value if something else None, self._discovered_at, self._fault)
        moved = feed.taken_at != state.flow.taken_at
        if feed != state.flow or moved:
            state.flow = feed
            state.changed()

    def _build(self, queues: tuple[Queue, ...], alarms: Iterable[Alarm]) -> None:
        state = self._state
        parts = merge((self._queue_flow(queues), self._discovered, alarm_flow(alarms)))
        merged = completed(parts, (Home(state.account, state.context.region),))
        known = state.flow.value
        if known is None or (known.nodes, known.edges) != (merged.nodes, merged.edges):
            state.flow = replace(state.flow, value=merged)

    def _queue_flow(self, queues: tuple[Queue, ...]) -> Flow:
        """Queues as they are listed now; those whose attributes were not read yet keep the links that they had."""
        remembered = self._parts.get(_QUEUES, Flow())
        if self._state.queue_list.value is None:
            return merge((sqs.flow(queues), remembered))
        unread = {queue.arn for queue in queues if queue.retention_seconds is None}
        kept = tuple(edge for edge in remembered.edges if edge.source in unread)
        return merge((sqs.flow(queues), Flow(edges=kept)))

    async def _discover(self, discover: Callable[[Survey], Awaitable[Flow]]) -> tuple[Survey, str, Flow]:
        survey = Survey(self._caller, self._state.account, self._memory)
        return survey, discover.__module__.rpartition(".")[2], await discover(survey)

    def _take(self, parts: dict[str, Flow], at: datetime) -> None:
        self._discovered = merge(flow for name, flow in parts.items() if name != _QUEUES)
        self._discovered_at, self._fault, self._joined = at, None, None

    async def _recall(self) -> None:
        """Show what was known when evwatch last ran here, with its age, while the first discovery is under way."""
        if self._cache is None or self._discovered_at is not None or not self._state.account:
            return
        remembered = await asyncio.to_thread(self._cache.load, place_of(self._caller, self._state))
        if remembered:
            self._parts = dict(remembered.parts)
            self._taken = dict.fromkeys(self._parts, remembered.taken_at)
            self._take(self._parts, remembered.taken_at)
            self.join()

    async def _read_tags(self) -> None:
        source = tagging.GET_RESOURCES.iam_action
        try:
            tags = await tagging.tags(self._caller)
        except AwsError as error:
            self._state.tried(source, None if error.unsupported else error.fault)
            return
        self._state.tried(source)
        self._state.tags = dict(tags)
        for url, queue in self._state.queues.items():
            if queue.tags != tags.get(queue.arn, ()):
                self._state.queues[url] = replace(queue, tags=tags.get(queue.arn, ()))
