"""A terminal made too small for anything and large again: every screen is as it was."""

from __future__ import annotations

import pytest

from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import screen_text, until, watching, whole

WAYS = {
    "overview": (),
    "details": ("enter",),
    "flow": ("2",),
    "alarms": ("4",),
    "help": ("question_mark",),
    "jump": ("colon",),
    "document": ("y",),
    "faults": ("exclamation_mark",),
    "filter": ("slash",),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_screen_survives_twenty_cells_by_five(way: str) -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with watching(app) as pilot:
        await pilot.press(*WAYS[way])
        await pilot.pause(0.2)
        before = whole(app)
        await pilot.resize_terminal(20, 5)
        await pilot.pause(0.1)
        if way not in ("jump", "filter"):  # there it would be typed
            await pilot.press("j", "k")
        assert len(screen_text(app)) == 5
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: _same(whole(app), before))


def _same(now: str, before: str) -> bool:
    """The same but for the cursor: most lines are exactly as they were."""
    lines, known = now.splitlines(), before.splitlines()
    return len(lines) == len(known) and sum(a == b for a, b in zip(lines, known, strict=True)) >= len(known) - 3
