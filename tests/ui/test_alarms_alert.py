"""Who looks elsewhere hears of a new alarm, once, and not of what fired already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evwatch.app import EvwatchApp
from evwatch.config import Settings
from evwatch.model.alarm_news import AlarmNews
from evwatch.model.snapshot import Snapshot
from evwatch.screens.alert import Alert
from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import lacks, shows, until, watching

WELL, TROUBLE = scenes.well(), scenes.trouble()


def renamed(snapshot: Snapshot, name: str) -> Snapshot:
    """Every alarm has another name."""
    context = snapshot.contexts[0]
    alarms = tuple(replace(each, name=name) for each in context.alarms.value or ())
    return replace(snapshot, contexts=(replace(context, alarms=replace(context.alarms, value=alarms)),))


def test_only_what_has_begun_to_fire_since_is_news() -> None:
    news = AlarmNews()
    assert news.of(TROUBLE) == ()
    assert news.of(TROUBLE) == ()
    assert news.of(WELL) == ()
    assert [alarm.name for alarm in news.of(TROUBLE)] == [
        alarm.name for alarm in TROUBLE.contexts[0].alarms.value or () if alarm.fires
    ]


def test_a_context_that_could_not_be_read_for_a_while_brings_no_false_news() -> None:
    news = AlarmNews()
    gone = replace(TROUBLE, contexts=(replace(TROUBLE.contexts[0], alarms=scenes.nothing().contexts[0].alarms),))
    assert news.of(TROUBLE) == news.of(gone) == news.of(TROUBLE) == ()


@pytest.mark.parametrize("bell", [True, False])
async def test_a_new_alarm_rings_if_the_settings_say_so_and_is_named_on_any_screen(
    bell: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(EvwatchApp, "bell", lambda _: rung.append(True))
    session = FakeSession(WELL)
    async with watching(make_app(session, settings=Settings(bell=bell))) as pilot:
        await lacks(pilot, "fires:")
        await pilot.press("exclamation_mark")
        session.put(TROUBLE)
        await until(pilot, lambda: len(pilot.app._notifications) == 3)
        assert rung == ([True] if bell else [])
        session.put(TROUBLE)
        await pilot.pause()
        assert len(rung) == bell
        await shows(pilot, "OrderProcessingLatency fires")


async def test_the_title_says_how_many_fire_where_and_is_given_back() -> None:
    written: list[str] = []
    alert = Alert(make_app(FakeSession(WELL)), written.append, bell=False)
    alert.hear(WELL)
    alert.hear(WELL)
    assert written == ["\x1b[22;2t", "\x1b]2;evwatch - 123456789012 eu-central-1\x1b\\"]
    alert.end()
    assert written[-1] == "\x1b[23;2t"


async def test_nothing_from_aws_gets_out_of_the_title() -> None:
    written: list[str] = []
    context = TROUBLE.contexts[0]
    poisoned = replace(TROUBLE, contexts=(replace(context, context=replace(context.context, region="\x1b\\\x07r")),))
    Alert(make_app(FakeSession(WELL)), written.append, bell=False).hear(renamed(poisoned, "\x1b]52;x"))
    title = written[-1].removeprefix("\x1b]2;").removesuffix("\x1b\\")
    assert title.startswith("▲ 3 firing")
    assert title.isprintable()
