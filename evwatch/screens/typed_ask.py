"""Before something that cannot be taken back: where, what that means, and a name to be typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from evwatch.model.context import Place
from evwatch.present.inert import plain
from evwatch.present.tones import DIM, STRONG
from evwatch.widgets.field import Field
from evwatch.widgets.header import HeaderBar


class TypedAskScreen(ModalScreen[bool]):
    """Gives back whether the name was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "No", id="typed.no")]
    CSS = """
    TypedAskScreen { align: center middle; background: $background 60%; }
    #typed { width: 84; max-width: 100%; height: auto; max-height: 100%; padding: 1 2; background: $panel; }
    #typed { overflow-y: auto; scrollbar-size-vertical: 1; }
    #typed HeaderBar { background: $panel; margin-bottom: 1; }
    #typed Static { height: auto; margin-bottom: 1; }
    #typed Input { background: $surface; border: none; height: 1; padding: 0 1; }
    """

    def __init__(self, what: str, name: str, lines: Sequence[Text], place: Place | None) -> None:
        """`what` is done to `name`, which is what has to be typed; `lines` say what that means."""
        super().__init__()
        self._what = what
        self._called = name
        self._lines = tuple(lines)
        self._place = place

    def compose(self) -> ComposeResult:
        """Where, what, and the name."""
        name = plain(self._called, 200)
        with Vertical(id="typed"):
            header = HeaderBar()
            header.places = (self._place,) if self._place else ()
            yield header
            yield Static(Text.assemble(f"{self._what} ", (name, STRONG), "?"))
            if self._lines:
                yield Static(Text("\n").join(self._lines))
            yield Static(
                Text.assemble("Type ", (name, "ev.key"), " and press enter; ", ("esc", "ev.key"), (" no", DIM))
            )
            yield Field(id="typed-name", select_on_focus=False)

    def on_mount(self) -> None:
        """Only typing goes on."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._called:
            self.dismiss(True)
        else:
            self.notify("that is not its name: nothing was done", severity="warning", markup=False, timeout=3)
