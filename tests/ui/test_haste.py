"""Keys that come faster than a screen is made or taken away: each is answered, and none ends the dashboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.screen import Screen

from evwatch.app import EvwatchApp
from evwatch.model.switch import Switch
from evwatch.screens.typed_ask import TypedAskScreen
from tests.ui import flow_scenes
from tests.ui.fakes import make_app
from tests.ui.reading import shows, until, watching
from tests.ui.test_flow import SwitchingSession, flow_screen

CONSUMERS = flow_scenes.ways(3, broken=frozenset({1}))


class SlowSession(SwitchingSession):
    """What a consumer's state is comes when the test wants it."""

    def __init__(self) -> None:
        super().__init__(CONSUMERS)
        self.preparing, self.answered = asyncio.Event(), asyncio.Event()

    async def find(self, text: str) -> Switch:  # type: ignore[override]  # of a switcher, not of a session
        self.preparing.set()
        await self.answered.wait()
        return await super().find(text)


def once_changed(app: EvwatchApp, do: Callable[[], None]) -> None:
    """Do this at the next change of the screen, before anything else is done about it."""

    def changed(_: Screen[object]) -> None:
        app.screen_change_signal.unsubscribe(app)
        do()

    app.screen_change_signal.subscribe(app, changed, immediate=True)


async def test_whoever_leaves_while_a_question_is_prepared_is_not_asked() -> None:
    session = SlowSession()
    app = make_app(session)
    async with watching(app) as pilot:
        await flow_screen(pilot)
        await pilot.press("j", "j", "j", "o")
        await until(pilot, session.preparing.is_set)
        once_changed(app, session.answered.set)
        await pilot.press("escape")
        await shows(pilot, "Queues")
        await until(pilot, lambda: session.answered.is_set() and not app.workers)
        assert not any(isinstance(screen, TypedAskScreen) for screen in app.screen_stack)
        await pilot.press("question_mark")
        await shows(pilot, "look closer")
