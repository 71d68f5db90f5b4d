"""`P` and `R`: other contexts, profiles and regions to look at, one or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import Input, Static

from evwatch.config import Settings
from evwatch.present.inert import middle
from evwatch.present.key import Key
from evwatch.present.place import ink
from evwatch.present.search import best
from evwatch.present.tones import ACCENT, DIM
from evwatch.screens.live import OpenSession
from evwatch.screens.picker import Picker
from evwatch.widgets.columns import Column
from evwatch.widgets.field import Field
from evwatch.widgets.listing import Listing

Kind = Literal["context", "profile", "region"]
_MOST = 500


@dataclass(frozen=True, slots=True)
class Destination:
    """A context of the settings, a profile of the AWS files, or a region."""

    kind: Kind
    name: str
    about: str = ""
    colour: str | None = None
    production: bool = False
    here: bool = False
    """Looked at now."""


class Elsewhere(Protocol):
    """Where one could look instead, and the way there."""

    def who(self) -> list[Destination]:
        """The contexts of the settings, then the profiles. Raises EvwatchError where a file is wrong."""

    def regions(self) -> list[Destination]:
        """Regions, those looked at first."""

    def go(self, chosen: Sequence[Destination]) -> tuple[Settings, OpenSession]:
        """Look there from now on. Raises EvwatchError where that cannot be."""


class DestinationList(Listing[Destination]):
    """What fits the letters typed so far."""

    HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("mark", "mark", 2, 0),
        Column("name", "name", 16, 0, grows=2, most=48),
        Column("kind", "kind", 8, 1),
        Column("about", "about", 16, 2, grows=3),
    )
    can_focus = False
    marked: reactive[frozenset[Key]] = reactive(frozenset())

    def key(self, row: Destination) -> Key:
        """A context and a profile may share a name."""
        return (row.kind, row.name)

    def passing(self, row: Destination) -> bool:
        """A mark comes and goes."""
        return self.key(row) in self.marked

    def cell(self, row: Destination, column: str, width: int) -> Text:
        """The words of one column."""
        match column:
            case "mark":
                return Text("✓" if self.key(row) in self.marked else "•" if row.here else "", style=ACCENT)
            case "name":
                return Text(middle(row.name, width), style=_worn(row))
            case "kind":
                return Text(row.kind, style=DIM)
            case _:
                return Text(middle(row.about, width), style=DIM)


def _worn(row: Destination) -> str:
    if row.production:
        return "ev.badge-alarm"
    return f"bold {ink(row.colour)} on {row.colour}" if row.colour else ""


class ElsewhereScreen(Picker[tuple[Destination, ...]]):
    """Gives back what was chosen; nothing where one stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(())", "Stay", id="elsewhere.stay", show=False),
        Binding("tab", "mark", "Mark", id="elsewhere.mark", tooltip="Several at once", priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", id="elsewhere.down", show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", id="elsewhere.up", show=False),
    ]
    CSS = """
    #elsewhere { width: 100; height: 20; }
    #elsewhere Static { height: 1; margin-top: 1; }
    """

    def __init__(self, asked: str, known: Sequence[Destination]) -> None:
        super().__init__()
        self._asked = asked
        self._known = list(known)
        self._list = DestinationList(id="destinations")

    @property
    def listing(self) -> DestinationList:
        """What fits."""
        return self._list

    def compose(self) -> ComposeResult:
        """A line to type in, what fits below, what the keys do."""
        with self.box("elsewhere"):
            yield Field(placeholder=self._asked, compact=True)
            yield self._list
            yield Static(Text.assemble(*_HINTS, end=""))

    def on_mount(self) -> None:
        """Everything is there from the start; the cursor is on where one is."""
        self._list.empty = "nothing is called that"
        self._list.rows = tuple(self._known)
        here = next((place for place, each in enumerate(self._known) if each.here), 0)
        self._list.action_move_to(here)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list.rows = tuple(best(event.value, self._known, lambda each: each.name, _MOST))
        self._list.action_move_to(0)

    @on(Input.Submitted)
    @on(Listing.Opened)
    def _chosen(self) -> None:
        current = self._list.current
        marked = tuple(each for each in self._known if self._list.key(each) in self._list.marked)
        self.dismiss(marked or ((current,) if current else ()))

    def action_mark(self) -> None:
        """One more, or one less."""
        if current := self._list.current:
            self._list.marked ^= {self._list.key(current)}
            self._list.action_move(1)


_HINTS = (
    (" enter ", "ev.key"),
    ("go there  ", DIM),
    (" tab ", "ev.key"),
    ("mark several  ", DIM),
    (" esc ", "ev.key"),
    ("stay", DIM),
)
