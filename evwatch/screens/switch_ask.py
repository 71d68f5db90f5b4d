"""Before a consumer or rule is switched: what it is now, what that means, and its name to be typed."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from evwatch.model.context import Place
from evwatch.model.switch import Switch, consequences
from evwatch.present.inert import inert_lines, plain
from evwatch.present.tones import DIM, STRONG
from evwatch.widgets.field import Field
from evwatch.widgets.header import HeaderBar


class SwitchAskScreen(ModalScreen[bool]):
    """Gives back whether the name was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "No", id="switch.no")]
    CSS = """
    SwitchAskScreen { align: center middle; background: $background 60%; }
    #switch { width: 78; max-width: 100%; height: auto; max-height: 100%; padding: 1 2; background: $panel; }
    #switch { overflow-y: auto; scrollbar-size-vertical: 1; }
    #switch HeaderBar { background: $panel; margin-bottom: 1; }
    #switch Static { height: auto; margin-bottom: 1; }
    #switch Input { background: $surface; border: none; height: 1; padding: 0 1; }
    """

    def __init__(self, switch: Switch, place: Place | None, *, on: bool) -> None:
        super().__init__()
        self._switch = switch
        self._place = place
        self._on = on

    def compose(self) -> ComposeResult:
        """Where, what, and the name."""
        name = plain(self._switch.name, 200)
        with Vertical(id="switch"):
            header = HeaderBar()
            header.places = (self._place,) if self._place else ()
            yield header
            yield Static(Text.assemble("Resume " if self._on else "Pause ", (name, STRONG), "?"))
            said = (line for words in consequences(self._switch, on=self._on) for line in inert_lines(words, 4, 400))
            yield Static(Text("\n").join(map(Text, said)))
            yield Static(
                Text.assemble("Type ", (name, "ev.key"), " and press enter; ", ("esc", "ev.key"), (" no", DIM))
            )
            yield Field(id="switch-name", select_on_focus=False)

    def on_mount(self) -> None:
        """Only typing goes on."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._switch.name:
            self.dismiss(True)
        else:
            self.notify("that is not its name: nothing was done", severity="warning", markup=False, timeout=3)
