"""The line of keys at the bottom: what one looks for in a hurry is where it is on every other screen."""

from __future__ import annotations

import pytest

from tests.ui import letter_scenes
from tests.ui.fakes import make_app
from tests.ui.reading import screen_text, until, watching
from tests.ui.ways import back, go

FULL = ("details", "flow", "a finding", "alarms", "faults", "hand-over", "runs", "groups", "logs")


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=str)
async def test_the_way_back_and_help_are_the_first_keys_at_the_bottom_of_every_screen(size: tuple[int, int]) -> None:
    app = make_app(letter_scenes.kept())
    async with watching(app, size=size) as pilot:
        for way in FULL:
            await go(pilot, way)
            await until(pilot, lambda: screen_text(app)[-1].startswith(" esc back  ? help "))
            await back(pilot)
