"""A live evwatch without a screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from evwatch.aws.credentials import resolve_contexts
from evwatch.aws.meter import Meter
from evwatch.aws.mfa import MfaCodes
from evwatch.config import Settings
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmHistory
from evwatch.model.arn import parse_arn
from evwatch.model.clock import Clock
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogRequest
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.metric import MetricQuery
from evwatch.model.naming import find_queue, name_in
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot
from evwatch.pollers.beat import Beat
from evwatch.pollers.flow_cache import FlowCache, default_folder
from evwatch.pollers.known_names import KnownNames
from evwatch.pollers.known_names import default_folder as known_folder
from evwatch.pollers.place import Place
from evwatch.pollers.shared import Shared
from evwatch.pollers.sources import Figures
from evwatch.pollers.watch import ContextWatch, watch_of
from evwatch.redrive.folder import journal_folder
from evwatch.redrive.redriver import Redriver
from evwatch.redrive.switching import Switcher

Listener = Callable[[Snapshot], None]


@dataclass(frozen=True, slots=True)
class FoundQueue:
    """A queue, and the name of the context that it is in."""

    context: str
    queue: Queue


def _unguarded(watch: ContextWatch) -> tuple[bool, bool]:
    context = watch.state.context
    return not context.read_only, not context.production


class Session:
    """Owns contexts, feeds and meter while evwatch lives; the dashboard and the commands both drive one.

    Enter it to open the way to AWS; then `run` it, or `read` once. Making one raises EvwatchError where no context
    can be made of the settings (no region).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
        environment: Mapping[str, str] | None = None,
        cache_folder: Path | None = None,
    ) -> None:
        self._clock = clock or Clock()
        self._meter = Meter(self._clock.monotonic)
        contexts = resolve_contexts(settings.contexts, os.environ if environment is None else environment)
        self.redriver = Redriver(lambda: self._watches, journal_folder(settings.state_folder), self._clock)
        """Plans and runs."""
        self.codes = MfaCodes()
        """MFA codes that contexts wait for, and those that were given."""
        kept = not settings.demo  # the demo is another system at every start
        shared = Shared(
            settings,
            self._meter,
            self._clock,
            random or Random(),
            self.codes,
            self.redriver.originals,
            flows=FlowCache(cache_folder or default_folder()) if kept else None,
            names=KnownNames(cache_folder / "names" if cache_folder else known_folder()) if kept else None,
        )
        self._watches = [ContextWatch(context, shared, self._changed) for context in contexts]
        self.switcher = Switcher(lambda: self._watches, self.redriver.journal)
        """Pauses and resumes consumers and rules."""
        self._listeners: list[Listener] = []
        self._stack = AsyncExitStack()
        self._tasks: dict[ContextWatch, asyncio.Task[None]] = {}
        self._telling: asyncio.TimerHandle | None = None
        self._beat = Beat(self._clock.monotonic)
        self._charted: tuple[MetricQuery, ...] = ()
        self._paused = False

    async def __aenter__(self) -> Self:
        for watch in self._watches:
            await self._stack.enter_async_context(watch)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._telling:
            self._telling.cancel()
        await self.redriver.close()
        await self._stack.aclose()

    @property
    def snapshot(self) -> Snapshot:
        """Everything known now."""
        return Snapshot(
            taken_at=self._clock.now(),
            contexts=tuple(watch.snapshot() for watch in self._watches),
            usage=self._meter.usage(),
            paused=self._paused,
        )

    async def run(self) -> None:
        """Poll until cancelled. A defect in a poller comes out here instead of going stale in silence."""
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                self._tasks[watch] = group.create_task(watch.run())

    async def read(self, figures: Figures | None = None) -> Snapshot:
        """One complete reading of every context, for `status` and its kin; what could not be read is in its faults.

        Of the flow's hops those have figures that `figures` names, as far as one request for metrics reaches.
        """
        await asyncio.gather(*(watch.read(figures) for watch in self._watches))
        self._drop_twins()
        return self.snapshot

    async def find(self, text: str) -> FoundQueue:
        """The queue that a person means by a name, URL or ARN, asked for in every context.

        Raises EvwatchError: not found, in several contexts, or what AWS refused where no context has it.
        """
        arn = parse_arn(text)
        watches = [watch for watch in self._watches if arn is None or watch.state.context.region == arn.region]
        answers = await asyncio.gather(*(watch.find(name_in(text)) for watch in watches), return_exceptions=True)
        found = [
            FoundQueue(watch.state.context.name, answer)
            for watch, answer in zip(watches, answers, strict=True)
            if isinstance(answer, Queue)
        ]
        refused = next((answer for answer in answers if isinstance(answer, BaseException)), None)
        if not found and refused:
            raise refused
        other = ""
        if arn and arn.service == "sqs" and not watches:
            other = f"it is in {arn.region}, which is not watched: use --region {arn.region}"
        return find_queue(text, found, other)

    async def look(
        self,
        found: FoundQueue,
        request: LookRequest,
        progress: Callable[[LookProgress], None],
        stop: asyncio.Event | None = None,
    ) -> Look:
        """Look into a queue under a lease; set `stop` to end early with what was read.

        Raises EvwatchError where a guard refuses, or AWS does.
        """
        watch = watch_of(self._watches, found.context)
        return await watch.look(found.queue, request, progress, stop or asyncio.Event())

    async def logs(self, request: LogRequest) -> LogReading:
        """Lines of a function's log, or those around a dead letter's failure.

        Raises EvwatchError: what AWS refused, or that no context has the function or queue, or several do.
        """
        arn = parse_arn(request.subject)
        watches = [
            watch
            for watch in self._watches
            if request.context in ("", watch.state.context.name)
            and (arn is None or arn.region in ("", watch.state.context.region))
        ]
        answers = await asyncio.gather(*(watch.logs(request) for watch in watches), return_exceptions=True)
        found = [answer for answer in answers if isinstance(answer, LogReading)]
        if not found:
            refused = next((answer for answer in answers if isinstance(answer, BaseException)), None)
            hint = "name it as AWS does, or by its ARN"
            raise refused or EvwatchError(
                Fault("not-found", f'there is neither a function nor a queue "{request.subject}"', hint)
            )
        if len(found) > 1:
            places = ", ".join(reading.context for reading in found)
            raise EvwatchError(
                Fault("usage", f'"{request.subject}" is in several contexts: {places}', "name it by its ARN")
            )
        return found[0]

    async def alarm_history(self, context: str, alarm: Alarm) -> AlarmHistory:
        """What an alarm of this context did. Raises EvwatchError."""
        return await watch_of(self._watches, context).alarm_history(alarm)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the event loop with new snapshots, at most four a second; returns the way to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def show(self, interest: Interest) -> None:
        """Say what is on screen; polling follows it."""
        if interest.chart != self._charted:  # rows move by themselves, the cursor does not
            self._charted = interest.chart
            self._beat.stir()
        for watch in self._watches:
            watch.show(interest)

    def refresh(self) -> None:
        """Read everything again now; what waits for an MFA code asks for it again."""
        self._beat.stir()
        self.codes.forget()
        for watch in self._watches:
            watch.refresh()

    def pause(self, paused: bool) -> None:
        """Hold or resume polling; what was read stays."""
        self._beat.stir()
        self._paused = paused
        for watch in self._watches:
            watch.pause(paused)
        self._changed()

    def _changed(self) -> None:
        if self._telling is None and self._listeners:
            self._telling = asyncio.get_running_loop().call_later(self._beat.rest, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._beat.told()
        self._drop_twins()
        snapshot = self.snapshot
        for listener in list(self._listeners):
            listener(snapshot)

    def _drop_twins(self) -> None:
        """The same account and region at the same endpoint is one context, whichever profiles lead there.

        Of twins the most guarded stays: what is read-only or production by one name must not be acted on by another.
        """
        seen: set[Place] = set()
        for watch in sorted(self._watches, key=_unguarded):
            if not watch.state.account:
                continue
            place = watch.place
            if place in seen:
                self._watches.remove(watch)
                if task := self._tasks.pop(watch, None):
                    task.cancel()
            seen.add(place)
