"""The journal's runs, one line each."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from rich.text import Text

from evwatch.model.report import Report
from evwatch.present.figures import age_short, clock_time
from evwatch.present.inert import middle, plain
from evwatch.present.key import Key
from evwatch.present.runs import caller_name, kind_mark, status_badge, verdict_badge
from evwatch.present.tones import ALARM, DIM, STRONG
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class RunList(Listing[Report]):
    """Newest first; what is interrupted or in doubt stands out."""

    HELP = "Every run of the journal, newest first. Enter opens one: its report, each message, and what can be done."
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("status", "status", 13, 0),
        Column("kind", "kind", 9, 2),
        Column("queue", "queue", 18, 1, grows=2, most=48),
        Column("when", "when", 4, 3, "right"),
        Column("sent", "sent", 6, 4, "right"),
        Column("failed", "fail", 5, 6, "right"),
        Column("undecided", "undecided", 9, 5, "right"),
        Column("bounced", "bounces", 10, 7),
        Column("started", "started", 13, 9),
        Column("who", "who", 16, 10, grows=1, most=40),
        Column("why", "why", 14, 8, grows=2),
    )

    def key(self, row: Report) -> Key:
        """Its id."""
        return ("", row.run)

    def passing(self, row: Report) -> Hashable:
        """Ages move on."""
        return self._age(row)

    def cell(self, row: Report, column: str, width: int) -> Text:
        """The words of one column."""
        match column:
            case "status":
                return status_badge(row).text
            case "kind":
                return Text(f"{kind_mark(row.kind)} {row.kind}")
            case "queue":
                return Text(middle(row.queue, width), style=STRONG)
            case "when":
                return Text(self._age(row), style=DIM)
            case "sent":
                return _amount(row.deleted if row.kind == "delete" else row.sent)
            case "failed":
                return _amount(len(row.failed), ALARM)
            case "undecided":
                return _amount(len(row.in_doubt), ALARM)
            case "bounced":
                return verdict_badge(row.verdict).text if row.verdict else Text("")
            case "started":
                return Text(clock_time(row.started_at, self.now) if self.now else "", style=DIM)
            case "who":
                return Text(middle(caller_name(row), width), style=DIM)
            case _:
                return Text(plain(row.reason, width), style=DIM)

    def _age(self, row: Report) -> str:
        return age_short(self.now - row.started_at) if self.now else ""


def _amount(amount: int, tone: str = "") -> Text:
    return Text(f"{amount:,}", style=tone if amount else DIM)
