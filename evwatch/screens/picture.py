"""What stands on the screen, as a picture in a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from textual.screen import Screen

from evwatch.model.context import Place
from evwatch.present.svg import aligned
from evwatch.screens.export_ask import ExportAskScreen, ask_and_save

_EXPLANATION = "SVG, readable by you alone: it shows what the screen shows, messages too. Any browser opens it."


def save_picture(screen: Screen[Any], places: Sequence[Place], now: datetime) -> None:
    """Take it now, before anything is asked; then ask for a file, and say where it is or why it is nowhere."""
    picture = aligned(screen.app.export_screenshot())
    asking = ExportAskScreen(
        places, "a picture", "this screen", now, suffix="svg", explanation=_EXPLANATION, stem="evwatch-screen"
    )
    ask_and_save(screen, asking, (picture,), "the picture")
