"""Groups, messages and inspector, and how they share the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.model.deadletter import DeadLetter
from evwatch.present.gone import Gone
from evwatch.present.inert import plain
from evwatch.present.letters import ALL, GroupRow, LetterRow
from evwatch.present.looks import exact
from evwatch.present.sheet import Payload
from evwatch.present.tones import ACCENT, DIM
from evwatch.widgets.groups import GroupsBox
from evwatch.widgets.inspector import Inspector
from evwatch.widgets.messages import MessageList
from evwatch.widgets.panel import Panel

Level = Literal["groups", "messages", "inspector"]
LEVELS: tuple[Level, ...] = ("groups", "messages", "inspector")


class DeadLetterPanels(Container):
    """Where there is room for one panel only, the one at `level` is shown; `level` follows the keys."""

    level: reactive[Level] = reactive("groups")

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="-at-groups")
        self._groups_box = GroupsBox()
        self.groups = self._groups_box.list
        self.messages = MessageList(id="messages")
        self.inspector = Inspector(id="inspector")
        self._at: dict[Level, Widget] = {
            "groups": self.groups,
            "messages": self.messages,
            "inspector": self.inspector,
        }
        self._groups_panel = Panel("Groups", self._groups_box, id="groups-panel")
        self._messages_panel = Panel("Messages", self.messages, id="messages-panel")
        self._inspector_panel = Panel("Message", self.inspector, id="inspector-panel")

    def compose(self) -> ComposeResult:
        """Lists beside the inspector."""
        with Vertical(id="lists"):
            yield self._groups_panel
            yield self._messages_panel
        yield self._inspector_panel

    # One step in, one step out.

    def go(self, level: Level) -> None:
        """Turn to a panel."""
        self.level = level
        self.call_after_refresh(self._at[level].focus)

    def step(self, steps: int) -> bool:
        """Further in, or out; False at the end."""
        place = LEVELS.index(self.level) + steps
        if not 0 <= place < len(LEVELS):
            return False
        self.go(LEVELS[place])
        return True

    def watch_level(self, before: Level, after: Level) -> None:
        """The style sheet shows it."""
        self.set_class(False, f"-at-{before}")
        self.set_class(True, f"-at-{after}")

    def on_descendant_focus(self) -> None:
        """The keys have gone to another panel. Each widget tells in its own time, so the screen is asked."""
        focused = self.screen.focused
        self.level = next((level for level, widget in self._at.items() if widget is focused), self.level)

    # What is shown.

    def show_groups(self, rows: Sequence[GroupRow], words: str) -> None:
        """New groups, of what the filter lets through."""
        self.groups.empty = self.messages.empty = "nothing matches" if words else "nothing to show"
        self.groups.rows = tuple(rows)
        self._groups_box.share_lines()
        self._groups_box.facts.row = self.groups.current
        amount = len(rows) - 1
        self._groups_panel.tell(Text(exact(amount), style=DIM) if amount > 0 else Text())

    def show_messages(self, rows: Sequence[LetterRow], order: str, words: str) -> None:
        """The messages of the group under the cursor."""
        self.messages.rows = tuple(rows)
        group = self.groups.current
        self._groups_box.facts.row = group
        said = Text(f"{exact(len(rows))}, {order}", style=DIM)
        if words:
            said.append(f"  /{plain(words, 30)}", style=ACCENT)
        if group and group.key[1] != ALL:
            said.append(f"  {plain(group.title, 80)}")
        self._messages_panel.tell(said)

    def show_marks(self, marked: Set[str]) -> None:
        """Marks were set or taken away."""
        self.messages.marked = frozenset(marked)
        self._messages_panel.age(Text(f"{exact(len(marked))} marked", style=ACCENT) if marked else Text())
        self.messages.refresh()

    def show_gone(self, gone: Mapping[str, Gone]) -> None:
        """A run has taken these out of the queue."""
        self.messages.gone = gone
        self.messages.refresh()

    def show_letter(
        self, letter: DeadLetter | None, payload: Payload | None, position: str, log: tuple[str, ...] = ()
    ) -> None:
        """What the cursor is on."""
        self.inspector.inspect(letter, payload, position, log)
        self._inspector_panel.tell(Text(plain(letter.id, 40), style=DIM) if letter else Text())

    def show_ages(self, now: datetime) -> None:
        """Time has passed."""
        self.groups.now = now
        self.messages.now = now
        self.inspector.now = now
        self._groups_box.facts.now = now
