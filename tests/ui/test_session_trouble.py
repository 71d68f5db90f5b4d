"""A session that cannot be opened, or breaks: it is said, tried again, and never hidden."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from evwatch.app import EvwatchApp
from evwatch.config import Settings
from evwatch.model.fault import EvwatchError, Fault
from evwatch.screens.live import LiveSession
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock
from tests.ui.reading import shows, until, watching, whole

NO_REGION = Fault("region", "no region is set", "set AWS_REGION, or give --region")
NEVER = 3_600.0


class Opening:
    """Fails until it is told to work."""

    def __init__(self, session: FakeSession) -> None:
        self.session = session
        self.fault: Fault | None = NO_REGION
        self.tries = 0

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[LiveSession]:
        self.tries += 1
        if self.fault:
            raise EvwatchError(self.fault)
        async with self.session as session:
            yield session


async def test_a_session_that_cannot_be_opened_says_why_and_is_tried_again_at_once_when_asked() -> None:
    opening = Opening(FakeSession(scenes.well()))
    app = EvwatchApp(Settings(), opening, clock=HeldClock(), try_again_seconds=NEVER)
    async with watching(app, size=(80, 24), shown="No region, or one that does not exist") as pilot:
        await shows(pilot, "no region is set", "set AWS_REGION, or give --region", "? help", "refresh")
        assert "filter" not in whole(app)
        opening.fault = None
        await pilot.press("ctrl+r")
        await shows(pilot, "✓ all clear", "filter")
        assert opening.tries == 2


async def test_it_is_tried_again_by_itself() -> None:
    opening = Opening(FakeSession(scenes.well()))
    app = EvwatchApp(Settings(), opening, clock=HeldClock(), try_again_seconds=0.01)
    async with watching(app, shown="No region") as pilot:
        await until(pilot, lambda: opening.tries >= 3)
        opening.fault = None
        await shows(pilot, "✓ all clear")


async def test_keys_that_need_something_on_screen_do_nothing_while_there_is_nothing() -> None:
    opening = Opening(FakeSession(scenes.well()))
    app = EvwatchApp(Settings(), opening, clock=HeldClock(), try_again_seconds=NEVER)
    async with watching(app, shown="No region") as pilot:
        await pilot.press(*"yczsm[]pv!", "enter", "colon", "slash")
        await pilot.press("escape")
        await shows(pilot, "No region")


async def test_quitting_while_there_is_no_session_ends() -> None:
    opening = Opening(FakeSession(scenes.well()))
    app = EvwatchApp(Settings(), opening, clock=HeldClock(), try_again_seconds=NEVER)
    async with watching(app, shown="No region") as pilot:
        await pilot.press("q")
    assert app.return_code == 0


async def test_a_defect_in_the_session_is_loud() -> None:
    @asynccontextmanager
    async def broken() -> AsyncIterator[LiveSession]:
        async with FakeSession(scenes.well()) as session:
            yield session
        raise ZeroDivisionError("a defect")

    async def run() -> None:
        app = EvwatchApp(Settings(), broken, clock=HeldClock())
        async with watching(app) as pilot:
            assert app._stage
            app._stage.leave()
            await until(pilot, lambda: not app.is_running)

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(run(), 20)


async def test_the_session_is_closed_before_the_app_is_gone() -> None:
    session = FakeSession(scenes.well())
    app = EvwatchApp(Settings(), lambda: session, clock=HeldClock())
    async with watching(app):
        assert not session.closed
    assert session.closed
