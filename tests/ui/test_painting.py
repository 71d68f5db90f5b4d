"""What is painted, and what is kept of it: a dashboard runs for days, and most readings change a line or none."""

from __future__ import annotations

import asyncio
import gc
import weakref
from dataclasses import replace
from datetime import timedelta

import pytest
from textual._compositor import Compositor
from textual._styles_cache import StylesCache
from textual.pilot import Pilot
from textual.strip import Strip

from evwatch.app import EvwatchApp
from evwatch.model.feed import Feed
from evwatch.screens.overview import OverviewScreen
from evwatch.widgets.listing import Listing
from evwatch.widgets.memory import let_go_of_what_was_painted
from evwatch.widgets.plot import TimePlot
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app
from tests.ui.reading import panel, shows, until, watching


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Each line of a list that is painted: of which list, and which."""
    painted: list[tuple[str, int]] = []
    paint = Listing.render_line

    def counted(self: Listing[object], y: int) -> Strip:
        painted.append((self.id or "", y))
        return paint(self, y)

    monkeypatch.setattr(Listing, "render_line", counted)
    return painted


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each painting of the whole screen."""
    painted: list[str] = []
    paint = Compositor.render_full_update

    def counted(self: Compositor, simplify: bool = False) -> object:
        painted.append("whole")
        return paint(self, simplify)

    monkeypatch.setattr(Compositor, "render_full_update", counted)
    return painted


async def test_a_new_depth_paints_the_line_of_its_queue_and_no_other(
    lines: list[tuple[str, int]], screens: list[str]
) -> None:
    session = FakeSession(scenes.trouble())
    app = make_app(session)
    async with watching(app) as pilot:
        await shows(pilot, "order-events-queue", "1284")
        await _at_rest(pilot)
        lines.clear()
        screens.clear()
        context = session.snapshot.contexts[0]
        queue = next(each for each in context.queues.value or () if each.name == "order-events-queue")
        depths = {**context.depths, queue.arn: scenes.depth(1300, 40)}
        session.put(replace(session.snapshot, contexts=(replace(context, depths=depths),)))
        await shows(pilot, "1300")
        row = next(index for index, line in enumerate(panel(app, "Queues")) if " order-events-queue " in line)
        assert set(lines) == {("queues", row - 1)}
        assert screens == []


async def test_time_that_passes_paints_ages_alone(lines: list[tuple[str, int]], screens: list[str]) -> None:
    clock = HeldClock()
    app = make_app(FakeSession(scenes.well()), clock)
    async with watching(app) as pilot:
        await shows(pilot, "alarms 4 s")
        await _at_rest(pilot)
        lines.clear()
        screens.clear()
        clock.now += timedelta(seconds=1)
        await shows(pilot, "alarms 5 s")
        assert lines == []
        assert screens == []


async def test_a_row_that_has_become_stale_is_painted_though_nothing_was_read(lines: list[tuple[str, int]]) -> None:
    clock = HeldClock()
    app = make_app(FakeSession(scenes.trouble()), clock)
    async with watching(app) as pilot:
        await _at_rest(pilot)
        lines.clear()
        clock.now += timedelta(minutes=2)
        await until(pilot, lambda: ("queues", 1) in lines)


async def test_rows_that_move_are_painted_where_they_stand_now() -> None:
    session = FakeSession(scenes.large(30))
    app = make_app(session)
    async with watching(app) as pilot:
        await shows(pilot, "service-0003-events")
        before = [line.split()[1] for line in panel(app, "Queues")[2:] if line]
        await pilot.press("s", "s")
        await until(pilot, lambda: [line.split()[1] for line in panel(app, "Queues")[2:] if line] != before)
        visible = [int(line.split()[2]) for line in panel(app, "Queues")[2:] if line]
        assert visible == sorted(visible, reverse=True)
        context = session.snapshot.contexts[0]
        few = (context.queues.value or ())[:3]
        session.put(replace(session.snapshot, contexts=(replace(context, queues=Feed(few, scenes.NOW)),)))
        await until(pilot, lambda: len([line for line in panel(app, "Queues")[2:] if "service-" in line]) == 3)


async def test_nothing_is_kept_of_screens_that_were_left() -> None:
    session = FakeSession(scenes.trouble())
    app = make_app(session)
    async with watching(app) as pilot:
        plots = weakref.WeakSet[TimePlot]()
        await pilot.press("4")
        await until(pilot, lambda: any("Average" in query.label for query in session.interests[-1].chart))
        session.put(scenes.charted(session.snapshot, session.interests[-1].chart))
        await pilot.press("escape")
        await _there_and_back(pilot, plots)
        before = _kept()
        for _ in range(3):
            await _there_and_back(pilot, plots)
        await until(pilot, lambda: _kept() <= before and len(plots) == len(app.query(TimePlot)))


async def _there_and_back(pilot: Pilot[None], plots: weakref.WeakSet[TimePlot]) -> None:
    app = pilot.app
    assert isinstance(app, EvwatchApp)
    await until(pilot, lambda: isinstance(app.screen, OverviewScreen))
    home = app.screen
    await pilot.press("4")
    await until(pilot, lambda: bool(app.screen is not home and app.screen.query(TimePlot)))
    plots.update(app.screen.query(TimePlot))
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is home)


def _kept() -> int:
    let_go_of_what_was_painted()
    gc.collect()
    return sum(type(each) is StylesCache for each in gc.get_objects())


async def _at_rest(pilot: Pilot[None]) -> None:
    """Until what was asked for so far has been painted."""
    await pilot.pause()
    await asyncio.sleep(0)
    await pilot.pause()
