"""What came of each message of a run."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text

from evwatch.present.inert import plain
from evwatch.present.key import Key
from evwatch.present.letters import short_id
from evwatch.present.outcomes import OutcomeRow
from evwatch.present.tones import DIM
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class OutcomeList(Listing[OutcomeRow]):
    """One line a message, what went wrong on top."""

    HELP = "What came of each message; what went wrong is on top. c copies its id."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("outcome", "outcome", 13, 0),
        Column("id", "id", 8, 1),
        Column("whole-id", "id", 36, 4, instead_of="id"),
        Column("code", "code", 11, 2),
        Column("said", "said, became", 12, 3, grows=1),
    )

    def key(self, row: OutcomeRow) -> Key:
        """Run and MessageId."""
        return row.key

    def cell(self, row: OutcomeRow, column: str, width: int) -> Text:
        """The words of one column."""
        match column:
            case "outcome":
                return row.badge.text
            case "id":
                return Text(short_id(row.id))
            case "whole-id":
                return Text(plain(row.id, width))
            case "code":
                return Text(plain(row.code, width), style=DIM)
            case _:
                return Text(_said(row, width), style=DIM)


def _said(row: OutcomeRow, width: int) -> str:
    if row.came_back_as:
        return _became("came back as", "now", row.came_back_as, width)
    if row.message:
        return plain(row.message, width)
    if row.sent_as:
        return _became("as", "as", row.sent_as, width)
    return ""


def _became(words: str, few: str, message_id: str, width: int) -> str:
    whole = f"{words} {message_id}"
    return plain(whole if len(whole) <= width else f"{few} {short_id(message_id)}", width)
