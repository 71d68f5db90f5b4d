"""A session without AWS: it shows what a test puts in, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from evwatch.app import EvwatchApp
from evwatch.aws.mfa import MfaCodes
from evwatch.config import Settings
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmHistory
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogRequest
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.report import Report
from evwatch.model.snapshot import Snapshot
from evwatch.screens.live import Redriving, Switching
from evwatch.session import FoundQueue
from tests.ui.scenes import NOW


class NothingDone:
    """A redriver with an empty journal; a test that acts brings another."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    async def runs(self) -> list[Report]:
        return self.reports

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nothing here is redriven: {name}")


class FakeSession:
    """The session's surface; `put` is the whole of AWS."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._listeners: list[Callable[[Snapshot], None]] = []
        self.interests: list[Interest] = []
        self.refreshes = 0
        self.paused: list[bool] = []
        self.closed = False
        self.codes = MfaCodes()
        self.acting: Any = NothingDone()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed = True

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def show(self, interest: Interest) -> None:
        self.interests.append(interest)

    def refresh(self) -> None:
        self.refreshes += 1

    def pause(self, paused: bool) -> None:
        self.paused.append(paused)

    @property
    def switcher(self) -> Switching:
        raise AssertionError("nothing here is switched")

    @property
    def redriver(self) -> Redriving:
        acting: Redriving = self.acting
        return acting

    async def find(self, text: str) -> FoundQueue:
        raise AssertionError("nothing here looks into queues")

    async def look(
        self,
        found: FoundQueue,
        request: LookRequest,
        progress: Callable[[LookProgress], None],
        stop: asyncio.Event | None = None,
    ) -> Look:
        raise AssertionError("nothing here looks into queues")

    async def logs(self, request: LogRequest) -> LogReading:
        return LogReading((), (), ())

    async def alarm_history(self, context: str, alarm: Alarm) -> AlarmHistory:
        return AlarmHistory((), complete=True, taken_at=NOW)

    def put(self, snapshot: Snapshot) -> None:
        """What the next poll found."""
        self._snapshot = snapshot
        for listener in list(self._listeners):
            listener(snapshot)


class HeldClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def make_app(session: FakeSession, clock: HeldClock | None = None, settings: Settings | None = None) -> EvwatchApp:
    """The dashboard on a fake session."""
    return EvwatchApp(settings or Settings(), lambda: session, clock=clock or HeldClock())
