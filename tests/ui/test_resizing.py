"""A terminal made too small for anything and large again: every screen and every question is as it was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from tests.emulator.account import Account
from tests.redrive.seeding import dead_letter_queue
from tests.ui import letter_scenes
from tests.ui.acting import dashboard, two_kinds
from tests.ui.fakes import make_app
from tests.ui.reading import screen_text, until, watching, whole
from tests.ui.ways import TYPED, WAYS, back, go

_FIGURES = re.compile(r"[\d ]+")


async def test_every_screen_survives_twenty_cells_by_five() -> None:
    app = make_app(letter_scenes.kept())
    async with watching(app) as pilot:
        for way in WAYS:
            await go(pilot, way)
            await _squeezed(pilot, *(() if way in TYPED else ("j", "k")))
            await back(pilot)


async def test_whatever_acts_survives_twenty_cells_by_five(
    aws: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    dead = dead_letter_queue(aws)
    two_kinds(dead, 20, 5)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(25)
        await seen.press("P")
        await seen.shows("context or profile")
        await _squeezed(seen.pilot)
        await seen.press("escape", "ctrl+d")
        await seen.shows("Delete messages of orders-dlq", "Type orders-dlq")
        await _squeezed(seen.pilot)
        await seen.press("escape", "r")
        await seen.shows("where they go", "as long as a bounce takes")
        await _squeezed(seen.pilot)
        await seen.press("g", "j", "enter")
        await seen.shows("Messages a second at most")
        await _squeezed(seen.pilot)
        await seen.type("1")
        await seen.shows("1/s at most")
        await seen.change(5, "Who moves the messages", "journal")
        await seen.shows("--engine journal")
        await seen.press("b")
        await seen.shows("Type orders-dlq and press enter")
        await _squeezed(seen.pilot)
        await seen.type("orders-dlq")
        await seen.shows("▶ under way", "of about 25")
        await seen.press("p")
        await seen.shows("paused", "what came of it")
        await _squeezed(seen.pilot)
        await seen.press("q")
        await seen.shows("1 run under way. Quit?")
        await _squeezed(seen.pilot)
        await seen.press("escape", "6")
        await seen.shows("of this host's journal", "redrive")
        await _squeezed(seen.pilot)


async def _squeezed(pilot: Pilot[None], *keys: str) -> None:
    app = pilot.app
    assert isinstance(app, EvwatchApp)
    before = whole(app)
    await pilot.resize_terminal(20, 5)
    await until(pilot, lambda: len(screen_text(app)) == 5)
    await pilot.press(*keys)
    await pilot.pause()
    await pilot.resize_terminal(120, 40)
    await until(pilot, lambda: _same(whole(app), before))


def _same(now: str, before: str) -> bool:
    """The same but for the cursor and for time that passed: most lines say exactly what they said."""
    lines, known = _FIGURES.sub(" ", now).splitlines(), _FIGURES.sub(" ", before).splitlines()
    return len(lines) == len(known) and sum(a == b for a, b in zip(lines, known, strict=True)) >= len(known) - 3
