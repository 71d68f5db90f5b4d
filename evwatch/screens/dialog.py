"""A question in the middle of the screen, over what one was looking at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from evwatch.model.context import Place
from evwatch.widgets.header import HeaderBar

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """Gives back an answer; escape always means no."""

    CSS_PATH = "dialog.tcss"

    def box(self, name: str) -> Vertical:
        """What holds the lines of the question; `name` is its id."""
        return Vertical(id=name, classes="dialog")

    def header(self, places: Sequence[Place]) -> HeaderBar:
        """Where one is: it stands on top of whatever leads to acting, or out of evwatch."""
        bar = HeaderBar()
        bar.places = tuple(places)
        return bar
