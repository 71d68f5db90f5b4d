"""The flow's configuration, and tags: what changes seldom and takes many calls to read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from evwatch.aws import catalogue, sqs, tagging
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.survey import Survey
from evwatch.model.clock import Clock
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Flow, merge
from evwatch.pollers.state import ContextState


class FlowReader:
    """Fills the state's flow. What may not be read is a named gap; the rest is shown."""

    def __init__(self, caller: Caller, state: ContextState, clock: Clock) -> None:
        self._caller = caller
        self._state = state
        self._clock = clock
        self._discovered = Flow()
        self._discovered_at: datetime | None = None
        self._fault: Fault | None = None

    async def read(self) -> None:
        """One discovery. Raises AwsError where nothing at all could be read, and the feed holds it by then."""
        survey = Survey(self._caller)
        flows, _ = await asyncio.gather(
            asyncio.gather(*(discover(survey) for discover in catalogue.DISCOVERERS)), self._read_tags()
        )
        refused = {fault.source: fault for fault in survey.faults}
        for source in sorted(survey.sources):
            self._state.tried(source, refused.get(source))
        if survey.sources and len(refused) == len(survey.sources):
            self._fault = survey.faults[0]
            self.join_queues()
            raise AwsError(self._fault)
        self._discovered, self._discovered_at, self._fault = merge(flows), self._clock.now(), None
        self.join_queues()

    def join_queues(self) -> None:
        """Put the queues' own links together with what was discovered; called again as queues are read."""
        merged = merge((sqs.flow(tuple(self._state.queues.values())), self._discovered))
        known = self._state.flow.value
        if known is not None and (known.nodes, known.edges) == (merged.nodes, merged.edges):
            merged = known
        something = self._discovered_at is not None or bool(merged.nodes)
        self._state.flow = Feed(merged if something else None, self._discovered_at, self._fault)
        self._state.changed()

    async def _read_tags(self) -> None:
        source = tagging.GET_RESOURCES.iam_action
        try:
            tags = await tagging.queue_tags(self._caller)
        except AwsError as error:
            self._state.tried(source, None if error.unsupported else error.fault)
            return
        self._state.tried(source)
        for url, queue in self._state.queues.items():
            if queue.tags != tags.get(queue.arn, ()):
                self._state.queues[url] = replace(queue, tags=tags.get(queue.arn, ()))
