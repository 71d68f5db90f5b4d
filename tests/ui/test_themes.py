"""Colours: two own themes, all of Textual's, none at all, and one that does not exist."""

from __future__ import annotations

import pytest
from textual.theme import BUILTIN_THEMES

from evwatch.config import Settings
from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import shows, until, watching, whole


@pytest.mark.parametrize("theme", ["evwatch", "evwatch-light", *sorted(BUILTIN_THEMES)])
async def test_every_theme_shows_alarms_in_its_own_colour_and_the_same_words(theme: str) -> None:
    session = FakeSession(scenes.trouble())
    app = make_app(session, settings=Settings(theme=theme))
    async with watching(app) as pilot:
        assert app.theme == theme
        await until(pilot, lambda: bool(session.interests) and bool(session.interests[-1].chart))
        session.put(scenes.charted(session.snapshot, session.interests[-1].chart))
        await shows(pilot, "▲ ALARM", "┤")
        alarm = next(
            segment for line in app.screen._compositor.render_strips() for segment in line if "▲ ALARM" in segment.text
        )
        plain = next(
            segment for line in app.screen._compositor.render_strips() for segment in line if "evwatch" in segment.text
        )
        assert alarm.style is not None
        assert plain.style is not None
        assert alarm.style.color != plain.style.color
        own = {"evwatch": "#ff7a72", "evwatch-light": "#b8232b"}
        if theme in own and alarm.style.color:
            assert alarm.style.color.get_truecolor().hex == own[theme]
            assert app.screen.styles.background.hex.lower() == app.theme_variables["surface"].lower()
        assert alarm.style.color != alarm.style.bgcolor


async def test_another_theme_repaints_everything_in_its_colours() -> None:
    app = make_app(FakeSession(scenes.trouble()))

    def colours() -> set[str]:
        return {
            str(segment.style.color)
            for line in app.screen._compositor.render_strips()
            for segment in line
            if segment.style and segment.style.color and "OrderSystem" in segment.text
        }

    async with watching(app) as pilot:
        before = colours()
        app.theme = "evwatch-light"
        await until(pilot, lambda: colours() != before)


async def test_a_theme_that_does_not_exist_falls_back_and_says_so_once() -> None:
    app = make_app(FakeSession(scenes.well()), settings=Settings(theme="[red]no such"))
    async with watching(app) as pilot:
        await shows(pilot, "There is no theme", "[red]no such")
        assert app.theme == "evwatch"


async def test_without_colour_the_words_and_glyphs_still_say_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app) as pilot:
        assert app.no_color
        await pilot.press("j")
        await shows(pilot, "‖ disabled")
        text = whole(app)
        for word in ("▲ ALARM", "◆ offboarding.fifo", "■ stuck", "↗ grows", "● alerting-mail", "1 stale"):
            assert word in text
        assert "━ Queues" in text
        assert "─ Alarms" in text
