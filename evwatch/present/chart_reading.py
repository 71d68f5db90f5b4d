"""What a chart says: every series' value, at one moment or now, and that moment in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import ceil

from rich.text import Text

from evwatch.model.metric import INCOMPLETE_SECONDS
from evwatch.present.chart import Chart, exceeds
from evwatch.present.figures import age, number, span
from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM, STALE, STRONG

MARKS = ("ev.chart-1", "ev.chart-2", "ev.chart-3")
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Moment:
    """One period of a chart."""

    at: float
    """When it begins, seconds since the epoch."""
    values: tuple[float | None, ...]
    """Of each line; None where CloudWatch has no datapoint."""


def moments(chart: Chart) -> tuple[float, ...]:
    """When each period of the chart begins, oldest first: also those in which nothing was measured."""
    period = chart.period_seconds
    first = ceil(chart.start / period) * period
    last = max((line.points[-1][0] for line in chart.lines if line.points), default=chart.end - period)
    return tuple(first + index * period for index in range(max(1, int((last - first) // period) + 1)))


def nearest(chart: Chart, at: float) -> float:
    """The period in which this time lies, or the nearest that the chart has."""
    return min(moments(chart), key=lambda each: abs(each + chart.period_seconds / 2 - at))


def read(chart: Chart, at: float) -> Moment:
    """The values of the period that begins then."""
    until = at + chart.period_seconds
    return Moment(
        at, tuple(next((value for time, value in line.points if at <= time < until), None) for line in chart.lines)
    )


def moment_words(chart: Chart, at: float, zone: tzinfo | None) -> Text:
    """When, how long ago, how it stands to the limit, and whether it may still change."""
    line = Text.assemble((_when(chart, at, zone), STRONG), no_wrap=True, end="")
    line.append(f"  {age(chart.end - at)} ago" if at < chart.end else "  now", style=DIM)
    if chart.threshold is not None:
        values = [value for value in read(chart, at).values if value is not None]
        over = any(exceeds(chart.sign, value, chart.threshold) for value in values)
        stands = "" if not values else ", beyond it" if over else ", within it"
        line.append(f"  limit {chart.sign} {number(chart.threshold)}{stands}", style=ALARM if over else DIM)
    if at + chart.period_seconds > chart.end - INCOMPLETE_SECONDS:
        line.append("  may still change", style=STALE)
    return line


def legend(chart: Chart, at: float | None = None) -> Text:
    """Each series' mark, name and value: its newest, or that of the period that begins then."""
    line = Text(no_wrap=True, end="")
    values = read(chart, at).values if at is not None else tuple(each.last for each in chart.lines)
    for index, (each, value) in enumerate(zip(chart.lines, values, strict=True)):
        unit = f" {each.unit}" if each.unit and value is not None else ""
        line.append("  " if index else "")
        line.append("━ ", style=MARKS[index % len(MARKS)])
        line.append(f"{plain(each.label, 40)} {number(value)}{unit}")
    return line


def _when(chart: Chart, at: float, zone: tzinfo | None) -> str:
    """`03:08`, with the day where the chart is longer than one, and how long a period is where it is no minute."""
    local = datetime.fromtimestamp(at, zone)
    day = f"{local:%a} {local.day} {local:%b} " if chart.end - chart.start > _DAY else ""
    over = f" + {span(chart.period_seconds)}" if chart.period_seconds > 60 else ""
    return f"{day}{local:%H:%M}{over}"
