"""One context, watched: its way to AWS, what is known of it, and what may be asked of it besides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from evwatch.aws import alarm_history, sqs
from evwatch.aws.catalogue import SERVICES
from evwatch.aws.clients import Caller
from evwatch.aws.skew import ServerClock
from evwatch.deadletters.look import Eye
from evwatch.deadletters.trail import Trail
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmHistory
from evwatch.model.context import Context
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogRequest
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.queue import Queue
from evwatch.model.snapshot import ContextSnapshot
from evwatch.pollers.completions import Completions
from evwatch.pollers.looks import SAMPLE_CHECK_SECONDS, Looker, MayLook, SampleReader
from evwatch.pollers.place import Place, place_of
from evwatch.pollers.shared import Shared
from evwatch.pollers.sources import Figures, Sources
from evwatch.pollers.state import ContextState


class ContextWatch:
    """One context, watched. Enter it, then either `run` it or `read` it once."""

    def __init__(self, context: Context, shared: Shared, changed: Callable[[], None]) -> None:
        """`changed` is called after every change of what is known."""
        settings, clock = shared.settings, shared.clock
        read_only = settings.read_only or context.read_only
        context = replace(context, read_only=read_only, demo=settings.demo)
        state = self.state = ContextState(context, changed)
        may_look = MayLook()
        caller = self._caller = Caller(
            context,
            SERVICES,
            shared.meter,
            clock.monotonic,
            read_only=read_only,
            may_look=may_look,
            models=shared.models,
            prompter=shared.codes.prompter(context.name),
            hear_headers=self._hear_headers,
        )
        self._clock = clock
        self._server_clock = ServerClock(clock.now)
        self._completions = Completions(shared.names, caller, state)
        self._sources = Sources(caller, state, shared, self._completions)
        self.eye = Eye(caller, clock, shared.random, shared.originals)
        """The way to AWS, for whoever acts on what was found."""
        self.looker = Looker(self.eye, state, self._sources.flow, may_look, self._sources.every_queue)
        """Looks into queues, and asks the guards."""
        self._trail = Trail(caller, clock)
        if settings.sample_dlqs:
            samples = SampleReader(self.looker, self.eye, state)
            self._sources.add("samples", samples.read, SAMPLE_CHECK_SECONDS)

    async def __aenter__(self) -> Self:
        await self._caller.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._caller.__aexit__(kind, error, trace)

    def snapshot(self) -> ContextSnapshot:
        """A frozen picture of now."""
        return self.state.snapshot(self._caller.endpoint_url)

    @property
    def place(self) -> Place:
        """What makes two contexts the same."""
        return place_of(self._caller, self.state)

    async def run(self) -> None:
        """Poll until cancelled."""
        await self._sources.run()

    async def read(self, figures: Figures | None = None) -> None:
        """One complete reading; what failed is in the feeds. Of the flow's hops those are read that `figures` names."""
        await self._sources.read(figures)

    async def know(self) -> None:
        """Read who the caller is and what fires, where that was not read yet; what fails is in the feeds."""
        await self._sources.know()

    def show(self, interest: Interest) -> None:
        """Let polling follow what is on screen."""
        self._sources.show(interest)

    def refresh(self) -> None:
        """Read everything again now; metrics only where they are older than a minute."""
        self._sources.refresh()

    def pause(self, paused: bool) -> None:
        """Hold or resume every reading."""
        self._sources.pause(paused)

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
        look = await self.looker.look(queue, request, progress, stop)
        await self._completions.add_groups(look)
        return look

    async def logs(self, request: LogRequest) -> LogReading | None:
        """Read log lines, and keep why a dead letter failed; None where nothing here has the name.

        Raises EvwatchError.
        """
        reading = await self._trail.read(request)
        if reading:
            self.state.keep_logs(reading, request.letter)
        return reading

    async def alarm_history(self, alarm: Alarm) -> AlarmHistory:
        """What an alarm did, newest first. Raises EvwatchError."""
        return await alarm_history.alarm_history(self._caller, alarm, self._clock.now())

    def _hear_headers(self, headers: Mapping[str, str]) -> None:
        self._server_clock.hear(headers)
        self.state.clock_ahead(self._server_clock.ahead)


def watch_of(watches: Iterable[ContextWatch], context: str) -> ContextWatch:
    """The watch of a context, by its name. Raises EvwatchError (`not-found`).

    What somebody still has on screen may be of a context that meanwhile turned out to be another one by another name.
    """
    for watch in watches:
        if watch.state.context.name == context:
            return watch
    hint = "look again: the same account and region is watched under another name"
    raise EvwatchError(Fault("not-found", f"{context} is not watched any more", hint))
