"""Where a queue is heading, told from its depth and its metrics, and honest where that cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from evwatch.model import catalogue
from evwatch.model.feed import Feed
from evwatch.model.metric import MetricQuery, Series
from evwatch.model.outlook import Outlook, outlook
from evwatch.model.queue import Depth

NOW = 1_000_000 * 60.0 + 30
TAKEN = datetime.fromtimestamp(NOW, UTC)
Values = Callable[[int], float | None]
"""The value so many minutes ago; None for a gap."""


def series(query: MetricQuery, values: Values, *, minutes: int = 180, read_ago: float = 0, period: int = 60) -> Series:
    end = (NOW - read_ago) // 60 * 60 + 60
    times = [end - number * period for number in range(minutes, 0, -1)]
    points = [(at, value) for at in times if (value := values(int((NOW - at) // 60))) is not None]
    return Series(query, period, times[0], end, tuple(at for at, _ in points), tuple(value for _, value in points))


def heading(
    depth: Depth | None,
    sent: Values = lambda _: 0.0,
    received: Values = lambda _: 0.0,
    deleted: Values = lambda _: 0.0,
    visible: Values = lambda _: 10.0,
    read_ago: float = 0,
    period: int = 60,
) -> Outlook:
    values = {
        catalogue.sent: sent,
        catalogue.received: received,
        catalogue.deleted: deleted,
        catalogue.visible: visible,
    }
    found = [
        series(query("q"), of, read_ago=read_ago, period=period, minutes=180 * 60 // period)
        for query, of in values.items()
    ]
    return outlook("q", depth, feeds(found), NOW)


def feeds(found: Sequence[Series]) -> Mapping[MetricQuery, Feed[Series]]:
    return {each.query: Feed(each, TAKEN) for each in found}


def depth(visible: int, in_flight: int = 0, delayed: int = 0) -> Depth:
    return Depth(visible, in_flight, delayed, TAKEN)


def every(value: float) -> Values:
    return lambda _: value


def test_more_sent_than_deleted_grows() -> None:
    found = heading(depth(100), sent=every(50), received=every(10), deleted=every(10))
    assert (found.heading, found.per_minute, found.words) == ("grows", 40, "grows 40 a minute")
    assert (found.rates.sent, found.rates.received, found.rates.deleted) == (50, 10, 10)


def test_more_deleted_than_sent_drains_in_what_is_held_divided_by_the_difference() -> None:
    found = heading(depth(400, in_flight=80), sent=every(10), received=every(50), deleted=every(50))
    assert (found.heading, found.drains_in_seconds, found.words) == ("drains", 720, "drains in 12 min")


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (1, "drains in 1 min"),
        (40 * 119, "drains in 119 min"),
        (40 * 180, "drains in 3 h"),
        (40 * 4320, "drains in 3 days"),
    ],
)
def test_how_long_draining_takes_is_said_in_a_unit_that_fits(held: int, words: str) -> None:
    assert heading(depth(held), received=every(40), deleted=every(40)).words == words


def test_a_difference_within_the_noise_is_steady() -> None:
    assert heading(depth(5), sent=every(1000), received=every(1000), deleted=every(960)).heading == "steady"
    assert heading(depth(5), sent=every(1.5), received=every(1), deleted=every(0.6)).heading == "steady"


def test_nothing_received_for_ten_minutes_while_messages_wait_is_stuck() -> None:
    received = dict.fromkeys(range(25, 100), 5.0)
    found = heading(depth(100), sent=every(20), received=lambda ago: received.get(ago, 0.0))
    assert (found.heading, found.stuck_minutes) == ("stuck", 25)
    assert found.words == "stuck: nothing received for 25 min"


def test_missing_minutes_of_a_counter_are_zeros_where_the_queue_is_alive() -> None:
    found = heading(depth(100), sent=every(20), received=lambda _: None, deleted=lambda _: None)
    assert (found.heading, found.rates.received, found.rates.deleted) == ("stuck", 0, 0)


def test_a_queue_where_everything_is_in_flight_is_not_stuck() -> None:
    assert heading(depth(0, in_flight=100), sent=every(20)).heading == "grows"


def test_ten_minutes_must_be_known_before_a_queue_counts_as_stuck() -> None:
    awake = heading(depth(100), sent=every(20), visible=lambda ago: 10.0 if ago <= 8 else None)
    assert awake.heading == "grows"


def test_a_queue_of_which_cloudwatch_says_nothing_is_not_known_whatever_its_depth() -> None:
    """An idle queue emits no metrics, and takes up to fifteen minutes to begin again."""

    def silent(_: int) -> None:
        return None

    found = heading(depth(7), silent, silent, silent, silent)
    assert (found.heading, found.words) == ("unknown", "not known yet")
    assert found.rates.sent is None


def test_a_queue_without_metrics_read_is_not_known() -> None:
    assert outlook("q", depth(7), {}, NOW).heading == "unknown"


def test_a_queue_without_a_depth_is_not_known_but_has_its_rates() -> None:
    found = heading(None, sent=every(50))
    assert (found.heading, found.rates.sent) == ("unknown", 50)


def test_an_empty_queue_is_empty_and_one_that_holds_only_delayed_messages_is_not() -> None:
    assert heading(depth(0), sent=every(50), deleted=every(50)).heading == "empty"
    assert heading(depth(0, delayed=3), sent=every(0)).heading == "steady"


def test_the_two_newest_minutes_do_not_count_because_they_still_change() -> None:
    found = heading(depth(10), sent=lambda ago: 1000.0 if ago < 2 else 10.0, deleted=every(10), received=every(10))
    assert found.heading == "steady"


@pytest.mark.parametrize("read_ago", [0, 60, 119])
def test_metrics_that_are_a_minute_or_two_old_still_tell(read_ago: float) -> None:
    found = heading(depth(10), every(50), every(10), every(10), read_ago=read_ago)
    assert (found.heading, found.per_minute) == ("grows", 40)


@pytest.mark.parametrize("read_ago", [240, 600, 3600])
def test_metrics_that_were_not_read_for_a_while_tell_nothing_of_now(read_ago: float) -> None:
    """The minutes that nobody asked for are no silent ones: a queue is not stuck because CloudWatch cannot be read."""
    found = heading(depth(10), every(50), every(50), every(50), read_ago=read_ago)
    assert (found.heading, found.rates.sent) == ("unknown", None)


def test_points_of_another_period_tell_nothing_per_minute() -> None:
    assert heading(depth(10), every(50), period=300).heading == "unknown"
