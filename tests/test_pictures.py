"""The pictures of the README are what the dashboard shows of the frozen demo today."""

from __future__ import annotations

import asyncio
import difflib
import os
import time
from collections.abc import Iterator

import pytest

from evwatch.cli.demo import isolate
from tests.pictures.__main__ import FOLDER
from tests.pictures.cells import lines_of, words
from tests.pictures.scenes import SCENES, Scene, paint
from tests.pictures.source import HeldDemo, held_demo


@pytest.fixture(scope="module")
def demo() -> HeldDemo:
    """The demo as the pictures show it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))
        isolate(os.environ)
        return asyncio.run(held_demo())


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No animation, no choice of colours, and the zone that the pictures were made in."""
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_picture_says_what_the_screen_says(demo: HeldDemo, scene: Scene) -> None:
    shown = words(lines_of(await paint(demo, scene)))
    kept = words(lines_of((FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8")))
    difference = list(difflib.unified_diff(kept, shown, "kept", "shown", n=2, lineterm=""))
    assert not difference, "make them anew with `python -m tests.pictures`:\n" + "\n".join(difference[:60])


def test_every_picture_that_is_kept_is_one_that_is_made() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == {scene.name for scene in SCENES}


def test_the_words_of_a_picture_leave_out_what_moves() -> None:
    assert words(["▲ order-events-dlq  12  4h 3 m ▃▃▆█ 4 > 1", "━ visible\u00a02  1 s ago"]) == [
        "order-events-dlq",
        "visible",
        "ago",
    ]
