"""A line to type in over a list of what fits: the cursor moves in the list while one types."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, TypeVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from evwatch.widgets.listing import Listing

Answer = TypeVar("Answer")


class Picker(ModalScreen[Answer]):
    """Gives back what was chosen."""

    CSS_PATH = "picker.tcss"

    @property
    @abstractmethod
    def listing(self) -> Listing[Any]:
        """What fits."""

    def box(self, name: str) -> Vertical:
        """What holds the line and the list; `name` is its id."""
        return Vertical(id=name, classes="picker")

    def action_move(self, steps: int) -> None:
        """The cursor moves while one types."""
        self.listing.action_move(steps)
