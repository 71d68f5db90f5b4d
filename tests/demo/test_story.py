"""The story is the same for a seed, and what the demo counts and judges is what AWS would."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.demo.api import Api
from evwatch.demo.functions.process_order import UnknownStatusError, item
from evwatch.demo.functions.weather import DATABASE
from evwatch.demo.system import alarms, metrics, names, rules, topics
from evwatch.demo.system.alarm_evaluation import AlarmEvaluation, judged
from evwatch.demo.system.dead_letters import DeadLetters
from evwatch.demo.system.depths import Depth
from evwatch.demo.system.history import History
from evwatch.demo.system.ledger import Ledger
from evwatch.demo.system.measuring import Minute
from evwatch.demo.system.metrics import Point
from evwatch.demo.system.orders import Event, Orders
from tests.emulator.account import Account

NOW = 1_800_000_000.0
ENDPOINTS = [subscription.endpoint for subscription in topics.SUBSCRIPTIONS]


def story(seed: int, seconds: int = 300) -> list[Event]:
    orders = Orders(seed)
    return [event for second in range(seconds) for event in orders.at(second)]


@given(st.integers(0, 2**32))
def test_events_are_the_same_for_a_seed(seed: int) -> None:
    assert story(seed, 30) == story(seed, 30)


def test_events_differ_with_the_seed_and_are_of_every_kind() -> None:
    events = story(1)
    assert events != story(2)
    kinds = Counter((event.source, event.detail_type) for event in events)
    assert set(kinds) == {
        ("order-service", "OrderCreated"),
        ("order-service", "OrderUpdated"),
        ("order-service", "OrderCancelled"),
        ("payment-service", "PaymentProcessed"),
    }
    for event in events:
        assert {"orderId", "status", "amount", "correlationId"} <= set(event.detail)


def test_some_orders_are_poison_and_the_consumer_says_why() -> None:
    causes: Counter[type[Exception]] = Counter()
    for event in story(1, 900):
        if event.source == "order-service":
            try:
                item(event.detail)
            except (KeyError, ValueError) as error:
                causes[type(error)] += 1
    assert set(causes) == {KeyError, ValueError, UnknownStatusError}
    assert sum(causes.values()) < 60


def letters(seed: int) -> list[str]:
    made = DeadLetters(seed, NOW, "http://127.0.0.1:1", "arn:stream", dict.fromkeys(ENDPOINTS, "arn:subscription"))
    failed = [f"{one.queue} {one.ago} {body}" for one in made.failed() for body in one.bodies]
    return failed + [f"{one.queue} {one.ago} {one.layout}" for one in made.letters()]


def test_dead_letters_are_the_same_for_a_seed() -> None:
    assert letters(7) == letters(7)
    assert letters(7) != letters(8)


def test_the_past_of_metrics_is_the_same_for_a_seed_and_ends_where_it_should() -> None:
    arrivals = {names.ORDER_EVENTS_DLQ: [50.0, 7000.0]}

    def points(seed: int) -> list[Point]:
        return list(History(seed, NOW, arrivals).points())

    assert points(1) == points(1)
    visible = metrics.sqs(names.ORDER_EVENTS_DLQ, "ApproximateNumberOfMessagesVisible")
    values = [point.values[0] for point in points(1) if point.metric == visible]
    assert len(values) == 180
    assert (values[0], values[100], values[-1]) == (0.0, 1.0, 2.0)


def test_the_database_is_slow_when_the_story_begins_and_recovers() -> None:
    assert [DATABASE.is_slow(second) for second in (-820, -800, 0, 74, 76, 900, 1000)] == [
        False,
        True,
        True,
        True,
        False,
        False,
        True,
    ]


SAMPLES = [
    Event("order-service", "OrderCreated", {"orderId": "1"}, 0),
    Event("order-service", "OrderUpdated", {"status": "paid"}, 0),
    Event("payment-service", "PaymentProcessed", {"status": "captured", "channel": "partner"}, 0),
    Event("payment-service", "PaymentProcessed", {"status": "captured", "channel": "web"}, 0),
    Event("payment-service", "OrderCreated", {}, 0),
    Event("aws.s3", "Object Created", {"bucket": {"name": "offboarding-files"}, "object": {"key": "source/a"}}, 0),
    Event("aws.s3", "Object Created", {"bucket": {"name": "offboarding-files"}, "object": {"key": "other/a"}}, 0),
]


def test_the_ledger_routes_as_eventbridge_does(aws: Account) -> None:
    events = aws.boto("events")
    matched = 0
    for rule in rules.RULES:
        for event in SAMPLES if rule.pattern else ():
            document = {
                "id": "1",
                "account": aws.number,
                "source": event.source,
                "detail-type": event.detail_type,
                "time": "2026-01-01T00:00:00Z",
                "region": aws.region,
                "resources": [],
                "detail": event.detail,
            }
            answer = events.test_event_pattern(EventPattern=json.dumps(rule.pattern), Event=json.dumps(document))
            assert rule.matches(event.source, event.detail_type, event.detail) == answer["Result"], (rule.name, event)
            matched += answer["Result"]
    assert matched >= len(rules.RULES) - 1


def test_a_minute_is_measured_from_what_was_counted_and_seen() -> None:
    ledger = Ledger()
    order = {"Source": "order-service", "DetailType": "OrderCreated", "EventBusName": "orders"}
    ledger.told("events:PutEvents", {"Entries": [order | {"Detail": json.dumps({"channel": "web"})}] * 10}, {})
    elsewhere = {
        "Source": "order-service",
        "DetailType": "OrderUpdated",
        "Detail": "{}",
    }  # the default bus routes it nowhere
    ledger.told("events:PutEvents", {"Entries": [elsewhere]}, {})
    queue = {"QueueUrl": f"http://127.0.0.1:1/1/{names.ORDER_EVENTS_DLQ}"}
    ledger.told("sqs:ReceiveMessage", queue, {"Messages": [{}, {}]})
    ledger.told("sqs:ReceiveMessage", queue, {})
    source, dlq = names.ORDER_EVENTS, names.ORDER_EVENTS_DLQ
    minute = Minute(NOW, {source: Depth(visible=3), dlq: Depth(visible=1, moved_from=Counter({source: 1}))})
    minute.saw({source: Depth(visible=9, oldest=12.4), dlq: Depth(visible=1, moved_from=Counter({source: 1}))})
    minute.saw({source: Depth(visible=4), dlq: Depth(visible=3, moved_from=Counter({source: 3}))})
    measured = {
        (point.metric.name, point.metric.dimensions[-1][1]): point.values
        for point in minute.points(ledger.take(), random.Random(1))
    }
    assert measured["ApproximateNumberOfMessagesVisible", source] == (9.0,)
    assert measured["ApproximateAgeOfOldestMessage", source] == (12.0,)
    assert measured["NumberOfMessagesSent", source] == (10.0,)
    assert measured["NumberOfMessagesDeleted", source] == (7.0,)  # 3 + 10 came, 2 moved on, 4 are left
    assert measured["NumberOfMessagesSent", dlq] == (0.0,)  # what a redrive policy moves is not sent
    assert measured["NumberOfMessagesReceived", dlq] == (2.0,)
    assert measured["NumberOfEmptyReceives", dlq] == (1.0,)
    assert measured["Invocations", rules.ORDER_CONFIRMATION.name] == (20.0,)
    assert measured["OrdersPlaced", "web"] == (10.0,)
    assert sum(ledger.take().matched.values()) == 0


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([1500.0, 1200.0, 1100.0], "ALARM"),
        ([1500.0, 1200.0, 900.0], "OK"),
        ([1500.0, None, 1100.0], "OK"),
        ([1000.0, 1000.0, 1000.0], "OK"),
        ([None, None, None], "INSUFFICIENT_DATA"),
    ],
)
def test_an_alarm_is_judged_by_all_its_periods(values: list[float | None], state: str) -> None:
    assert judged(values, alarms.PROCESSING_LATENCY) == state


def test_alarms_are_evaluated_by_their_own_metric_and_carry_the_composite(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evwatch.demo.api.ACCESS_KEY_ID", aws.number)
    api = Api(aws.emulator_url)
    alarms.create(api)
    evaluation = AlarmEvaluation(api)
    now = NOW // 60 * 60

    def publish(queue: str, value: float, minutes_ago: int) -> None:
        api.client("cloudwatch").put_metric_data(
            Namespace="AWS/SQS",
            MetricData=[
                {
                    "MetricName": "ApproximateNumberOfMessagesVisible",
                    "Dimensions": [{"Name": "QueueName", "Value": queue}],
                    "Timestamp": datetime.fromtimestamp(now - 60 * minutes_ago, UTC),
                    "Value": value,
                }
            ],
        )

    def states() -> dict[str, str]:
        found = api.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        return {
            alarm["AlarmName"]: alarm["StateValue"]
            for kind in ("MetricAlarms", "CompositeAlarms")
            for alarm in found[kind]
        }

    publish("another-queue", 50.0, 1)
    evaluation.evaluate(now)
    assert states()[names.DLQ_ALARM] == "OK"
    publish(names.ORDER_EVENTS_DLQ, 1.0, 2)
    publish(names.ORDER_EVENTS_DLQ, 1.0, 1)
    evaluation.evaluate(now)
    assert states()[names.DLQ_ALARM] == "ALARM"
    assert states()[names.COMPOSITE_ALARM] == "ALARM"
    evaluation.evaluate(now + 600)
    assert states()[names.DLQ_ALARM] == "OK"
    assert states()[names.COMPOSITE_ALARM] == "OK"
