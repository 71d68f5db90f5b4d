"""Dead letters that were read, as lists: groups, the messages of one, and the message that the cursor is on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer

from evwatch.deadletters.query import ORDERS, Order
from evwatch.model.arn import arn_name
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError
from evwatch.model.log_lines import LogReason
from evwatch.model.look import Look
from evwatch.present.figures import plural
from evwatch.present.key import Key
from evwatch.present.letters import ALL
from evwatch.present.looks import wrong_expression
from evwatch.present.tones import WARN
from evwatch.screens.looks import Desk
from evwatch.screens.peeling import Peeling
from evwatch.screens.shown import Shown
from evwatch.screens.zooming import zoom
from evwatch.widgets.dead_letter_panels import DeadLetterPanels, Level
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.look_head import LookHead
from evwatch.widgets.prompt import FilterPrompt

_ORDER_WORDS: dict[Order, str] = {
    "age": "oldest first",
    "expiry": "first to expire first",
    "receives": "most received first",
    "group": "by group",
}
_HINTS = {
    "back": "back",
    "help": "help",
    "letters.open": "open",
    "letters.peel": "peel",
    "letters.redrive": "redrive",
    "letters.edit": "edit",
    "letters.delete": "delete",
    "letters.logs": "logs",
    "mark": "mark",
    "filter": "filter",
    "letters.sort": "sort",
    "letters.find": "find id",
    "letters.export": "export",
    "copy": "copy",
    "letters.read": "read again",
    "quit": "quit",
}
_PLACEHOLDER = "plain words, or an expression: error.type == 'KeyError'"
_LARGE_BODY = 100_000
_SETTLE_SECONDS = 0.03
"""How long the cursor rests on a large message before that is laid out."""
_OPEN = Binding.Group("look closer")
_LIST = Binding.Group("messages")


class LetterListsScreen(Screen[None]):
    """One queue. Below 100 columns one of the three panels at a time, beside each other above."""

    ALLOW_IN_MAXIMIZED_VIEW = ".-textual-system,#letters-head,#letters-foot"
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = ""
    CSS_PATH = "dead_letters.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="letters.open", group=_OPEN, tooltip="A group's messages; a message"),
        Binding("escape", "back", "Back", id="back", group=_OPEN, tooltip="Stops a look; then one step out"),
        Binding("tab", "app.focus_next", "Next panel", id="panel.next", group=_OPEN),
        Binding("shift+tab", "app.focus_previous", "Previous panel", id="panel.previous", group=_OPEN),
        Binding("z", "zoom", "Zoom", id="zoom", group=_OPEN, tooltip="This panel alone, and back"),
        Binding("space", "mark", "Mark", id="mark", group=_LIST, tooltip="A message, or a whole group"),
        Binding("asterisk", "mark_group", "Mark group", id="mark.group", group=_LIST, tooltip="All of the group"),
        Binding("/", "filter", "Filter", id="filter", group=_LIST, tooltip="Plain words, or JMESPath"),
        Binding("s", "sort", "Sort", id="letters.sort", group=_LIST, tooltip="By age, expiry …; stops a look"),
    ]

    now: reactive[datetime | None] = reactive(None, repaint=False)
    order: reactive[Order] = reactive("age")

    def __init__(
        self, key: Key, desk: Desk, clock: Callable[[], datetime], *, letter: str, read_only: bool, demo: bool
    ) -> None:
        super().__init__()
        self.key = key
        self.clock = clock
        self.desk = desk
        self.shown: Shown | None = None
        self.peeling: Peeling | None = None
        self._wanted = letter
        self._settling: Timer | None = None
        self._filtered_at: Level = "groups"
        self.header = HeaderBar(read_only=read_only, demo=demo)
        self.panels = DeadLetterPanels(id="letters")
        self._head = LookHead()
        self._error = Line(id="filter-error")
        self.set_reactive(LetterListsScreen.order, desk.order)

    def compose(self) -> ComposeResult:
        """Where one is, what was read and what it cost, the panels, the keys."""
        with Vertical(id="letters-head"):
            yield self.header
            yield self._head
        yield self.panels
        with Vertical(id="letters-foot"):
            yield self._error
            yield KeyHints()

    def on_mount(self) -> None:
        """Begin to count time."""
        self.panels.messages.empty = self.panels.groups.empty = "nothing was read"
        self.tick()
        self.set_interval(1.0, self.tick)
        self.panels.go("groups")
        self.call_after_refresh(self._tell_keys)

    @property
    def name_of_queue(self) -> str:
        """What people call it."""
        return arn_name(self.key[1])

    @property
    def letter(self) -> DeadLetter | None:
        """The message that the cursor is on."""
        row = self.panels.messages.current
        return row.letter if row else None

    @property
    def group(self) -> str:
        """Fingerprint of the group that the cursor is on; empty for all messages."""
        row = self.panels.groups.current
        return row.key[1] if row else ALL

    # What a subclass says.

    @property
    def off(self) -> Mapping[str, str]:
        """Keys that are off, by id, and why."""
        return {}

    def head_lines(self, now: datetime) -> list[Text]:
        """What was read and what it has cost."""
        raise NotImplementedError

    def leave(self) -> None:
        """Back to where one came from."""
        raise NotImplementedError

    # What is shown.

    def tick(self) -> None:
        """Time has passed."""
        self.now = self.clock()

    def watch_now(self) -> None:
        """Ages move on."""
        if self.now:
            self.header.now = self.now
            self.panels.show_ages(self.now)
            self.show_head()

    def show_head(self) -> None:
        """The lines under the header."""
        if self.now:
            self._head.lines = self.head_lines(self.now)

    def show_look(self, look: Look) -> None:
        """Show this one from now on."""
        self.shown = Shown(look, self.desk.marked)
        self.narrow(self.desk.words)

    def learn(self, reasons: Mapping[str, LogReason]) -> None:
        """Why messages failed, as logs say it: shown at once, with the cursor where it is."""
        if self.shown and self.shown.learn(reasons):
            self.show_marks()
            self._list_messages()
            self.show_letter()

    def _relist(self) -> None:
        """Another look, filter or order."""
        self.show_marks()
        self._list_messages()
        self.show_head()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.go_to(wanted)

    def show_marks(self) -> None:
        """Marks, and how many of each group are left."""
        if self.shown:
            self.panels.show_groups(self.shown.group_rows(), self.desk.words)
            self.panels.show_marks(self.shown.marked)

    def _list_messages(self) -> None:
        if self.shown:
            rows = self.shown.letter_rows(self.group, self.order)
            self.panels.show_messages(rows, _ORDER_WORDS[self.order], self.desk.words)
            self._inspect()

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        if event.listing is self.panels.messages:
            self._inspect()
        elif event.listing is self.panels.groups:
            self._list_messages()
            if event.listing.has_focus:
                self.panels.messages.action_move_to(0)

    def _inspect(self) -> None:
        """A large message is laid out once the cursor rests on it."""
        letter = self.letter
        if self._settling:
            self._settling.stop()
        if letter and self.peeling and letter is self.peeling.letter:
            return
        if letter and len(letter.message.body) > _LARGE_BODY and self.peeling:
            self._settling = self.set_timer(_SETTLE_SECONDS, self._open_letter)
        else:
            self._open_letter()

    def _open_letter(self) -> None:
        letter = self.letter
        self.peeling = Peeling(letter) if letter else None
        self.show_letter()

    def show_letter(self) -> None:
        """The message under the cursor, as it is peeled now."""
        peeling = self.peeling
        if peeling:
            log = self.shown.log_of(peeling.letter) if self.shown else ()
            self.panels.show_letter(peeling.letter, peeling.payload, peeling.position, log)
        else:
            self.panels.show_letter(None, None, "")

    def go_to(self, letter: str) -> None:
        """Put the cursor on a message, whatever group or filter it is in."""
        if self.shown and letter in self.shown.by_id and letter not in {each.id for each in self.shown.letters}:
            self._wanted = letter
            self.narrow("")
            return
        self.panels.groups.select((self.key[1], ALL))
        self._list_messages()
        self.panels.messages.select((self.key[1], letter))
        self._inspect()
        self.panels.go("inspector")

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS, self.off)

    # One step in, one step out.

    @on(Listing.Opened)
    def action_open(self) -> None:
        """The messages of the group; the message."""
        self.panels.step(1)

    def action_back(self) -> None:
        """From a zoom, from a filter, then one panel after the other."""
        if self.maximized is not None:
            self.minimize()
        elif self.panels.level != "inspector" and self.desk.words:
            self.narrow("")
        elif not self.panels.step(-1):
            self.leave()

    def action_zoom(self) -> None:
        """One panel alone, and back."""
        zoom(self)

    # Marks, order, filter.

    def action_mark(self) -> None:
        """The message under the cursor, and on to the next; the whole group where the cursor is on one."""
        if self.panels.level == "groups":
            self.action_mark_group()
        elif self.shown and self.letter:
            self.shown.mark((self.letter,))
            self.show_marks()
            if self.panels.level == "messages":
                self.panels.messages.action_move(1)

    def action_mark_group(self) -> None:
        """All messages of the group, as far as the filter lets them through."""
        if self.shown:
            in_groups = self.panels.level == "groups"
            group = self.group if in_groups or self.letter is None else self.letter.group
            self.shown.mark(self.shown.members(group))
            self.show_marks()

    def action_sort(self) -> None:
        """The next order."""
        self.desk.order = self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self._list_messages()

    def action_filter(self) -> None:
        """Ask for words or an expression."""
        if self.shown and not self.query(FilterPrompt):
            self._filtered_at = self.panels.level
            prompt = FilterPrompt(self.desk.words)
            prompt.placeholder = _PLACEHOLDER
            self.query_one("#letters-foot").mount(prompt, before=self._error)

    @on(FilterPrompt.Typed)
    def _typed(self, event: FilterPrompt.Typed) -> None:
        self.narrow(event.words)

    @on(FilterPrompt.Left)
    def _left(self, event: FilterPrompt.Left) -> None:
        self.narrow(event.words)
        self.panels.go(self._filtered_at)

    @work(exclusive=True, group="filter")
    async def narrow(self, words: str) -> None:
        """Choose messages by what was typed. A wrong expression leaves the list as it was, and says why."""
        if self.shown is None:
            return
        try:
            await self.shown.narrow(words)
        except EvwatchError as error:
            self._tell_error(wrong_expression(error.fault) if self.query(FilterPrompt) else "")
            return
        self.desk.words = words
        failed = self.shown.failed
        self._tell_error(f"could not be worked out on {plural(failed, 'message')}, which is left out" if failed else "")
        self._relist()

    def _tell_error(self, words: str) -> None:
        self._error.text = Text(words, style=WARN)
        self._error.set_class(bool(words), "-told")
