"""A JSON document to read, of whatever length."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from evwatch.present.inert import plain
from evwatch.present.sheet import Payload
from evwatch.present.tones import DIM, STRONG
from evwatch.screens import taking
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.rows_view import RowsView

_HINTS = {"document.back": "back", "help": "help", "document.copy": "copy", "quit": "quit"}


class DocumentScreen(Screen[None]):
    """As `-o json` would print it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,y,backspace", "dismiss", "Back", id="document.back"),
        Binding("c", "copy", "Copy", id="document.copy", tooltip="The whole document (OSC 52)"),
    ]
    CSS = """
    DocumentScreen #document-head { dock: top; height: 2; }
    DocumentScreen #document-title { padding: 0 1; }
    DocumentScreen RowsView { padding: 0 1; }
    DocumentScreen KeyHints { dock: bottom; }
    """

    def __init__(self, like: HeaderBar, title: str, text: str) -> None:
        super().__init__()
        self._text = text
        self._title = title
        self._header = HeaderBar(read_only=like.read_only, demo=like.demo)
        self._like = like
        self._rows = RowsView(id="document")

    def compose(self) -> ComposeResult:
        """Where one is, the document, the keys."""
        with Vertical(id="document-head"):
            yield self._header
            title = Line(id="document-title")
            title.text = Text.assemble((plain(self._title, 120), STRONG), ("  as JSON", DIM))
            yield title
        yield self._rows
        yield KeyHints()

    def on_mount(self) -> None:
        """Lay it out."""
        self._header.follow(self._like)
        self._rows.show(Payload("", self._text, is_json=True))
        self._rows.focus()
        self.call_after_refresh(self._tell_keys)

    def action_copy(self) -> None:
        """All of it."""
        taking.copy(self, self._text, "the document")

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)
