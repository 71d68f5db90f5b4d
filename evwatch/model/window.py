"""How far back a chart looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that ends now."""

    label: str
    length: timedelta

    @property
    def period_seconds(self) -> int:
        """The finest period that CloudWatch still holds for the whole window and that draws well (at most 360 points).

        CloudWatch keeps one-minute points for 15 days, five-minute points for 63 and hourly points for 455; a request
        with a finer period than it still holds returns nothing at all (GetMetricData, StartTime).
        """
        seconds = self.length.total_seconds()
        for period in (60, 300, 900, 3600):
            if seconds / period <= 360 and seconds <= RETENTION_SECONDS[period]:
                return period
        return 3600

    def period_of(self, least: int) -> int:
        """The window's period, or `least` where that is longer (both in seconds)."""
        return max(self.period_seconds, least)


_DAY = 86_400
RETENTION_SECONDS = {60: 15 * _DAY, 300: 63 * _DAY, 900: 63 * _DAY, 3600: 455 * _DAY}

WINDOWS = (
    Window("15m", timedelta(minutes=15)),
    Window("1h", timedelta(hours=1)),
    Window("3h", timedelta(hours=3)),
    Window("6h", timedelta(hours=6)),
    Window("12h", timedelta(hours=12)),
    Window("1d", timedelta(days=1)),
    Window("3d", timedelta(days=3)),
    Window("7d", timedelta(days=7)),
    Window("14d", timedelta(days=14)),
)
DEFAULT_WINDOW = WINDOWS[2]
