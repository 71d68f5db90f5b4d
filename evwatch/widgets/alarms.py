"""The alarms, what fires on top."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from rich.text import Text

from evwatch.present.alarms import AlarmRow, reason
from evwatch.present.badges import alarm_badge
from evwatch.present.figures import age, age_short
from evwatch.present.inert import inert, middle
from evwatch.present.key import Key
from evwatch.present.sparkline import sparkline
from evwatch.present.tones import ALARM, DIM
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class AlarmList(Listing[AlarmRow]):
    """One line an alarm: state, name, since when, type, what its metric did, why."""

    HELP = "Alarms of CloudWatch and thresholds of the settings; what fires is on top."
    HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("state", "state", 9, 0),
        Column("name", "name", 20, 1, grows=2, most=44),
        Column("context", "context", 16, 3),
        Column("since-short", "since", 5, 2, "right"),
        Column("since", "since", 12, 5, "right", instead_of="since-short"),
        Column("type", "type", 9, 6),
        Column("trend", "3 h", 14, 4),
        Column("reason", "why", 14, 3, grows=3),
    )

    def key(self, row: AlarmRow) -> Key:
        """Context and alarm."""
        return row.key

    def passing(self, row: AlarmRow) -> Hashable:
        """Since when moves on."""
        return age(self._passed(row))

    def cell(self, row: AlarmRow, column: str, width: int) -> Text:
        """The words of one column."""
        alarm = row.alarm
        tone = ALARM if alarm.fires else ""
        match column:
            case "state":
                return alarm_badge(alarm).text
            case "name":
                return Text(middle(alarm.name, width), style=tone)
            case "context":
                return Text(middle(row.context, width), style=DIM)
            case "since":
                return Text(age(self._passed(row)), style=tone or DIM)
            case "since-short":
                return Text(age_short(self._passed(row)), style=tone or DIM)
            case "type":
                return Text(alarm.type, style=DIM)
            case "trend":
                return Text(sparkline(row.trend, width), style=tone or DIM)
            case _:
                return inert(reason(alarm), width, style="" if alarm.fires else DIM)

    def _passed(self, row: AlarmRow) -> float | None:
        if row.alarm.since is None or self.now is None:
            return None
        return (self.now - row.alarm.since).total_seconds()
