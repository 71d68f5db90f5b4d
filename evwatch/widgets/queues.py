"""The queues: how much waits, where it is heading, and what gave up."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from rich.text import Text

from evwatch.model.feed import Feed
from evwatch.model.queue import Depth
from evwatch.present.badges import health_badge, outlook_badge, outlook_badge_plain, outlook_badge_short
from evwatch.present.figures import MISSING, age_short, count, rate
from evwatch.present.freshness import is_stale
from evwatch.present.inert import middle, plain
from evwatch.present.key import Key
from evwatch.present.queues import QueueRow
from evwatch.present.sparkline import sparkline
from evwatch.present.tones import ALARM, DIM, STALE
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class QueueList(Listing[QueueRow]):
    """One line a queue."""

    HELP = "Queues and their approximate depths; those in trouble stand on top."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("health", "", 1, 0),
        Column("name", "queue", 24, 1, grows=3, most=60),
        Column("context", "context", 16, 3),
        Column("visible", "visible", 7, 2, "right"),
        Column("in-flight", "flight", 6, 6, "right"),
        Column("delayed", "delayed", 7, 10, "right"),
        Column("oldest", "oldest", 6, 5, "right"),
        Column("in-out", "in/out per m", 12, 8, "right"),
        Column("trend", "3 h", 12, 9),
        Column("outlook-short", "outlook", 14, 3),
        Column("outlook", "outlook", 22, 11, instead_of="outlook-short"),
        Column("outlook-long", "outlook", 38, 14, instead_of="outlook"),
        Column("dlq-held", "in DLQ", 6, 4, "right"),
        Column("dlq", "its DLQ", 16, 13, grows=1, most=40),
        Column("age", "age", 4, 7, "right"),
    )

    def key(self, row: QueueRow) -> Key:
        """Context and ARN."""
        return row.key

    def passing(self, row: QueueRow) -> Hashable:
        """Only a stale row shows its age, and what is stale of it or of its DLQ wears another tone."""
        return self._age(row), self._is_old(row.dlq)

    def cell(self, row: QueueRow, column: str, width: int) -> Text:
        """The words of one column. A stale row wears one tone, so that no old figure looks new."""
        said = self._cell(row, column, width)
        if self._age(row) and column in ("visible", "in-flight", "delayed", "outlook", "outlook-short", "outlook-long"):
            return Text(said.plain, style=STALE)
        return said

    def _cell(self, row: QueueRow, column: str, width: int) -> Text:
        depth = row.depth.value
        match column:
            case "health":
                return health_badge(row.verdict.health).mark
            case "name":
                return Text(middle(row.queue.name, width), style=ALARM if row.verdict.health == "critical" else "")
            case "context":
                return Text(middle(row.context, width), style=DIM)
            case "visible":
                return _figure(depth.visible if depth else None)
            case "in-flight":
                return _figure(depth.in_flight if depth else None)
            case "delayed":
                return _figure(depth.delayed if depth else None)
            case "oldest":
                return Text(age_short(row.oldest_seconds), style="" if row.oldest_seconds else DIM)
            case "in-out":
                rates = row.outlook.rates
                known = rates.sent is not None or rates.deleted is not None
                return Text(f"{rate(rates.sent)} / {rate(rates.deleted)}" if known else MISSING, style=DIM)
            case "trend":
                return Text(sparkline(row.trend, width), style=DIM)
            case "outlook-short":
                return _heading(row, outlook_badge_short(row.outlook).text, width)
            case "outlook":
                return _heading(row, outlook_badge_plain(row.outlook).text, width)
            case "outlook-long":
                return _heading(row, outlook_badge(row.outlook).text, width)
            case "dlq-held":
                return _dlq_held(row, stale=self._is_old(row.dlq))
            case "dlq":
                return Text(middle(row.dlq_name, width), style=DIM)
            case _:
                return Text(self._age(row), style=STALE)

    def _age(self, row: QueueRow) -> str:
        return age_short(row.depth.age(self.now)) if self.now and self._is_old(row.depth) else ""

    def _is_old(self, depth: Feed[Depth] | None) -> bool:
        return self.now is not None and depth is not None and is_stale(depth, self.now, self.limit)


def _figure(value: int | None) -> Text:
    return Text(count(value), style="" if value else DIM)


def _heading(row: QueueRow, words: Text, width: int) -> Text:
    if row.depth.value is None:
        fault = row.depth.fault
        return Text(plain(fault.message, width), style=STALE) if fault else Text("  not read yet", style=DIM)
    if row.is_dlq and row.held:
        return Text("▲ dead letters", style=ALARM)
    return words


def _dlq_held(row: QueueRow, *, stale: bool) -> Text:
    if not row.dlq_name:
        return Text("")
    if stale:
        return Text(f"{count(row.dlq_held)}?", style=STALE)  # the row's age is not that of its DLQ
    return Text(count(row.dlq_held), style=ALARM if row.dlq_held else DIM)
