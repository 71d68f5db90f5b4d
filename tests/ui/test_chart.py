"""The chart's cursor reads values with keys and mouse, and its data goes to a file of one's own."""

from __future__ import annotations

import csv
import stat
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from evwatch.widgets.chart import ChartView
from evwatch.widgets.plot import TimePlot
from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import shows, until, watching


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(scenes.trouble())


async def charted(pilot: Pilot[Any], session: FakeSession) -> None:
    await until(pilot, lambda: bool(session.interests) and bool(session.interests[-1].chart))
    session.put(scenes.charted(session.snapshot, session.interests[-1].chart))


async def test_arrows_read_values_and_escape_lets_go_before_it_goes_back(session: FakeSession) -> None:
    async with watching(make_app(session)) as pilot:
        await charted(pilot, session)
        await pilot.press("v", "left")
        await shows(pilot, "now", "may still change")
        view = pilot.app.screen.query_one("#chart", ChartView)
        newest = view.cursor
        await pilot.press("shift+left")
        await until(pilot, lambda: view.cursor == (newest or 0) - 600)
        await shows(pilot, "10 m ago")
        await pilot.press("home", "right")
        await shows(pilot, "2 h 59 m ago")
        await pilot.press("escape")
        await until(pilot, lambda: view.cursor is None)
        assert pilot.app.screen.maximized is not None
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen.maximized is None)


async def test_the_mouse_reads_where_it_points(session: FakeSession) -> None:
    async with watching(make_app(session)) as pilot:
        await charted(pilot, session)
        await pilot.press("v")
        await until(pilot, lambda: bool(pilot.app.screen.query(TimePlot)))
        plot = pilot.app.screen.query_one(TimePlot)
        await until(pilot, lambda: plot.size.width > 100)
        view = pilot.app.screen.query_one("#chart", ChartView)
        await pilot.mouse_down(TimePlot, offset=(plot.size.width - 1, 4))
        await until(pilot, lambda: view.cursor is not None)
        newest = view.cursor or 0.0
        await pilot.mouse_down(TimePlot, offset=((plot.size.width - 1 + 5) // 2, 4))
        await until(pilot, lambda: view.cursor is not None and abs(newest - view.cursor - 5_400) <= 180)


async def test_its_data_is_saved_for_its_owner_alone(session: FakeSession, tmp_path: Path) -> None:
    async with watching(make_app(session)) as pilot:
        await charted(pilot, session)
        await pilot.press("w")
        await shows(pilot, "Export the chart's", "CSV: when each period begins")
        file = tmp_path / "chart.csv"
        field = pilot.app.screen.query_one(Input)
        assert field.value.startswith("~/offboarding.fifo-")
        field.value = str(file)
        await pilot.press("enter")
        await until(pilot, file.exists)
        await shows(pilot, "rows written to")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    head, *rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    assert head[1].startswith("AWS/SQS ApproximateNumberOfMessagesVisible Maximum QueueName=offboarding.fifo")
    assert len(rows) == 160
    assert not list(Path.cwd().glob("*.csv"))
