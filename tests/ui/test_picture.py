"""A picture of the screen from the palette: to a file that one names, in whatever home one has."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import shows, watching


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with nothing in it, no folder for downloads either; its name is short enough for one line."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("HOME", folder)
        yield Path(folder)


async def _ask(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+p", *"screenshot")
    await shows(pilot, "Save the screen as SVG")
    await pilot.press("enter")
    await shows(pilot, "Export a picture of this screen", "~/evwatch-screen-20261007-031240.svg", "enter writes it")


async def test_a_picture_is_what_the_screen_showed_in_a_private_file_that_is_named_in_full(home: Path) -> None:
    async with watching(make_app(FakeSession(scenes.trouble()))) as pilot:
        await _ask(pilot)
        await pilot.press("enter")
        file = home / "evwatch-screen-20261007-031240.svg"
        await shows(pilot, "the picture written to", str(file))
        picture = file.read_text()
    assert picture.startswith("<svg")
    assert "order-events-dlq" in picture
    assert "Save&#160;the&#160;screen" not in picture, "the palette is not in the way"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_where_a_picture_cannot_be_written_the_folder_is_told_and_another_can_be_named(home: Path) -> None:
    async with watching(make_app(FakeSession(scenes.trouble()))) as pilot:
        await _ask(pilot)
        pilot.app.screen.query_one(Input).value = "~/Downloads/x.svg"
        await pilot.press("enter")
        await shows(pilot, f"cannot write to {home / 'Downloads'} (no such folder): name another")
        pilot.app.screen.query_one(Input).value = "~/x.svg"
        await pilot.press("enter")
        await shows(pilot, "the picture written to", str(home / "x.svg"))
