"""CloudWatch metrics: what to ask for, and what came back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of CloudWatch, known by namespace, name and dimensions."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    """Sorted by name, so that equal metrics are equal values."""

    @staticmethod
    def of(namespace: str, name: str, dimensions: Mapping[str, str] | None = None) -> Metric:
        """The metric with its dimensions in canonical order."""
        return Metric(namespace, name, tuple(sorted((dimensions or {}).items())))


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One statistic of one metric over the window that the reader chooses."""

    metric: Metric
    statistic: str
    """`Sum`, `Average`, `Maximum`, `Minimum`, `SampleCount` or a percentile such as `p99`."""
    label: str = ""
    unit: str = ""
    counts: bool = False
    """True for counters that AWS emits only when not zero: a missing minute means that nothing happened, as long as the
    resource is alive. False where missing means unknown."""
    period_seconds: int = 0
    """The least period that means anything: an alarm's, whose averages and percentiles cannot be made of finer ones."""


@dataclass(frozen=True, slots=True)
class Series:
    """The datapoints of one query, oldest first. CloudWatch leaves out what is missing: a gap is never a zero."""

    query: MetricQuery
    period_seconds: int
    start: float
    """Start of the window asked for, seconds since the epoch."""
    end: float
    """End of the window asked for (exclusive)."""
    times: tuple[float, ...] = ()
    """Start of each datapoint's period, seconds since the epoch."""
    values: tuple[float, ...] = ()
    complete: bool = True
    """False where CloudWatch said that there was more than it gave (PartialData)."""
    message: str = ""
    """CloudWatch's own words where it could not answer (Forbidden, InternalError)."""
    taken_at: datetime | None = field(default=None, compare=False)

    @property
    def last(self) -> float | None:
        """The newest value, or None."""
        return self.values[-1] if self.values else None


INCOMPLETE_SECONDS = 120
"""One-minute datapoints younger than this may still change: never alarm on them, and mark them on a chart."""


def complete_points(series: Series, now: float, minutes: int) -> list[tuple[float, float]] | None:
    """Time and value of the datapoints in the last complete minutes; `now` in seconds since the epoch.

    None where the series was not read for a while: minutes that nobody asked for are not silent ones.
    """
    end = (now - INCOMPLETE_SECONDS) // 60 * 60
    if series.end < end:
        return None
    first, last = bisect_left(series.times, end - minutes * 60), bisect_left(series.times, end)
    return list(zip(series.times[first:last], series.values[first:last], strict=True))
