"""`:` goes to anything by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from evwatch.present.inert import middle
from evwatch.present.key import Key
from evwatch.present.search import best
from evwatch.present.tones import DIM
from evwatch.screens.id_search import Held, HeldLine, HeldMessage, IdSearch
from evwatch.screens.picker import Picker
from evwatch.screens.targets import Target
from evwatch.widgets.columns import Column
from evwatch.widgets.field import Field
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing

_MOST = 200
Goal = Target | HeldMessage | HeldLine
"""Where one can go."""


class TargetList(Listing[Goal]):
    """What fits the letters typed so far."""

    HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("kind", "kind", 9, 1),
        Column("name", "name", 20, 0, grows=3),
        Column("context", "context", 16, 2, grows=1, most=32),
    )
    can_focus = False

    def key(self, row: Goal) -> Key:
        """Kind, context and id: an alarm and a resource may share one."""
        own = {HeldMessage: "letter", HeldLine: "at"}.get(type(row), "kind")
        return (f"{row.kind}\n{row.key[0]}\n{getattr(row, own)}", row.key[1])

    def cell(self, row: Goal, column: str, width: int) -> Text:
        """The words of one column."""
        match column:
            case "kind":
                return Text(row.kind, style=DIM)
            case "name":
                return Text(middle(row.name, width))
            case _:
                return Text(middle(row.key[0], width), style=DIM)


class JumpScreen(Picker[Goal | None]):
    """Gives back what was chosen, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="jump.back", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", id="jump.down", show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", id="jump.up", show=False),
    ]
    CSS = "#jump { width: 100; height: 16; }"

    def __init__(self, targets: Callable[[], list[Target]], ids: IdSearch) -> None:
        super().__init__()
        self._targets = targets
        self._ids = ids
        self._known: list[Target] = []
        self._held = Held()
        self._field = Field(
            placeholder="jump to a queue, alarm, resource, metric, or an id in what was read", compact=True
        )
        self._list = TargetList(id="targets")
        self._said = Line(id="jump-said")

    @property
    def listing(self) -> TargetList:
        """What fits."""
        return self._list

    def compose(self) -> ComposeResult:
        """A line to type in, what fits below."""
        with self.box("jump"):
            yield self._field
            yield self._list
            yield self._said

    def on_key(self, event: events.Key) -> None:
        """What is typed before the field has the keys belongs in it too."""
        if event.is_printable and event.character and not self._field.has_focus:
            event.stop()
            event.prevent_default()
            self._field.insert_text_at_cursor(event.character)

    def on_mount(self) -> None:
        """Custom metrics are listed once they were asked for, and come while the screen is open."""
        self._list.many_contexts = True
        self._list.empty = "nothing is called that"
        self._look_again()
        self.set_interval(1.0, self._look_again)

    def _look_again(self) -> None:
        self._known = self._targets()
        self._list.many_contexts = len({target.key[0] for target in self._known}) > 1
        self._narrow(self._field.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._held = Held()
        self._narrow(event.value)
        self._list.action_move_to(0)
        self._look_for(event.value)

    @work(exclusive=True, group="ids")
    async def _look_for(self, typed: str) -> None:
        """What holds the id that was typed comes first: it was typed whole."""
        self._held = await self._ids.find(typed)
        if self._held.said:
            self._narrow(typed)
            self._list.action_move_to(0)

    def _narrow(self, typed: str) -> None:
        named = best(typed, self._known, lambda target: target.name, _MOST)
        self._list.rows = (*self._held.messages, *self._held.lines, *named)
        self._said.text = Text(self._held.said, style=DIM)

    @on(Input.Submitted)
    async def _chosen(self, event: Input.Submitted) -> None:
        """Who pastes an id and presses enter at once need not wait for the list."""
        found = self._list.current
        if found is None:
            held = await self._ids.find(event.value)
            goals: tuple[Goal, ...] = (*held.messages, *held.lines)
            found = goals[0] if goals else None
        self.dismiss(found)

    @on(Listing.Opened)
    def _clicked(self) -> None:
        self.dismiss(self._list.current)
