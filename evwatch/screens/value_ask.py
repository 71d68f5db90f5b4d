"""One value to be typed, with what is allowed; what is wrong is said while the screen is still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from evwatch.present.inert import plain
from evwatch.present.tones import DIM, STRONG, WARN
from evwatch.screens.dialog import Dialog
from evwatch.widgets.field import Field


class ValueAskScreen(Dialog[str | None]):
    """Gives back what was typed, once `check` finds nothing wrong with it; None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "No", id="value.no")]

    def __init__(
        self, title: str, hint: str, value: str, check: Callable[[str], str], names: tuple[str, ...] = ()
    ) -> None:
        """`check` says what is wrong with a text, or nothing; `names` are completed while one types."""
        super().__init__()
        self._title = title
        self._hint = hint
        self._check = check
        self._field = Field(value, id="value-text", suggester=SuggestFromList(names) if names else None)
        self._said = Static(classes="said")

    def compose(self) -> ComposeResult:
        """What it is, what is allowed, and the field."""
        with self.box("value"):
            yield Static(Text(self._title, style=STRONG))
            yield Static(Text(self._hint, style=DIM))
            yield self._field
            yield self._said
            yield self.keys("takes it")

    def on_mount(self) -> None:
        """Only typing goes on."""
        self._field.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if wrong := self._check(typed):
            self._said.update(Text(plain(wrong, 300), style=WARN))
        else:
            self.dismiss(typed)
