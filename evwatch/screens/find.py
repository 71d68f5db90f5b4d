"""`i`: one id, or one story, across every queue that was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from evwatch.deadletters.group import title
from evwatch.deadletters.query import related, with_id
from evwatch.model.arn import arn_name
from evwatch.model.deadletter import DeadLetter
from evwatch.present.figures import plural
from evwatch.present.inert import middle, plain
from evwatch.present.key import Key
from evwatch.present.letters import reason, short_id, since
from evwatch.present.looks import exact
from evwatch.present.tones import DIM
from evwatch.screens.breath import Breath
from evwatch.screens.picker import Picker
from evwatch.widgets.columns import Column
from evwatch.widgets.field import Field
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing

_MOST = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A queue, and a message in it."""

    key: Key
    letter: str


@dataclass(frozen=True, slots=True, eq=False)
class FoundRow:
    """One message that was found."""

    queue: Key
    letter: DeadLetter


class FoundList(Listing[FoundRow]):
    """Messages with the queue that they are in."""

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("queue", "queue", 20, 0, grows=1, most=44),
        Column("age", "sent", 4, 2, "right"),
        Column("id", "id", 8, 3),
        Column("why", "why", 20, 1, grows=2),
    )
    can_focus = False

    def key(self, row: FoundRow) -> Key:
        """Queue and MessageId."""
        return (row.queue[1], row.letter.id)

    def cell(self, row: FoundRow, column: str, width: int) -> Text:
        """The words of one column."""
        match column:
            case "queue":
                return Text(middle(arn_name(row.queue[1]), width))
            case "age":
                return Text(since(row.letter.sent_at, self.now), style=DIM)
            case "id":
                return Text(short_id(row.letter.id), style=DIM)
            case _:
                return Text(plain(reason(row.letter.error) or title(row.letter), width))


class FindScreen(Picker[Found | None]):
    """Gives back the message that was chosen. Before an id is typed it shows what shares one with the cursor's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="find.back", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", id="find.down", show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", id="find.up", show=False),
    ]
    CSS = """
    #find { width: 110; max-width: 96%; height: 18; }
    #find Input { margin-bottom: 0; }
    #find Line { margin-bottom: 1; }
    """

    def __init__(
        self, read: Sequence[tuple[Key, DeadLetter]], letter: DeadLetter | None, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._read = read
        self._letter = letter
        self._clock = clock
        self._list = FoundList(id="found")
        self._said = Line()

    @property
    def listing(self) -> FoundList:
        """What fits."""
        return self._list

    def compose(self) -> ComposeResult:
        """A line to type in, what was found below."""
        with self.box("find"):
            yield Field(placeholder="correlation id, order number, MessageId: any id in a message", compact=True)
            yield self._said
            yield self._list

    def on_mount(self) -> None:
        """What belongs together with the message under the cursor comes first."""
        self._list.now = self._clock()
        self.look_for("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.look_for(event.value.strip())

    @work(exclusive=True, group="find")
    async def look_for(self, wanted: str) -> None:
        """Go through all letters; the keys are heard meanwhile."""
        rows: list[FoundRow] = []
        breath = Breath()
        for key, letter in self._read:
            if self._fits(wanted, letter):
                rows.append(FoundRow(key, letter))
            if len(rows) >= _MOST:
                break
            await breath.take()
        rows.sort(key=lambda row: (row.letter.sent_at, row.letter.id))
        self._list.rows = tuple(rows)
        self._list.action_move_to(0)
        what = "" if wanted else " share an id with the one under the cursor"
        queues = plural(len({key for key, _ in self._read}), "queue")
        said = f"{exact(len(rows))} of {plural(len(self._read), 'message')} read in {queues}{what}"
        self._said.text = Text(said, style=DIM)

    def _fits(self, wanted: str, letter: DeadLetter) -> bool:
        if wanted:
            return bool(with_id((letter,), wanted))
        return self._letter is not None and bool(related(self._letter, (letter,)))

    @on(Input.Submitted)
    @on(Listing.Opened)
    def _chosen(self) -> None:
        row = self._list.current
        self.dismiss(Found(row.queue, row.letter.id) if row else None)
