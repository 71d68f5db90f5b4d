"""What a chart draws: points split where data is missing, the newest marked as unfinished, what is beyond a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from evwatch.model.feed import Feed
from evwatch.model.metric import INCOMPLETE_SECONDS, MetricQuery, Series
from evwatch.model.metric_math import Computed, Plotted, asked
from evwatch.model.window import Window
from evwatch.present.axes import bounds
from evwatch.present.figures import span

Points = tuple[tuple[float, float], ...]
"""(seconds since the epoch, value), oldest first."""

_GAP_PERIODS = 1.5
_LARGEST = 2.0**360
"""CloudWatch takes no larger value (PutMetricData); what is no number is not smaller than it either."""
_FOLDS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "SampleCount": sum,
    "Maximum": max,
    "Minimum": min,
    "Average": lambda values: sum(values) / len(values),
}
"""How values of several periods become one."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the chart is about: some metrics of one context, with a limit where an alarm watches them."""

    context: str
    title: str
    series: tuple[Plotted, ...] = ()
    threshold: float | None = None
    sign: str = ""
    period_seconds: int | None = None
    """The period that the threshold is about: a sum over five minutes is not to be held against one over one."""
    number: int = 1
    of: int = 1

    @property
    def queries(self) -> tuple[MetricQuery, ...]:
        """What CloudWatch has to be asked for it."""
        return tuple(dict.fromkeys(query for each in self.series for query in asked(each)))


@dataclass(frozen=True, slots=True)
class Line:
    """One series. `finished` and `unfinished` are runs of neighbouring points; between two runs data is missing."""

    label: str
    unit: str
    finished: tuple[Points, ...] = ()
    unfinished: tuple[Points, ...] = ()
    last: float | None = None
    points: Points = ()
    """All of them."""
    beyond: Points = ()
    """Those beyond the limit, of those that will not change any more."""
    source: str = ""
    """What it is, in full: namespace, metric, statistic and dimensions, or the expression."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a chart widget needs; nothing in it depends on how it is drawn."""

    lines: tuple[Line, ...]
    start: float
    end: float
    top: float
    bottom: float
    period_seconds: int
    threshold: float | None = None
    sign: str = ""
    whole: bool = False
    """True where every value is a whole number, so that labels between two of them would mean nothing."""
    waiting: bool = False
    """True while a series has not been read for this window."""
    message: str = ""
    """CloudWatch's words where it could not answer in full."""

    @property
    def is_empty(self) -> bool:
        """No datapoint in the whole window, which is not the same as zeros."""
        return not any(line.finished or line.unfinished for line in self.lines)


def chart(subject: Subject, feeds: Mapping[MetricQuery, Feed[Series]], window: Window, now: float) -> Chart:
    """Put a subject's series on one axis."""
    found: dict[MetricQuery, Series] = {}
    waiting = False
    messages: list[str] = []
    for query in subject.queries:
        feed = feeds.get(query)
        series = feed.value if feed else None
        if series is not None and _covers(series, window):
            if series.message or not series.complete:
                messages.append(series.message or "CloudWatch gave only part of the data")
            found[query] = coarser(series, subject.period_seconds) if subject.period_seconds else series
        elif feed is not None and feed.fault is not None:
            messages.append(str(feed.fault))
        else:
            waiting = True
    periods = {series.period_seconds for series in found.values()}
    period = max(periods, default=window.period_seconds)
    threshold = subject.threshold
    if threshold is not None and subject.period_seconds and period > subject.period_seconds and _adds_up(subject):
        messages.append(f"the limit is for {span(subject.period_seconds)}; a shorter window shows it")
        threshold = None
    lines = tuple(_line(each, found, now, threshold, subject.sign) for each in subject.series)
    values = [value for each in lines for _, value in each.points]
    if threshold is not None:
        values.append(threshold)
    whole = all(value == int(value) for value in values)
    bottom, top = bounds(values, whole=whole)
    return Chart(
        lines,
        now - window.length.total_seconds(),
        now,
        top,
        bottom,
        period,
        threshold,
        subject.sign,
        whole,
        waiting,
        "; ".join(dict.fromkeys(messages)),
    )


def line(series: Series, now: float) -> Line:
    """Split a series where datapoints are missing, and where the newest may still change."""
    return _line(series.query, {series.query: series}, now, None, "")


def _line(plotted: Plotted, found: Mapping[MetricQuery, Series], now: float, limit: float | None, sign: str) -> Line:
    of = {query: found[query] for query in asked(plotted) if query in found}
    if isinstance(plotted, Computed):
        label, source = plotted.label, plotted.expression
        given = plotted.points(of) if len(of) == len(plotted.queries) else ()
    else:
        label, source = plotted.label or plotted.metric.name, source_of(plotted)
        given = tuple(zip(of[plotted].times, of[plotted].values, strict=True)) if of else ()
    points = tuple(point for point in given if abs(point[1]) <= _LARGEST)
    period = max((series.period_seconds for series in of.values()), default=0)
    edge = now - INCOMPLETE_SECONDS
    finished = [point for point in points if point[0] + period <= edge]
    unfinished = list(points[len(finished) :])
    longest = _GAP_PERIODS * period
    beyond = tuple(point for point in finished if limit is not None and exceeds(sign, point[1], limit))
    if finished and unfinished and unfinished[0][0] - finished[-1][0] <= longest:
        unfinished = [finished[-1], *unfinished]
    last = points[-1][1] if points else None
    runs = _runs(finished, longest), _runs(unfinished, longest)
    return Line(label, plotted.unit, *runs, last, points, beyond, source)


def source_of(query: MetricQuery) -> str:
    """What a query asks for, in full."""
    metric = query.metric
    said = [metric.namespace, metric.name, query.statistic, *(f"{name}={value}" for name, value in metric.dimensions)]
    return " ".join(said)


def exceeds(sign: str, value: float, limit: float) -> bool:
    """Whether a value is beyond a limit, by the sign that stands between them."""
    match sign:
        case ">":
            return value > limit
        case "≥":
            return value >= limit
        case "<":
            return value < limit
        case "≤":
            return value <= limit
    return False


def _adds_up(subject: Subject) -> bool:
    """Whether a longer period makes larger values, so that they cannot be held against the limit of a shorter one."""
    return any(query.statistic in ("Sum", "SampleCount") for query in subject.queries)


def coarser(series: Series, period: int) -> Series:
    """The series in a longer period, as CloudWatch would give it: sums summed, extremes kept, averages averaged.

    Percentiles cannot be worked out from percentiles, and are left as they are. An average is exact where each period
    had as many samples, which is so for the gauges that AWS writes once a minute.
    """
    fold = _FOLDS.get(series.query.statistic)
    if fold is None or period <= series.period_seconds or period % series.period_seconds:
        return series
    found: dict[float, list[float]] = {}
    for time, value in zip(series.times, series.values, strict=True):
        found.setdefault(time // period * period, []).append(value)
    return Series(
        series.query,
        period,
        series.start,
        series.end,
        tuple(found),
        tuple(fold(values) for values in found.values()),
        series.complete,
        series.message,
        series.taken_at,
    )


def _covers(series: Series, window: Window) -> bool:
    """True where the series was asked for over this window, not one that was chosen before."""
    return abs((series.end - series.start) - window.length.total_seconds()) <= 2 * series.period_seconds


def _runs(points: Iterable[tuple[float, float]], longest: float) -> tuple[Points, ...]:
    listed = list(points)
    if not listed:
        return ()
    runs = [[listed[0]]]
    for before, after in pairwise(listed):
        if after[0] - before[0] > longest:
            runs.append([])
        runs[-1].append(after)
    return tuple(tuple(run) for run in runs)
