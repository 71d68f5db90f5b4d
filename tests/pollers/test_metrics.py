"""Metrics: only those of interest, none twice within a minute, and of what is known only the end again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from evwatch.aws.errors import AwsError
from evwatch.model import catalogue
from evwatch.model.alarm import Alarm, AlarmMetric
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.interest import Interest
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.queue import Queue
from evwatch.model.window import WINDOWS, Window
from evwatch.pollers.metrics import POINTS_AT_ONCE, CustomMetricReader, MetricReader
from evwatch.pollers.poller import Poller
from evwatch.pollers.state import ContextState
from tests.pollers.fake_cloudwatch import FakeCloudWatch, Truth
from tests.pollers.virtual_time import BEGINNING, elapsed, in_virtual_time, virtual_clock

WINDOW = {window.label: window for window in WINDOWS}
CUSTOM = MetricQuery(Metric("OrderService", "OrdersShipped"), "Sum")
FAULT = Fault("throttled", "AWS throttles cloudwatch:GetMetricData", source="cloudwatch:GetMetricData")


class Story:
    """A metric reader over a fake CloudWatch; made inside a story."""

    def __init__(self, *queues: str, truth: Truth | None = None, extra: Iterable[MetricQuery] = ()) -> None:
        self.aws = FakeCloudWatch(truth) if truth else FakeCloudWatch()
        self.state = ContextState(self.aws.context, lambda: None)
        for name in queues:
            self.state.queues[f"http://sqs/1/{name}"] = Queue(
                f"arn:{name}", f"http://sqs/1/{name}", name, "1", "r", False
            )
        wanted = tuple(extra)
        self.reader = MetricReader(self.aws, self.state, virtual_clock(), lambda: wanted)

    def show(self, *queues: str, chart: tuple[MetricQuery, ...] = (), window: str = "3h", context: str = "") -> None:
        """This is on screen."""
        self.state.interest = Interest(
            queues=frozenset(f"arn:{name}" for name in queues),
            chart_context=context or self.state.context.name,
            chart=chart,
            window=WINDOW[window],
        )

    def asked_at(self) -> dict[Metric, list[float]]:
        """When each metric was asked for."""
        found: dict[Metric, list[float]] = defaultdict(list)
        for asked in self.aws.asked:
            for metric in asked.metrics:
                found[metric].append(asked.at)
        return found

    def series(self, query: MetricQuery) -> Series:
        """What is known of a row's metric."""
        value = self.state.series[query].value
        assert value is not None
        return value


def true_points(story: Story, query: MetricQuery, window: Window) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What one reading of the whole window would give now."""
    period = window.period_seconds
    end = int((BEGINNING.timestamp() + elapsed()) // period + 1) * period
    times = range(end - int(window.length.total_seconds()), end, period)
    points = [(float(at), value) for at in times if (value := story.aws.truth(query.metric, at)) is not None]
    return tuple(at for at, _ in points), tuple(value for _, value in points)


def test_nothing_is_asked_for_where_nothing_is_on_screen() -> None:
    async def story() -> None:
        it = Story("a", "b")
        await it.reader.read()
        assert it.aws.asked == []

    in_virtual_time(story())


def test_only_rows_on_screen_firing_alarms_and_thresholds_are_asked_for() -> None:
    async def story() -> None:
        it = Story("a", "b", extra=[CUSTOM])
        fired = Metric.of("AWS/Lambda", "Errors", {"FunctionName": "f"})
        watched = AlarmMetric(fired, "Sum", 300)
        alarm = Alarm("x", "x", "metric", "ALARM", "1", "r", metric=watched, metrics=(watched,))
        quiet = replace(alarm, id="y", state="OK", metric=AlarmMetric(Metric("N", "quiet"), "Sum", 60))
        maths = replace(alarm, id="z", metric=None)
        it.state.cloudwatch_alarms = Feed((alarm, quiet, maths))
        it.show("b")
        await it.reader.read()
        wanted = {query.metric for query in catalogue.queue_row("b")} | {fired, CUSTOM.metric}
        assert set(it.asked_at()) == wanted
        assert {query.metric for query in it.state.series} == wanted

    in_virtual_time(story())


def test_a_chart_of_another_context_is_not_asked_for() -> None:
    async def story() -> None:
        it = Story("a")
        it.show(chart=(CUSTOM,), context="other/there")
        await it.reader.read()
        assert it.aws.asked == []

    in_virtual_time(story())


def test_however_often_it_is_woken_no_metric_is_asked_for_twice_within_a_minute() -> None:
    async def story() -> None:
        it = Story("a", "b")
        for number in range(120):
            it.show("a" if number % 2 else "b", "a", chart=(CUSTOM,))
            await it.reader.read()
            await asyncio.sleep(3)
        for metric, times in it.asked_at().items():
            rests = [later - earlier for earlier, later in pairwise(times)]
            assert min(rests, default=60) >= 53, metric

    in_virtual_time(story())


def test_at_its_usual_cadence_no_reading_is_left_out() -> None:
    async def story() -> None:
        it = Story("a")
        it.show("a")
        task = asyncio.create_task(Poller("metrics", it.reader.read, 60, Random(7)).run())
        await asyncio.sleep(4 * 3600)
        task.cancel()
        for times in it.asked_at().values():
            assert max(later - earlier for earlier, later in pairwise(times)) <= 66.1

    in_virtual_time(story())


def test_what_is_known_is_asked_for_only_at_its_end_and_joined_to_what_one_reading_would_give() -> None:
    """Values of the last minutes still move, and some minutes have no value; the joined series follows both."""

    def truth(metric: Metric, at: float) -> float | None:
        now = BEGINNING.timestamp() + elapsed()
        if at > now or at // 60 % 7 == 3:
            return None
        settled = min(1.0, (now - at) / 300)
        return round(settled * (at % 977), 3)

    async def story() -> None:
        it = Story("a", truth=truth)
        it.show("a")
        query = catalogue.visible("a")
        for number in range(240):
            await it.reader.read()
            series = it.series(query)
            assert (series.times, series.values) == true_points(it, query, WINDOW["3h"]), number
            assert series.end - series.start == 3 * 3600
            await asyncio.sleep(60)
        assert it.aws.asked[0].minutes == 180
        assert {asked.minutes for asked in it.aws.asked[1:]} == {10}

    in_virtual_time(story())


def test_after_a_long_pause_the_gap_is_filled() -> None:
    async def story() -> None:
        it = Story("a")
        it.show("a")
        query = catalogue.visible("a")
        await it.reader.read()
        await asyncio.sleep(1200)
        await it.reader.read()
        series = it.series(query)
        assert (series.times, series.values) == true_points(it, query, WINDOW["3h"])

    in_virtual_time(story())


@pytest.mark.parametrize("label", [window.label for window in WINDOWS])
def test_the_chart_follows_its_window_with_the_period_that_fits_it(label: str) -> None:
    async def story() -> None:
        it = Story("a")
        it.show(chart=(CUSTOM,), window="1h")
        await it.reader.read()
        it.show(chart=(CUSTOM,), window=label)
        for _ in range(5):
            await it.reader.read()
            series = it.state.chart[CUSTOM].value
            assert series is not None
            assert series.period_seconds == WINDOW[label].period_seconds
            assert (series.times, series.values) == true_points(it, CUSTOM, WINDOW[label])
            assert len(series.times) <= 360
            await asyncio.sleep(61)

    in_virtual_time(story())


def test_another_window_is_read_at_once_and_leaves_the_rows_alone() -> None:
    async def story() -> None:
        it = Story("a")
        it.show("a", chart=(catalogue.visible("a"),))
        await it.reader.read()
        row = it.series(catalogue.visible("a"))
        it.aws.asked.clear()
        it.show("a", chart=(catalogue.visible("a"),), window="1d")
        await it.reader.read()
        assert [(asked.minutes, asked.period) for asked in it.aws.asked] == [(1440, 300)]
        assert it.series(catalogue.visible("a")) is row

    in_virtual_time(story())


def test_another_window_that_cannot_be_read_does_not_show_the_points_of_the_last_one() -> None:
    async def story() -> None:
        it = Story()
        it.show(chart=(CUSTOM,), window="1h")
        await it.reader.read()
        it.show(chart=(CUSTOM,), window="3h")
        it.aws.fault = FAULT
        with pytest.raises(AwsError):
            await it.reader.read()
        assert (it.state.chart[CUSTOM].value, it.state.chart[CUSTOM].fault) == (None, FAULT)

    in_virtual_time(story())


def test_what_left_the_screen_is_kept_for_a_while_and_then_forgotten() -> None:
    async def story() -> None:
        it = Story("a", "b")
        it.show("a", chart=(CUSTOM,))
        await it.reader.read()
        it.show("b")
        await asyncio.sleep(100)
        await it.reader.read()
        it.show("a", chart=(CUSTOM,))
        await it.reader.read()
        assert {asked.minutes for asked in it.aws.asked[-2:]} == {10}  # back soon: the end alone
        assert (it.series(catalogue.visible("a")).end - it.series(catalogue.visible("a")).start) == 3 * 3600
        it.show("b")
        await it.reader.read()
        await asyncio.sleep(301)
        await it.reader.read()
        assert {dict(query.metric.dimensions)["QueueName"] for query in it.state.series} == {"b"}
        assert it.state.chart == {}
        it.show("a")
        await it.reader.read()
        assert it.aws.asked[-1].minutes == 180  # back late: all of it

    in_virtual_time(story())


def test_many_series_are_read_in_parts_that_parse_within_a_frame() -> None:
    async def story() -> None:
        every = [f"q{number}" for number in range(100)]
        it = Story(*every)
        it.show(*every)
        await it.reader.read()
        assert all(len(asked.metrics) * asked.minutes <= POINTS_AT_ONCE for asked in it.aws.asked)
        assert sum(len(asked.metrics) for asked in it.aws.asked) == 500
        whole = len(it.aws.asked)
        await asyncio.sleep(60)
        await it.reader.read()
        assert len(it.aws.asked) - whole < whole

    in_virtual_time(story())


def test_a_reading_that_fails_keeps_the_last_good_values_and_says_why() -> None:
    async def story() -> None:
        it = Story("a")
        it.show("a", chart=(CUSTOM,))
        await it.reader.read()
        it.aws.fault = FAULT
        await asyncio.sleep(60)
        with pytest.raises(AwsError):
            await it.reader.read()
        feed = it.state.chart[CUSTOM]
        assert feed.value is not None
        assert feed.fault == FAULT
        assert it.state.faults() == (FAULT,)
        it.aws.fault = None
        await it.reader.read()
        assert it.state.chart[CUSTOM].fault is None
        assert {feed.fault for feed in it.state.series.values()} == {None}
        assert it.state.faults() == ()

    in_virtual_time(story())


def test_a_metric_that_the_answer_does_not_mention_stays_unknown() -> None:
    async def story() -> None:
        it = Story("a")
        it.aws.unmentioned = {"NumberOfMessagesSent"}
        it.show("a")
        await it.reader.read()
        assert catalogue.sent("a") not in it.state.series
        assert catalogue.visible("a") in it.state.series

    in_virtual_time(story())


def test_custom_metrics_are_listed_only_once_somebody_asked_for_one_by_name() -> None:
    async def story() -> None:
        it = Story()
        reader = CustomMetricReader(it.aws, it.state, virtual_clock())
        it.aws.listed = [{"Namespace": "OrderService", "MetricName": "OrdersShipped", "Dimensions": []}]
        await reader.read()
        assert (it.aws.listings, it.state.custom_metrics.value) == (0, None)
        it.state.interest = Interest(custom_metrics=True)
        await reader.read()
        assert it.state.custom_metrics.value == (CUSTOM.metric,)
        it.aws.fault = FAULT
        with pytest.raises(AwsError):
            await reader.read()
        assert it.state.custom_metrics.value == (CUSTOM.metric,)
        assert it.state.custom_metrics.fault == FAULT

    in_virtual_time(story())
