"""A question in the middle of the screen, over what one was looking at."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from rich.text import Text
from textual.app import App
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from evwatch.model.context import Place
from evwatch.present.tones import DIM
from evwatch.widgets.header import HeaderBar

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """Gives back an answer; escape always means no."""

    CSS_PATH = "dialog.tcss"

    def box(self, name: str) -> Vertical:
        """What holds the lines of the question; `name` is its id."""
        return Vertical(id=name, classes="dialog")

    def keys(self, enter: str) -> Static:
        """What the two keys do where everything else is typed."""
        return Static(Text.assemble(("enter", "ev.key"), f" {enter}  ", ("esc", "ev.key"), (" no", DIM)))

    def header(self, places: Sequence[Place]) -> HeaderBar:
        """Where one is: it stands on top of whatever leads to acting, or out of evwatch."""
        bar = HeaderBar()
        bar.places = tuple(places)
        return bar


async def ask(asker: Screen[Any] | App[Any], dialog: Dialog[Answer]) -> Answer | None:
    """The answer to a question that a worker of a screen, or of the app, has. None where that screen was left
    meanwhile: then nobody is asked.

    Textual's `push_screen_wait` first does what the app has still to do, and so takes away a screen that was just left.
    A worker of that screen ends with it, in the middle of this, and takes the app along.
    """
    app = asker.app
    if isinstance(asker, Screen) and asker not in app.screen_stack:
        return None
    return await asyncio.shield(app.push_screen(dialog, wait_for_dismiss=True))
