"""`H`: what whoever takes over should know, as `evwatch report` says it, to read, to copy and to keep."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from evwatch.deadletters.group import grouped
from evwatch.model.choice import Choice
from evwatch.model.fault import EvwatchError
from evwatch.model.hand_over import hand_over
from evwatch.model.report import Report
from evwatch.present.inert import plain
from evwatch.present.report import markdown
from evwatch.present.sheet import Payload
from evwatch.present.tones import DIM, STRONG
from evwatch.screens import taking
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from textual.app import App

    from evwatch.screens.overview import OverviewScreen

_HINTS = {
    "hand-over.back": "back",
    "help": "help",
    "hand-over.copy": "copy",
    "hand-over.save": "save",
    "quit": "quit",
}
_EXPLANATION = "Markdown, readable by you alone: paste it into a ticket or chat. Nothing is read from AWS."


async def show_hand_over(app: App[Any], overview: OverviewScreen, choice: Choice, now: datetime) -> None:
    """Put together what is known now and open it. The failure groups are those of the dead letters that were read."""
    runs: list[Report] = []
    if overview.session:
        try:
            runs = await overview.session.redriver.runs()
        except EvwatchError as error:
            app.notify(f"the runs are left out: {plain(str(error.fault), 200)}", markup=False, severity="warning")
    snapshot = overview.picture.snapshot
    of = hand_over(snapshot, choice, lambda look: grouped(look.letters), runs)
    app.push_screen(HandOverScreen(overview.header, "\n".join(markdown(of)) + "\n", now))


class HandOverScreen(Screen[None]):
    """The Markdown as it will be pasted, as of the moment at which it was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace,H", "dismiss", "Back", id="hand-over.back"),
        Binding("c", "copy", "Copy", id="hand-over.copy", tooltip="The whole hand-over (OSC 52)"),
        Binding("w", "save", "Save", id="hand-over.save", tooltip="To a file"),
    ]
    CSS = """
    HandOverScreen #hand-over-head { dock: top; height: 2; }
    HandOverScreen #hand-over-title { padding: 0 1; }
    HandOverScreen RowsView { padding: 0 1; }
    HandOverScreen KeyHints { dock: bottom; }
    """

    def __init__(self, like: HeaderBar, text: str, now: datetime) -> None:
        super().__init__()
        self._text = text
        self._now = now
        self._like = like
        self._header = HeaderBar(read_only=like.read_only, demo=like.demo)
        self._rows = RowsView(id="hand-over")

    def compose(self) -> ComposeResult:
        """Where one is, the text, the keys."""
        with Vertical(id="hand-over-head"):
            yield self._header
            title = Line(id="hand-over-title")
            title.text = Text.assemble(("Hand-over", STRONG), ("  as `evwatch report` prints it", DIM))
            yield title
        yield self._rows
        yield KeyHints()

    def on_mount(self) -> None:
        """Lay it out."""
        self._header.follow(self._like)
        self._rows.show(Payload("", self._text, is_json=False))
        self._rows.focus()
        self.call_after_refresh(self._tell_keys)

    def action_copy(self) -> None:
        """All of it."""
        taking.copy(self, self._text, "the hand-over")

    def action_save(self) -> None:
        """Ask for a file."""
        from evwatch.screens.export_ask import ExportAskScreen, ask_and_save

        places = self._header.places
        where = ", ".join(dict.fromkeys(place.context.region for place in places))
        asking = ExportAskScreen(
            places, "the hand-over", where, self._now, suffix="md", explanation=_EXPLANATION, stem="evwatch-hand-over"
        )
        ask_and_save(self, asking, (self._text,), "the hand-over")

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)
