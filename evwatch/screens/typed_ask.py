"""Before something that cannot be taken back: where, what that means, and a name to be typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from evwatch.model.context import Place
from evwatch.present.inert import plain
from evwatch.present.tones import DIM, STRONG
from evwatch.screens.dialog import Dialog
from evwatch.widgets.field import Field


class TypedAskScreen(Dialog[bool]):
    """Gives back whether the name was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "No", id="typed.no")]
    CSS = "#typed { width: 84; }"

    def __init__(self, what: str, name: str, lines: Sequence[Text], place: Place | None) -> None:
        """`what` is done to `name`, which is what has to be typed; `lines` say what that means."""
        super().__init__()
        self._what = what
        self._called = name
        self._lines = tuple(lines)
        self._place = place
        self._field = Field(id="typed-name", select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Where, what, and the name."""
        name = plain(self._called, 200)
        with self.box("typed"):
            yield self.header((self._place,) if self._place else ())
            yield Static(Text.assemble(f"{self._what} ", (name, STRONG), "?"))
            if self._lines:
                yield Static(Text("\n").join(self._lines))
            yield Static(
                Text.assemble("Type ", (name, "ev.key"), " and press enter; ", ("esc", "ev.key"), (" no", DIM))
            )
            yield self._field

    def on_mount(self) -> None:
        """Only typing goes on."""
        self._field.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._called:
            self.dismiss(True)
        else:
            self.notify("that is not its name: nothing was done", severity="warning", markup=False, timeout=3)
