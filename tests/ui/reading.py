"""The screen as somebody reads it, and waiting for what it shall say."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.pilot import Pilot

from evwatch.app import EvwatchApp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_SECONDS = 30.0
"""For what a busy machine does late; what never comes costs that long."""


def screen_text(app: EvwatchApp) -> list[str]:
    """Every line of the screen as it is painted now, without trailing space."""
    return ["".join(segment.text for segment in line).rstrip() for line in app.screen._compositor.render_strips()]


def whole(app: EvwatchApp) -> str:
    """The screen as one text."""
    return "\n".join(screen_text(app))


def panel(app: EvwatchApp, title: str) -> list[str]:
    """The lines of one panel that spans the width: from its rule to the next."""
    lines = iter(screen_text(app))
    for line in lines:
        if f" {title} " in line and line[:1] in "─━":
            return [line, *_until_rule(lines)]
    return []


def _until_rule(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line[:2] in ("─ ", "━ "):
            return
        yield line


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Let the app work until this holds; what it shows at the end is in the failure."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if true():
            return
        await pilot.pause(0.005)
    assert isinstance(pilot.app, EvwatchApp)
    raise AssertionError("not seen on:\n" + whole(pilot.app))


async def shows(pilot: Pilot[None], *texts: str) -> None:
    """Wait until every text stands on the screen."""
    app = pilot.app
    assert isinstance(app, EvwatchApp)
    await until(pilot, lambda: all(text in whole(app) for text in texts))


async def lacks(pilot: Pilot[None], text: str) -> None:
    """Wait until a text is gone from the screen."""
    app = pilot.app
    assert isinstance(app, EvwatchApp)
    await until(pilot, lambda: text not in whole(app))


@asynccontextmanager
async def watching(
    app: EvwatchApp, *, size: tuple[int, int] = (120, 40), shown: str = "Queues"
) -> AsyncIterator[Pilot[None]]:
    """The app on a screen of this size, once it shows what is expected."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await shows(pilot, shown)
        await pilot.pause()
        await pilot.pause()
        yield pilot
