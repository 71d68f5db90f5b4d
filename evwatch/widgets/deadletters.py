"""The dead-letter queues that hold something."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive

from evwatch.present.deadletters import DeadLetterRow, arrivals_words, expiry_words
from evwatch.present.figures import age_short, count
from evwatch.present.freshness import is_stale
from evwatch.present.inert import middle, plain
from evwatch.present.key import Key
from evwatch.present.tones import ALARM, DIM, STALE, WARN
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing

_SOON_SECONDS = 86_400
_LATE = 6
_WITH_LOOK = 30
"""Cells from which on there is room to say of which look it is known."""


class DeadLetterList(Listing[DeadLetterRow]):
    """One line a DLQ, the fullest first."""

    HELP = "Dead-letter queues that hold something, visible or in flight."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("held", "held", 6, 0, "right"),
        Column("name", "dead letters in", 20, 1, grows=2, most=60),
        Column("context", "context", 16, 2),
        Column("arrived", "arrived", 13, 2),
        Column("expiry", "expires", 10, 3),
        Column("mostly", "mostly", 16, 4, grows=5, most=100),
        Column("sources", "from", 16, 5, grows=1, most=60),
        Column("age", "age", 4, 4, "right"),
    )

    tells: reactive[bool] = reactive(False)
    """Whether anything is known of why messages failed: then that matters more than how many came lately."""

    def key(self, row: DeadLetterRow) -> Key:
        """Context and ARN."""
        return row.row.key

    def columns(self) -> tuple[Column, ...]:
        """Why messages failed, or how many came lately, where there is no room for both."""
        if not self.tells:
            return tuple(each for each in self.COLUMNS if each.key != "mostly")
        return tuple(replace(each, rank=_LATE) if each.key == "arrived" else each for each in self.COLUMNS)

    def watch_tells(self) -> None:
        """Other columns."""
        self._place()
        self.refresh()

    def passing(self, row: DeadLetterRow) -> Hashable:
        """A stale row shows its age, and a look how long ago it was."""
        return self._age(row), _since(row, self.now) if row.mostly else ""

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
            case "mostly":
                return _mostly(row, width, self.now)
            case "sources":
                return Text(middle(", ".join(row.sources), width), style=DIM)
            case _:
                return Text(self._age(row), style=STALE)

    def _age(self, row: DeadLetterRow) -> str:
        if self.now is None or not is_stale(row.row.depth, self.now, self.limit):
            return ""
        return age_short(row.row.depth.age(self.now))


def _mostly(row: DeadLetterRow, width: int, now: datetime | None) -> Text:
    """The largest group by its title, and of which look that is known."""
    if not row.mostly:
        return Text("")
    of = f" {count(row.seen)} seen, {_since(row, now)}"
    if width < _WITH_LOOK:
        return Text(plain(row.mostly, width))
    return Text.assemble(plain(row.mostly, width - len(of)), (of, DIM), no_wrap=True, end="")


def _since(row: DeadLetterRow, now: datetime | None) -> str:
    return age_short(now - row.looked_at if now and row.looked_at else None)
