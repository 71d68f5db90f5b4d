"""A question with two answers, where nothing is lost by either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from evwatch.present.tones import DIM, STRONG
from evwatch.screens.dialog import Dialog


class SureAskScreen(Dialog[bool]):
    """Gives back whether `y` was pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes", id="sure.yes"),
        Binding("escape,n", "dismiss(False)", "No", id="sure.no"),
    ]

    def __init__(self, question: str, lines: Sequence[Text], *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._lines = tuple(lines)
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The question, what either means, the answers."""
        with self.box("sure"):
            yield Static(Text(self._question, style=STRONG))
            yield Static(Text("\n").join(self._lines))
            yield Static(
                Text.assemble((" y ", "ev.key"), f" {self._yes}\n", (" esc ", "ev.key"), (f" {self._no}", DIM))
            )
