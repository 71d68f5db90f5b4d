"""A chart joins nothing that CloudWatch did not say, and holds a limit only against its own period."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.window import WINDOWS
from evwatch.present.axes import time_ticks, value_ticks
from evwatch.present.chart import Subject, chart, coarser, line
from evwatch.present.sparkline import blocks, buckets, sparkline

QUERY = MetricQuery(Metric.of("AWS/SQS", "X", {}), "Sum", "x")
NOW = 1_791_342_720.0
HOUR = next(window for window in WINDOWS if window.label == "1h")


def series(points: dict[float, float], *, period: int = 60, statistic: str = "Sum") -> Series:
    query = MetricQuery(QUERY.metric, statistic, "x")
    return Series(query, period, NOW - 3_600, NOW, tuple(points), tuple(points.values()))


@given(st.lists(st.integers(-59, 0), unique=True).map(sorted))
def test_two_points_are_joined_only_if_they_are_neighbours(minutes: list[int]) -> None:
    points = {NOW + 60 * minute: float(minute) for minute in minutes}
    drawn = line(series(points), NOW)
    seen: set[tuple[float, float]] = set()
    for run in (*drawn.finished, *drawn.unfinished):
        for (first, _), (second, _) in pairwise(run):
            assert second - first == 60
        seen.update(run)
    assert seen == set(points.items())


def test_the_last_two_minutes_are_marked_as_unfinished() -> None:
    points = {NOW - 60 * minute: 1.0 for minute in range(10, 0, -1)}
    drawn = line(series(points), NOW)
    assert max(time for run in drawn.finished for time, _ in run) == NOW - 180
    assert [time for run in drawn.unfinished for time, _ in run] == [NOW - 180, NOW - 120, NOW - 60]


def test_a_gap_is_never_a_zero() -> None:
    drawn = line(series({NOW - 3_000: 5.0, NOW - 600: 7.0}), NOW)
    assert [len(run) for run in drawn.finished] == [1, 1]
    assert {value for run in drawn.finished for _, value in run} == {5.0, 7.0}


@pytest.mark.parametrize(
    ("statistic", "folded"),
    [("Sum", (10.0, 5.0)), ("Maximum", (4.0, 5.0)), ("Minimum", (1.0, 5.0)), ("Average", (2.5, 5.0))],
)
def test_a_coarser_period_is_folded_as_cloudwatch_would(statistic: str, folded: tuple[float, ...]) -> None:
    start = NOW // 300 * 300
    found = series({start + 60 * index: index + 1.0 for index in range(4)} | {start + 300: 5.0}, statistic=statistic)
    assert coarser(found, 300).values == folded
    assert coarser(found, 300).times == (start, start + 300)


def test_percentiles_are_not_made_of_percentiles() -> None:
    found = series({NOW: 1.0, NOW + 60: 2.0}, statistic="p99")
    assert coarser(found, 300) is found


def test_the_axis_holds_the_limit_and_ends_on_round_values() -> None:
    subject = Subject("c", "t", (QUERY,), threshold=1_000.0)
    feeds = {QUERY: Feed(series({NOW - 600: 10.0}))}
    drawn = chart(subject, feeds, HOUR, NOW)
    assert drawn.top >= 1_000
    assert drawn.bottom == 0
    assert next(label for _, label in value_ticks(drawn.bottom, drawn.top, 4)) == "0"


def test_a_series_of_another_window_is_not_drawn_as_this_one() -> None:
    subject = Subject("c", "t", (QUERY,))
    feeds = {QUERY: Feed(series({NOW - 600: 10.0}))}
    drawn = chart(subject, feeds, WINDOWS[-1], NOW)
    assert drawn.waiting
    assert drawn.is_empty


def test_what_is_not_there_yet_waits_and_what_failed_says_why() -> None:
    subject = Subject("c", "t", (QUERY,))
    assert chart(subject, {}, HOUR, NOW).waiting
    failed = chart(
        subject, {QUERY: Feed(fault=Fault("permission", "no permission: cloudwatch:GetMetricData"))}, HOUR, NOW
    )
    assert not failed.waiting
    assert failed.message == "no permission: cloudwatch:GetMetricData"


@given(st.integers(60, 1_209_600), st.integers(2, 12))
def test_there_are_never_more_labels_on_the_time_axis_than_fit(length: int, most: int) -> None:
    ticks = time_ticks(NOW - length, NOW, most, UTC)
    assert len(ticks) <= most + 1
    assert all(NOW - length <= time <= NOW for time, _ in ticks)


def test_times_are_labelled_in_the_readers_zone_at_round_times() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    labels = [label for _, label in time_ticks(NOW - 3 * 3_600, NOW, 6, zone)]
    assert labels == ["06:00", "06:30", "07:00", "07:30", "08:00", "08:30"]


@given(
    st.floats(-1e9, 1e9, allow_nan=False),
    st.floats(0.001, 1e9, allow_nan=False),
    st.integers(1, 8),
)
def test_value_labels_are_few_and_on_the_axis(bottom: float, height: float, most: int) -> None:
    ticks = value_ticks(bottom, bottom + height, most)
    assert len(ticks) <= most + 1


def test_a_sparkline_leaves_gaps_empty_and_draws_zero_as_the_lowest_block() -> None:
    assert blocks([0.0, None, 1.0, 7.0]) == "▁ ▂▇"
    assert blocks([0.0, 0.0]) == "▁▁"
    assert blocks([5.0, None, 5.0]) == "▄ ▄"
    assert sparkline(None, 10) == ""


@given(
    st.lists(st.tuples(st.integers(0, 59), st.floats(allow_nan=True)), max_size=80),
    st.integers(0, 200),
)
def test_a_sparkline_has_its_width_whatever_the_series(points: list[tuple[int, float]], width: int) -> None:
    found = Series(
        QUERY,
        60,
        NOW - 3_600,
        NOW,
        tuple(NOW - 3_600 + 60 * minute for minute, _ in points),
        tuple(v for _, v in points),
    )
    assert len(buckets(found, width)) == width
    assert len(sparkline(found, width)) == width


def test_counts_are_labelled_in_whole_numbers() -> None:
    subject = Subject("c", "t", (QUERY,))
    drawn = chart(subject, {QUERY: Feed(series({NOW - 600: 2.0, NOW - 660: 0.0}))}, HOUR, NOW)
    labels = [label for _, label in value_ticks(drawn.bottom, drawn.top, 6, whole=drawn.whole)]
    assert labels == ["0", "1", "2", "3"]
    drawn = chart(subject, {QUERY: Feed(series({NOW - 600: 0.3}))}, HOUR, NOW)
    assert not drawn.whole
    assert "0.1" in [label for _, label in value_ticks(drawn.bottom, drawn.top, 4, whole=drawn.whole)]
