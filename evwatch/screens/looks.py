"""The looks that the dashboard takes: at most one at a time into each queue, and none outlives its session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.snapshot import Snapshot
from evwatch.present.key import Key

if TYPE_CHECKING:
    from evwatch.deadletters.query import Order
    from evwatch.model.queue import Queue
    from evwatch.screens.live import LiveSession


@dataclass(slots=True)
class Desk:
    """What the operator has done with the messages of one queue; it stays while evwatch lives."""

    marked: set[str] = field(default_factory=set)
    """MessageIds."""
    words: str = ""
    order: Order = "age"


class Reading:
    """One look under way."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.progress: LookProgress | None = None
        self.look: Look | None = None
        self.fault: Fault | None = None
        """Why it ended without a look."""
        self.stopping = False
        self._stop = asyncio.Event()
        self.tell = tell
        """Called at each step and at the end."""
        self._task: asyncio.Task[None] | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended, and everything is released."""
        return self._task is not None and self._task.done()

    def start(self, session: LiveSession, key: Key, queue: Queue | None, request: LookRequest) -> None:
        """Begin to read."""
        self._task = asyncio.create_task(self._read(session, key, queue, request), name=f"look into {key[1]}")
        self._task.add_done_callback(lambda _task: self.tell())

    def stop(self) -> None:
        """End early with what was read."""
        self.stopping = True
        self._stop.set()
        self.tell()

    async def abandon(self) -> None:
        """End at once; returns when everything is released."""
        if self._task:
            self.stopping = True
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def raise_defect(self) -> None:
        """A defect must not pass in silence."""
        if self._task and self._task.done() and not self._task.cancelled():
            self._task.result()

    async def _read(self, session: LiveSession, key: Key, queue: Queue | None, request: LookRequest) -> None:
        from evwatch.session import FoundQueue

        context, arn = key
        try:
            found = FoundQueue(context, queue) if queue else await session.find(arn)
            self.look = await session.look(found, request, self._progressed, self._stop)
        except EvwatchError as error:
            self.fault = error.fault

    def _progressed(self, progress: LookProgress) -> None:
        self.progress = progress
        self.tell()


class Looks:
    """Begins looks, and sees to it that each has released what it held before its session closes."""

    def __init__(self) -> None:
        self._session: LiveSession | None = None
        self._forget: Callable[[], None] = _nothing
        self.snapshot: Snapshot | None = None
        """What is known now; None before the first session."""
        self._readings: dict[str, Reading] = {}
        self._desks: dict[str, Desk] = {}

    def attach(self, session: LiveSession) -> None:
        """Look through this session from now on."""
        self._session = session
        self._learn(session.snapshot)
        self._forget = session.subscribe(self._learn)

    @property
    def under_way(self) -> bool:
        """Whether anything may be held now."""
        return any(not reading.done for reading in self._readings.values())

    def desk(self, arn: str) -> Desk:
        """Marks, filter and order of a queue."""
        return self._desks.setdefault(arn, Desk())

    def reading(self, arn: str) -> Reading | None:
        """The look into this queue that is under way."""
        reading = self._readings.get(arn)
        return reading if reading and not reading.done else None

    def begin(self, key: Key, queue: Queue | None, request: LookRequest, tell: Callable[[], None]) -> Reading | None:
        """Begin a look; `tell` is called at each step of it and at its end. None where there is no session, or a look
        into this queue is under way."""
        if self._session is None or self.reading(key[1]):
            return None
        reading = self._readings[key[1]] = Reading(tell)
        reading.start(self._session, key, queue, request)
        return reading

    def kept(self) -> Iterator[tuple[Key, Look]]:
        """Every look that is kept, by context and queue."""
        for context in self.snapshot.contexts if self.snapshot else ():
            for arn, look in context.looks.items():
                yield (context.context.name, arn), look

    async def end(self) -> None:
        """End every look; returns when everything is released. To be awaited before the session closes."""
        self._session = None
        self._forget()
        self._forget = _nothing
        await asyncio.gather(*(reading.abandon() for reading in self._readings.values()))

    def _learn(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot


def _nothing() -> None:
    pass
