"""A session before the emulator, and dead letters to act on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp.typedefs import Middleware

from evwatch.config import ContextRequest, Settings
from evwatch.demo.gateway.move_task import Pace
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter
from evwatch.model.deletion import Deletion
from evwatch.model.look import Look, LookRequest
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.report import Report
from evwatch.model.run import Phase, Progress
from evwatch.redrive.control import Control
from evwatch.redrive.files import read_file
from evwatch.session import Session
from tests.emulator.account import QUICK, Account

GUARDS = LookRequest(fifo=True, lease_seconds=20)


@dataclass
class Operator:
    """Somebody who redrives."""

    session: Session
    folder: Path
    control: Control = field(default_factory=Control)
    told: list[Progress] = field(default_factory=list)
    moving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once something was sent."""

    _when: dict[Phase, Callable[[], None]] = field(default_factory=dict)
    _waiting: list[tuple[Callable[[Progress], bool], asyncio.Future[Progress]]] = field(default_factory=list)

    async def until(self, condition: Callable[[Progress], bool]) -> Progress:
        """The next progress of which this is true."""
        waits: asyncio.Future[Progress] = asyncio.get_running_loop().create_future()
        self._waiting.append((condition, waits))
        return await asyncio.wait_for(waits, 20)

    def when(self, phase: Phase, then: Callable[[], None]) -> None:
        """Do this once the run is in that phase."""
        self._when[phase] = then

    def tell(self, progress: Progress) -> None:
        self.told.append(progress)
        if then := self._when.pop(progress.phase, None):
            then()
        if progress.sent:
            self.moving.set()
        for condition, waits in self._waiting:
            if not waits.done() and condition(progress):
                waits.set_result(progress)

    async def plan(
        self,
        queue: str,
        request: RedriveRequest | None = None,
        chosen: tuple[DeadLetter, ...] | None = None,
        look: Look | None = None,
    ) -> Plan:
        found = await self.session.find(queue)
        request = request or RedriveRequest(engine="journal", watch_seconds=0)
        return await self.session.redriver.plan(found.context, found.queue, request, GUARDS, chosen=chosen, look=look)

    async def start(self, plan: Plan) -> Report:
        return await self.session.redriver.start(plan, self.control, self.tell)

    async def redrive(self, queue: str, **request: Any) -> Report:
        wanted: dict[str, Any] = {"engine": "journal", "watch_seconds": 0.0, **request}
        return await self.start(await self.plan(queue, RedriveRequest(**wanted)))

    async def delete(self, queue: str, chosen: tuple[DeadLetter, ...] | None = None) -> Report:
        found = await self.session.find(queue)
        deletion = Deletion(found.context, found.queue, GUARDS, chosen, lease_seconds=5)
        return await self.session.redriver.delete(deletion, Control(), self.tell)

    async def undo(self, run: str) -> Report:
        return await self.session.redriver.undo(run, Control(), self.tell)

    async def import_file(self, path: Path, queue: str, *, again: bool = False) -> Report:
        found = await self.session.find(queue)
        file = read_file(path)
        return await self.session.redriver.import_file(
            found.context, found.queue, file, Control(), self.tell, again=again
        )

    async def look(self, queue: str) -> Look:
        found = await self.session.find(queue)
        return await self.session.look(found, GUARDS, lambda _: None)


Operating = Callable[..., AbstractAsyncContextManager[Operator]]


@pytest.fixture
def operating(aws: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operating:
    """`async with operating(middleware, ...) as operator`: a session whose calls go through these middlewares."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    @asynccontextmanager
    async def operate(
        *middlewares: Middleware, pace: Pace = QUICK, clock: Clock | None = None
    ) -> AsyncIterator[Operator]:
        folder = tmp_path / "state"
        async with aws.gateway(*middlewares, pace=pace) as url:
            request = ContextRequest(region=aws.region, endpoint_url=url)
            async with Session(Settings(contexts=(request,), state_folder=str(folder)), clock=clock) as session:
                yield Operator(session, folder)

    return operate
