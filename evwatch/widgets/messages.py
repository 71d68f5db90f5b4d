"""The messages of a failure group, or of the whole queue."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive

from evwatch.present.gone import Gone
from evwatch.present.inert import plain
from evwatch.present.key import Key
from evwatch.present.letters import LetterRow, expires_in, receives, short_id, since
from evwatch.present.tones import ACCENT, DIM, OK
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class MessageList(Listing[LetterRow]):
    """One line a message."""

    HELP = "Messages as they were read. Space marks one, * its whole group; s sorts, / filters, enter reads one."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("mark", "", 1, 0),
        Column("age", "sent", 4, 2, "right"),
        Column("expiry", "expires", 7, 3, "right"),
        Column("receives", "rcv", 3, 4, "right"),
        Column("id", "id", 8, 5),
        Column("why", "why", 24, 1, grows=1),
        Column("size", "size", 6, 6, "right"),
    )

    marked: reactive[Collection[str]] = reactive(frozenset())
    """MessageIds."""
    gone: reactive[Mapping[str, Gone]] = reactive(dict)
    """By MessageId, what a run has taken out of the queue since."""

    def key(self, row: LetterRow) -> Key:
        """Queue and MessageId."""
        return row.key

    def passing(self, row: LetterRow) -> Hashable:
        """Ages move on, and marks come and go."""
        letter = row.letter
        gone = expires_in(letter.expires_at, self.now, exact=letter.expires_exact)
        return since(letter.sent_at, self.now), gone.plain, letter.id in self.marked, letter.id in self.gone

    def cell(self, row: LetterRow, column: str, width: int) -> Text:
        """The words of one column."""
        letter = row.letter
        marked, gone = letter.id in self.marked, self.gone.get(letter.id)
        match column:
            case "mark" if gone:
                return Text(gone.mark, style=OK)
            case "mark":
                return Text("●" if marked else "", style=ACCENT)
            case "expiry" if gone:
                return Text(gone.word, style=OK)
            case "why" if gone:
                return Text(plain(f"{gone.word} by run {gone.run}", width), style=DIM)
            case "age":
                return Text(since(letter.sent_at, self.now), style=DIM)
            case "expiry":
                return expires_in(letter.expires_at, self.now, exact=letter.expires_exact)
            case "receives":
                return receives(letter)
            case "id":
                return Text(short_id(letter.id), style=DIM)
            case "why":
                return Text(plain(row.why, width), style=ACCENT if marked else "")
            case _:
                return Text(_size(len(letter.message.body)), style=DIM)


def _size(characters: int) -> str:
    """Characters of the body: `812`, `14k`, `1.0M`."""
    if characters < 10_000:
        return str(characters)
    return f"{characters / 1024:.0f}k" if characters < 1_000_000 else f"{characters / 1_048_576:.1f}M"
