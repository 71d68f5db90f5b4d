"""The dead-letter queues that hold something."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from rich.text import Text

from evwatch.present.deadletters import DeadLetterRow, arrivals_words, expiry_words
from evwatch.present.figures import age_short, count
from evwatch.present.freshness import is_stale
from evwatch.present.inert import middle
from evwatch.present.queues import Key
from evwatch.present.tones import ALARM, DIM, STALE, WARN
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing

_SOON_SECONDS = 86_400


class DeadLetterList(Listing[DeadLetterRow]):
    """One line a DLQ, the fullest first."""

    HELP = "Dead-letter queues that hold something, visible or in flight."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("held", "held", 6, 0, "right"),
        Column("name", "dead letters in", 20, 1, grows=2, most=60),
        Column("context", "context", 16, 2),
        Column("arrived", "arrived", 13, 2),
        Column("expiry", "first gone in", 13, 3),
        Column("sources", "from", 16, 5, grows=1, most=60),
        Column("age", "age", 4, 4, "right"),
    )

    def key(self, row: DeadLetterRow) -> Key:
        """Context and ARN."""
        return row.row.key

    def passing(self, row: DeadLetterRow) -> Hashable:
        """Only a stale row shows its age."""
        return self._age(row)

    def cell(self, row: DeadLetterRow, column: str, width: int) -> Text:
        """The words of one column."""
        stale = bool(self._age(row))
        match column:
            case "held":
                return Text(count(row.row.held), style=STALE if stale else ALARM)
            case "name":
                return Text(middle(row.row.queue.name, width))
            case "context":
                return Text(middle(row.row.context, width), style=DIM)
            case "arrived":
                return Text(arrivals_words(row), style=WARN if (row.arrived or 0) > 0 else DIM)
            case "expiry":
                soon = row.expires_within is not None and row.expires_within < _SOON_SECONDS
                return Text(expiry_words(row) or "not known", style=WARN if soon else DIM)
            case "sources":
                return Text(middle(", ".join(row.sources), width), style=DIM)
            case _:
                return Text(self._age(row), style=STALE)

    def _age(self, row: DeadLetterRow) -> str:
        if self.now is None or not is_stale(row.row.depth, self.now, self.limit):
            return ""
        return age_short(row.row.depth.age(self.now))
