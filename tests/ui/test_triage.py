"""From an alarm to its cause and back: one step in, one step out, and nothing is lost on the way."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from evwatch.app import EvwatchApp
from evwatch.model.log_lines import LogLine, LogReading
from evwatch.screens.alarms import AlarmsScreen
from evwatch.screens.dead_letters import DeadLettersScreen
from evwatch.screens.logs import LogsScreen
from evwatch.screens.overview import OverviewScreen
from tests.ui import letter_scenes, scenes
from tests.ui.fakes import make_app
from tests.ui.letter_scenes import ReadableSession
from tests.ui.reading import lacks, shows, until, watching
from tests.ui.scenes import NOW

LINE = LogLine(NOW - timedelta(minutes=3), "[ERROR] KeyError correlationId=corr-00003", "s", "g", True)


@pytest.fixture
def session() -> ReadableSession:
    """A look was taken into the DLQ of the order events, and the log of its function was shown."""
    base = scenes.trouble()
    messages = letter_scenes.mixed(40)
    looked = letter_scenes.with_look(base, letter_scenes.look(messages, letter_scenes.queue_of(base)))
    first, *rest = looked.contexts
    reading = LogReading((letter_scenes.FUNCTION,), (LINE,), ())
    return ReadableSession(replace(looked, contexts=(replace(first, log_readings=(reading,)), *rest)), messages)


@pytest.fixture
def app(session: ReadableSession) -> EvwatchApp:
    return make_app(session)


async def test_from_an_alarm_to_its_dead_letters_and_logs_and_back_with_every_cursor_where_it_was(
    app: EvwatchApp,
) -> None:
    async with watching(app) as pilot:
        await pilot.press("4", "j", "j")
        await shows(pilot, "OrderEventsDLQMessages  for 31 m 12 s")
        await pilot.press("d")
        await shows(pilot, "order-events-dlq  seen 49")
        letters = app.screen
        assert isinstance(letters, DeadLettersScreen)
        await pilot.press("j", "j", "enter", "j", "space", "slash", *"TypeError", "enter")
        await shows(pilot, "/TypeError")
        group, letter, marked = letters.group, letters.letter, set(letters.desk.marked)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, LogsScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is letters)
        assert (letters.group, letters.letter, letters.desk.marked) == (group, letter, marked)
        assert letters.desk.words == "TypeError"
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, AlarmsScreen))
        await shows(pilot, "OrderEventsDLQMessages  for 31 m 12 s")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))


async def test_an_id_is_found_in_messages_and_lines_from_any_screen_and_esc_comes_back_there(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("4", "j", "colon", *"corr-00003")
        await shows(pilot, "2 messages in 1 queue and 1 log line", "log line", "process-order: [ERROR] KeyError")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DeadLettersScreen) and app.screen.letter is not None)
        assert isinstance(app.screen, DeadLettersScreen)
        letters = app.screen
        await until(pilot, lambda: letters.panels.inspector.has_focus)
        await shows(pilot, "corr-00003")
        for level in ("messages", "groups"):
            await pilot.press("escape")
            await until(pilot, lambda level=level: letters.panels.level == level)  # type: ignore[misc]  # mypy cannot type a default that binds the loop's value
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlarmsScreen))
        await pilot.press("colon", *"corr-00003")
        await shows(pilot, "log line  process-order")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, LogsScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlarmsScreen))


async def test_a_jump_to_a_resource_comes_back_to_the_overview_and_an_unknown_id_finds_nothing(app: EvwatchApp) -> None:
    async with watching(app) as pilot:
        await pilot.press("4", "colon", *"corr-9999999")
        await shows(pilot, "nothing is called that")
        await lacks(pilot, "held by")
        await pilot.press("escape", "colon", *"payments-ledger", "enter")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))
        await shows(pilot, "Chart  payments-ledger")


async def test_the_hand_over_is_shown_from_anywhere_copied_and_kept_for_its_owner(
    session: ReadableSession, app: EvwatchApp, tmp_path: Path
) -> None:
    async with watching(app) as pilot:
        await pilot.press("4", "H")
        await shows(pilot, "# evwatch hand-over", "Hand-over  as `evwatch report` prints it", "3 alarms fire")
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard.startswith("# evwatch hand-over"))
        assert "order-events-dlq`, 49 of about 14 read" in app.clipboard
        await pilot.press("w")
        await shows(pilot, "Export the hand-over", "evwatch-hand-over-")
        file = tmp_path / "now.md"
        app.screen.query_one(Input).value = str(file)
        await pilot.press("enter")
        await until(pilot, file.exists)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlarmsScreen))
    assert file.read_text("utf-8") == app.clipboard
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
