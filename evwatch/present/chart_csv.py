"""The data of a chart as CSV (RFC 4180): what a spreadsheet or a script reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from evwatch.model.timestamp import timestamp
from evwatch.present.chart import Chart
from evwatch.present.inert import plain

_FORMULA = ("=", "+", "-", "@")
_LONGEST_NAME = 500


def csv_lines(chart: Chart) -> Iterator[str]:
    """A line for the names, then one for each time at which anything was measured, oldest first.

    Times are RFC 3339 in UTC and say when the period begins; a cell is empty where there is no datapoint. Every value
    is a number that evwatch wrote. Names come from AWS, and a spreadsheet takes a cell that begins with `=`, `+`, `-`
    or `@` for a formula: such a name gets an apostrophe before it, which spreadsheets take for "this is text".
    """
    names = ["time", *(_name(line.source or line.label, line.unit) for line in chart.lines)]
    yield _row([*names, *(["limit"] if chart.threshold is not None else [])])
    columns = [dict(line.points) for line in chart.lines]
    for at in sorted({at for column in columns for at in column}):
        row = [_time(at), *(_value(column.get(at)) for column in columns)]
        yield _row([*row, *([_value(chart.threshold)] if chart.threshold is not None else [])])


def _name(source: str, unit: str) -> str:
    name = plain(f"{source} ({unit})" if unit else source, _LONGEST_NAME)
    return f"'{name}" if name.lstrip().startswith(_FORMULA) else name


def _time(at: float) -> str:
    return timestamp(datetime.fromtimestamp(at, UTC), "seconds")


def _value(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _row(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
