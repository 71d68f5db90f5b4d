"""Local thresholds stand in the alarm list like CloudWatch's own, with a time since when that holds still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.context import Context, Identity
from evwatch.model.feed import Feed
from evwatch.model.flow import Flow, Node
from evwatch.model.metric import MetricQuery, Series
from evwatch.model.queue import Depth, Queue
from evwatch.model.threshold import Threshold
from evwatch.pollers.state import ContextState
from evwatch.pollers.thresholds import ThresholdJudge

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
RULE = "arn:aws:events:r:1:rule/orders/shipped"
FUNCTION = "arn:aws:lambda:r:1:function:process-order"


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


class Story:
    """A judge over a state that a test fills."""

    def __init__(self, *thresholds: Threshold) -> None:
        self.state = ContextState(Context("test/r", "r"), lambda: None)
        self.state.identity = Feed(Identity("1", "arn:aws:iam::1:root"), NOW)
        self.judge = ThresholdJudge(thresholds, self.state)

    def queue(self, name: str, depth: Depth | None = None) -> None:
        arn = f"arn:aws:sqs:r:1:{name}"
        self.state.queues[name] = Queue(arn, name, name, "1", "r", False)
        if depth:
            self.state.depths[arn] = Feed(depth, NOW)

    def points(self, query: MetricQuery, values: dict[int, float], *, read_at: datetime = NOW) -> None:
        """Values by how many minutes ago they were."""
        at = {(NOW - minutes(ago)).timestamp(): value for ago, value in sorted(values.items(), reverse=True)}
        end = read_at.timestamp() + 60
        series = Series(query, 60, end - 10_800, end, tuple(at), tuple(at.values()))
        self.state.series[query] = Feed(series, read_at)

    def alarms(self, at: datetime = NOW) -> dict[str, Alarm]:
        self.judge.judge(at)
        return {alarm.name.split(":")[0]: alarm for alarm in self.state.local_alarms}


def depth(visible: int = 0, in_flight: int = 0) -> Depth:
    return Depth(visible, in_flight, 0, NOW)


def test_a_threshold_is_an_alarm_for_each_queue_whose_name_matches() -> None:
    it = Story(Threshold("queue", "*-dlq", "held", above=0))
    it.queue("orders-dlq", depth(visible=2, in_flight=1))
    it.queue("empty-dlq", depth())
    it.queue("unread-dlq")
    it.queue("orders", depth(visible=9))
    found = it.alarms()
    assert {name: alarm.state for name, alarm in found.items()} == {
        "orders-dlq": "ALARM",
        "empty-dlq": "OK",
        "unread-dlq": "INSUFFICIENT_DATA",
    }
    alarm = found["orders-dlq"]
    assert (alarm.type, alarm.arn, alarm.resource_arns) == ("local", None, ("arn:aws:sqs:r:1:orders-dlq",))
    assert (alarm.reason, alarm.account, alarm.region) == ("held is 3, above 0", "1", "r")
    assert (alarm.threshold, alarm.comparison) == (0, "GreaterThanThreshold")
    assert alarm.fires


def test_below_fires_where_there_is_too_little() -> None:
    it = Story(Threshold("queue", "orders", "visible", below=5, name="starved"))
    it.queue("orders", depth(visible=4))
    alarm = it.alarms()["orders"]
    assert (alarm.name, alarm.state, alarm.reason) == ("orders: starved", "ALARM", "visible is 4, below 5")
    it.queue("orders", depth(visible=5))
    assert it.alarms()["orders"].state == "OK"


def test_since_when_moves_only_with_the_state() -> None:
    it = Story(Threshold("queue", "q", "visible", above=3))
    it.queue("q", depth(visible=9))
    assert it.alarms(NOW)["q"].since == NOW
    it.queue("q", depth(visible=11))
    assert it.alarms(NOW + minutes(5))["q"].since == NOW
    it.queue("q", depth(visible=1))
    assert it.alarms(NOW + minutes(6))["q"].since == NOW + minutes(6)
    it.queue("q", depth(visible=9))
    assert it.alarms(NOW + minutes(9))["q"].since == NOW + minutes(9)


def test_a_queue_that_vanishes_takes_its_alarm_along_and_comes_back_anew() -> None:
    it = Story(Threshold("queue", "q", "visible", above=3))
    it.queue("q", depth(visible=9))
    it.alarms(NOW)
    it.state.queues.clear()
    assert it.alarms(NOW + minutes(1)) == {}
    it.queue("q", depth(visible=9))
    assert it.alarms(NOW + minutes(2))["q"].since == NOW + minutes(2)


def test_an_age_is_the_newest_that_cloudwatch_told_and_its_metric_is_asked_for() -> None:
    it = Story(Threshold("queue", "q", "oldest_age_seconds", above=60))
    it.queue("q")
    query = catalogue.oldest("q")
    assert it.judge.queries() == (query,)
    assert it.alarms()["q"].state == "INSUFFICIENT_DATA"
    it.points(query, {4: 500.0, 3: 61.0, 1: 10.0})  # the last two minutes still change
    assert (it.alarms()["q"].state, it.alarms()["q"].reason) == ("ALARM", "oldest_age_seconds is 61, above 60")
    it.queue("q", depth(visible=1))
    assert it.alarms()["q"].state == "ALARM"
    it.queue("q", depth())  # drained since CloudWatch told
    assert (it.alarms()["q"].state, it.alarms()["q"].reason) == ("OK", "oldest_age_seconds is 0")
    it.queue("q", depth(visible=1))
    it.points(query, {30: 500.0})
    assert it.alarms()["q"].state == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("threshold", "query"),
    [
        (Threshold("rule", "ship*", "triggers", above=20), catalogue.rule_metric(RULE, "TriggeredRules")),
        (Threshold("rule", "ship*", "failed_invocations", above=20), catalogue.rule_metric(RULE, "FailedInvocations")),
        (Threshold("function", "process-*", "errors", above=20), catalogue.function_metric("process-order", "Errors")),
        (Threshold("function", "*", "throttles", above=20), catalogue.function_metric("process-order", "Throttles")),
        (
            Threshold("function", "*", "invocations", above=20),
            catalogue.function_metric("process-order", "Invocations"),
        ),
    ],
)
def test_counters_are_summed_over_the_last_five_complete_minutes(threshold: Threshold, query: MetricQuery) -> None:
    it = Story(threshold)
    it.state.flow = Feed(Flow((Node.of(RULE, "rule"), Node.of(FUNCTION, "function"))), NOW)
    assert it.judge.queries() == (query,)
    it.points(query, dict.fromkeys(range(60), 4.0))
    (alarm,) = it.alarms().values()
    assert (alarm.state, alarm.reason) == ("OK", f"{threshold.metric} is 20")
    it.points(query, dict.fromkeys(range(60), 4.0) | {5: 5.0})
    (alarm,) = it.alarms(NOW + timedelta(seconds=30)).values()
    assert (alarm.state, alarm.reason) == ("ALARM", f"{threshold.metric} is 21, above 20")


def test_a_counter_without_points_is_nought_while_it_is_read_and_unknown_once_it_is_not() -> None:
    it = Story(Threshold("function", "*", "errors", below=1, name="silent"))
    it.state.flow = Feed(Flow((Node.of(FUNCTION, "function"),)), NOW)
    query = catalogue.function_metric("process-order", "Errors")
    it.points(query, {})
    assert it.alarms()["process-order"].state == "ALARM"
    it.points(query, dict.fromkeys(range(10, 60), 4.0), read_at=NOW - minutes(10))
    assert it.alarms()["process-order"].state == "INSUFFICIENT_DATA"


def test_two_thresholds_on_one_queue_are_two_alarms() -> None:
    it = Story(Threshold("queue", "q", "visible", above=3), Threshold("queue", "*", "visible", above=30))
    it.queue("q", depth(visible=9))
    it.judge.judge(NOW)
    assert [(alarm.id, alarm.state) for alarm in it.state.local_alarms] == [
        ("local:q visible > 3:arn:aws:sqs:r:1:q", "ALARM"),
        ("local:* visible > 30:arn:aws:sqs:r:1:q", "OK"),
    ]
