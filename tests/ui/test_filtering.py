"""A filter is typed in the last line of the screen, where one sees it, in the place of the keys."""

from __future__ import annotations

import pytest

from evwatch.widgets.prompt import FilterPrompt
from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.letter_scenes import kept
from tests.ui.reading import screen_text, shows, until, watching
from tests.ui.test_logs import LoggingSession

SCREENS: dict[str, tuple[FakeSession, tuple[str, ...], str]] = {
    "overview": (FakeSession(scenes.trouble()), (), "Queues"),
    "flow": (FakeSession(scenes.trouble()), ("2",), "Findings"),
    "dead letters": (kept(20), ("slash", *"order-events-queue", "enter", "d"), "Groups"),
    "logs": (LoggingSession(("one", "two")), ("l",), "searched"),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "usual"])
@pytest.mark.parametrize("name", list(SCREENS))
async def test_what_is_typed_stands_in_the_last_line_and_the_keys_come_back(name: str, size: tuple[int, int]) -> None:
    session, way, seen = SCREENS[name]
    app = make_app(session)
    async with watching(app, size=size) as pilot:
        await pilot.press(*way)
        await shows(pilot, seen)
        await until(pilot, lambda: not app.screen.query(FilterPrompt) and "  " in _last(screen_text(app)))
        keys = _last(screen_text(app))
        await pilot.press("slash", *"order")
        await until(pilot, lambda: _last(screen_text(app)).strip() == "order")
        await pilot.press("escape")
        await until(pilot, lambda: _last(screen_text(app)) == keys)


async def test_a_filter_can_be_typed_before_anything_was_read_and_holds_for_what_comes() -> None:
    session = FakeSession(scenes.nothing())
    app = make_app(session)
    async with watching(app, shown="connecting") as pilot:
        await pilot.press("slash", *"payments", "enter")
        session.put(scenes.trouble())
        await shows(pilot, "2 of 12", "payments-ledger")
        await pilot.press("j")
        assert app.focused is not None
        assert app.focused.id == "queues"


def _last(lines: list[str]) -> str:
    return next(line for line in reversed(lines) if line.strip())
