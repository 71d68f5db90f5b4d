"""What somebody sees on the overview."""

from __future__ import annotations

from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import screen_text


async def test_alarms_that_fire_and_dead_letters_stand_on_top_with_since_when() -> None:
    app = make_app(FakeSession(scenes.trouble()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        lines = screen_text(app)
        assert "123456789012 eu-central-1" in lines[0]
        assert "3 alarms firing" in lines[1]
        assert "17 dead letters in 2 queues" in lines[1]
        firing = [line for line in lines if "▲ ALARM" in line]
        assert [line.split()[2] for line in firing] == [
            "OrderProcessingLatency",
            "OrderSystem",
            "OrderEventsDLQMessages",
        ]
        assert "31 m 12 s" in firing[2]
        assert "12 > 1" in firing[2]


async def test_all_clear_says_as_of_when() -> None:
    app = make_app(FakeSession(scenes.well()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "✓ all clear as of 03:12:36" in screen_text(app)[1]
