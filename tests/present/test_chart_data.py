"""The values that a chart reads, marks and gives away are CloudWatch's, and nothing in a name can act."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.feed import Feed
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.metric_math import Computed
from evwatch.model.window import WINDOWS
from evwatch.present.chart import Chart, Subject, chart
from evwatch.present.chart_csv import csv_lines
from evwatch.present.chart_reading import legend, moment_words, moments, nearest, read

NOW = 1_791_342_720.0
WINDOW = {window.label: window for window in WINDOWS}
ERRORS = MetricQuery(Metric.of("AWS/Lambda", "Errors", {"FunctionName": "f"}), "Sum", "Errors", counts=True)
CALLS = MetricQuery(Metric.of("AWS/Lambda", "Invocations", {"FunctionName": "f"}), "Sum", "Invocations", counts=True)
RATE = Computed("error rate", "%", "100 * e / i", (("e", ERRORS), ("i", CALLS)))


Given = dict[MetricQuery, dict[float, float]]


def drawn(subject: Subject, points: Given, window: str = "1h", period: int = 60) -> Chart:
    length = WINDOW[window].length.total_seconds()
    feeds = {
        query: Feed(Series(query, period, NOW - length, NOW, tuple(found), tuple(found.values())))
        for query, found in points.items()
    }
    return chart(subject, feeds, WINDOW[window], NOW)


def at(minutes: int) -> float:
    return NOW - 60 * minutes


def test_the_cursor_reads_every_series_at_one_time_and_a_gap_is_said() -> None:
    it = drawn(Subject("c", "t", (CALLS, ERRORS, RATE)), {CALLS: {at(9): 8.0, at(8): 4.0}, ERRORS: {at(9): 2.0}})
    assert read(it, at(9)).values == (8.0, 2.0, 25.0)
    assert legend(it, at(9)).plain == "━ Invocations 8  ━ Errors 2  ━ error rate 25 %"
    assert legend(it, at(8)).plain == "━ Invocations 4  ━ Errors –  ━ error rate 0 %"  # noqa: RUF001 - missing
    assert read(it, at(30)).values == (None, None, None)


def test_the_moment_is_told_in_words_with_how_it_stands_to_the_limit() -> None:
    subject = Subject("c", "t", (ERRORS,), threshold=1.0, sign="≥", period_seconds=60)
    it = drawn(subject, {ERRORS: {at(9): 1.0, at(8): 0.0, at(1): 5.0}})
    clock = datetime.fromtimestamp(at(9), UTC)
    assert moment_words(it, at(9), UTC).plain == f"{clock:%H:%M}  9 m ago  limit ≥ 1, beyond it"
    assert moment_words(it, at(8), UTC).plain.endswith("8 m ago  limit ≥ 1, within it")
    assert moment_words(it, at(1), UTC).plain.endswith("may still change")
    assert it.lines[0].beyond == ((at(9), 1.0),), "what may still change breaches nothing yet"


def test_the_moments_are_all_periods_also_those_without_a_datapoint() -> None:
    it = drawn(Subject("c", "t", (CALLS,)), {CALLS: {at(50): 1.0, at(10): 2.0}})
    found = moments(it)
    assert found[0] == at(60)
    assert found[-1] == at(10)
    assert {later - earlier for earlier, later in pairwise(found)} == {60}
    assert nearest(it, at(30) + 31) == at(30)
    assert nearest(it, 0) == found[0]
    assert nearest(it, NOW * 2) == found[-1]


def test_a_limit_for_five_minutes_is_not_drawn_over_sums_of_an_hour() -> None:
    subject = Subject("c", "t", (ERRORS,), threshold=1.0, sign=">", period_seconds=300)
    it = drawn(subject, {ERRORS: {NOW // 3600 * 3600 - 7200: 9.0}}, "14d", 3600)
    assert it.threshold is None
    assert it.lines[0].beyond == ()
    assert "the limit is for 5 m" in it.message


def rows(lines: list[str]) -> list[list[str]]:
    return list(csv.reader("".join(lines).splitlines()))


def test_csv_has_a_row_a_time_a_column_a_series_and_nothing_where_nothing_was_measured() -> None:
    subject = Subject("c", "t", (CALLS, ERRORS, RATE), threshold=0.5)
    it = drawn(subject, {CALLS: {at(9): 8.0, at(8): 3.5}, ERRORS: {at(9): 2.0}})
    head, *found = rows(list(csv_lines(it)))
    assert head == [
        "time",
        "AWS/Lambda Invocations Sum FunctionName=f",
        "AWS/Lambda Errors Sum FunctionName=f",
        "100 * e / i (%)",
        "limit",
    ]
    times = [datetime.fromtimestamp(at(each), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for each in (9, 8)]
    assert found == [[times[0], "8", "2", "25", "0.5"], [times[1], "3.5", "", "0", "0.5"]]


@pytest.mark.parametrize(
    "name", ["=cmd|'/C calc'!A0", "+1", "-2+3", "@SUM(A1)", " =1", "\t=1", "\r=1", "\x1b]0;x\x07="]
)
def test_no_name_becomes_a_formula_or_reaches_a_terminal(name: str) -> None:
    query = MetricQuery(Metric.of(name, "m", {}), "Sum", name)
    cell = rows(list(csv_lines(drawn(Subject("c", "t", (query,)), {query: {at(9): -1.0}}))))[0][1]
    assert cell.isprintable()
    assert cell.lstrip()[:1] not in "=+-@"


@given(st.text(max_size=50), st.floats(-1e108, 1e108))
def test_whatever_a_name_holds_the_table_keeps_its_shape(name: str, value: float) -> None:
    query = MetricQuery(Metric.of(name, name, {name: name}), "Sum", name)
    found = rows(list(csv_lines(drawn(Subject("c", "t", (query,)), {query: {at(9): value}}))))
    assert [len(row) for row in found] == [2, 2]
    assert float(found[1][1]) == value
