"""What stands on the screen, as a picture in a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.screen import Screen

from evwatch.model.context import Place
from evwatch.present.svg import aligned
from evwatch.screens import taking
from evwatch.screens.export_ask import ExportAskScreen

_EXPLANATION = "SVG, readable by you alone: it shows what the screen shows, messages too. Any browser opens it."


def save_picture(screen: Screen[Any], places: Sequence[Place], now: datetime) -> None:
    """Take it now, before anything is asked; then ask for a file, and say where it is or why it is nowhere."""
    picture = aligned(screen.app.export_screenshot())

    def written(file: Path | None) -> None:
        if file:
            screen.run_worker(taking.save(screen, file, (picture,), "the picture"), group="save")

    ask = ExportAskScreen(
        places, "a picture", "this screen", now, suffix="svg", explanation=_EXPLANATION, stem="evwatch-screen"
    )
    screen.app.push_screen(ask, written)
