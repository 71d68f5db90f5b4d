"""Before an export: what it means, and to which file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from evwatch.deadletters.export import check_writable
from evwatch.model.context import Place
from evwatch.model.fault import EvwatchError
from evwatch.present.inert import middle, plain
from evwatch.present.tones import DIM, STRONG, WARN
from evwatch.screens import taking
from evwatch.screens.dialog import Dialog
from evwatch.widgets.field import Field

LETTERS = "JSON Lines, bodies byte for byte, readable by you alone. Nothing is read from AWS."


class ExportAskScreen(Dialog[Path | None]):
    """Gives back the file, whose folder can be written to; nothing where none is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "No", id="export.no", show=False),
    ]
    CSS = "#export { width: 84; }"

    def __init__(
        self,
        places: Sequence[Place],
        what: str,
        of: str,
        now: datetime,
        *,
        suffix: str = "jsonl",
        explanation: str = LETTERS,
        stem: str = "",
    ) -> None:
        """`of` is a name; the file's begins with `stem`, or else with as much of `of` as can stand in one."""
        super().__init__()
        self._places = tuple(places)
        self._what = what
        self._of = of
        self._explanation = explanation
        safe = "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "-" for each in stem or of)
        self._field = Field(f"~/{safe.strip('.-')[:80] or 'evwatch'}-{now:%Y%m%d-%H%M%S}.{suffix}")
        self._replaces = ""
        self._said = Static(classes="said")

    def compose(self) -> ComposeResult:
        """Where one is, what, and the file's name."""
        with self.box("export"):
            yield self.header(self._places)
            yield Static(Text.assemble("Export ", (self._what, STRONG), " of ", (middle(self._of, 50), STRONG)))
            yield Static(Text(self._explanation, style=DIM))
            yield self._field
            yield self._said
            yield self.keys("writes it")

    def on_mount(self) -> None:
        """The name can be changed at once."""
        self._field.focus()
        self._field.cursor_position = len(self._field.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if not typed:
            return
        try:
            file = Path(typed).expanduser()
            check_writable(file)
        except EvwatchError as error:
            self._tell(str(error))
        except RuntimeError:
            self._tell("there is no such home folder")
        else:
            if file.exists() and self._replaces != typed:
                self._replaces = typed
                self._tell("it exists; enter once more replaces it")
            else:
                self.dismiss(file)

    def _tell(self, words: str) -> None:
        self._said.update(Text(plain(words, 300), style=WARN))


def ask_and_save(screen: Screen[Any], asking: ExportAskScreen, lines: Iterable[str], called: str) -> None:
    """Ask for a file, write these lines to it, and say how that went; they are `called` so."""

    def named(file: Path | None) -> None:
        if file:
            screen.run_worker(taking.save(screen, file, lines, called), group="save")

    screen.app.push_screen(asking, named)
