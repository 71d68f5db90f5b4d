"""Relations and health go over all contexts, and over whatever part of them could be read."""

from __future__ import annotations

from datetime import UTC, datetime

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.assessment import AssessedQueue, assess
from evwatch.model.context import Context
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import DlqSource, Edge, Flow, Node
from evwatch.model.metric import MetricQuery, Series
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot

NOW = datetime(2026, 11, 21, 3, 12, 30, tzinfo=UTC)
DENIED = Fault("permission", "no permission: events:ListRules")


def queue(name: str, dlq: str | None = None) -> Queue:
    arn = f"arn:aws:sqs:r:1:{name}"
    return Queue(arn, f"http://sqs/1/{name}", name, "1", "r", False, dlq_arn=dlq and f"arn:aws:sqs:r:1:{dlq}")


def context(
    *queues: Queue,
    name: str = "here",
    held: dict[str, int] | None = None,
    flow: Feed[Flow] | None = None,
    alarms: tuple[Alarm, ...] = (),
    ages: dict[str, tuple[float, float]] | None = None,
) -> ContextSnapshot:
    """`held` are the visible messages by queue name; `ages` the oldest age and how many seconds ago that was told."""
    series: dict[MetricQuery, Feed[Series]] = {}
    for each, (age, ago) in (ages or {}).items():
        query = catalogue.oldest(each)
        at = NOW.timestamp() - ago
        series[query] = Feed(Series(query, 60, at, at + 60, (at,), (age,)), NOW)
    return ContextSnapshot(
        Context(name, "r"),
        queues=Feed(queues, NOW),
        depths={f"arn:aws:sqs:r:1:{key}": Feed(Depth(number, 0, 0, NOW), NOW) for key, number in (held or {}).items()},
        flow=flow or Feed(),
        alarms=Feed(alarms, NOW),
        series=series,
    )


def assessed(*contexts: ContextSnapshot) -> dict[str, AssessedQueue]:
    return {each.queue.name: each for each in assess(Snapshot(NOW, contexts))}


def test_a_dlq_is_known_by_the_queue_that_redrives_into_it_even_where_no_flow_could_be_read() -> None:
    found = assessed(
        context(
            queue("orders", dlq="dead"), queue("dead"), held={"orders": 0, "dead": 2}, flow=Feed(None, None, DENIED)
        )
    )
    assert (found["dead"].is_dlq, found["dead"].verdict.health) == (True, "critical")
    assert found["dead"].sources == (DlqSource("arn:aws:sqs:r:1:orders", "queue"),)
    assert (found["orders"].is_dlq, found["orders"].verdict.health) == (False, "ok")


def test_a_dlq_is_known_by_what_the_flow_says_and_each_source_once() -> None:
    dead, topic, orders = "arn:aws:sqs:r:1:dead", "arn:aws:sns:r:1:t", "arn:aws:sqs:r:1:orders"
    flow = Flow(
        (Node.of(topic, "topic"), Node.of(orders, "queue"), Node.of(dead, "queue")),
        (Edge(topic, dead, "dead-letters"), Edge(orders, dead, "dead-letters"), Edge(topic, orders, "subscribes")),
    )
    found = assessed(context(queue("orders", dlq="dead"), queue("dead"), held={"dead": 0}, flow=Feed(flow, NOW)))
    assert found["dead"].sources == (DlqSource(topic, "topic"), DlqSource(orders, "queue"))
    assert found["dead"].verdict.health == "ok"


def test_a_source_in_another_context_makes_a_dlq_too() -> None:
    found = assessed(context(queue("orders", dlq="dead"), name="a"), context(queue("dead"), name="b", held={"dead": 1}))
    assert (found["dead"].context, found["dead"].is_dlq) == ("b", True)


def test_an_alarm_about_a_queue_stands_with_it() -> None:
    alarm = Alarm("x", "TooDeep", "composite", "ALARM", "1", "r", resource_arns=("arn:aws:sqs:r:1:orders",))
    found = assessed(context(queue("orders"), held={"orders": 0}, alarms=(alarm,)))
    assert found["orders"].alarms == (alarm,)
    assert found["orders"].verdict.health == "critical"


def test_the_age_of_the_oldest_message_is_told_only_where_it_says_something_of_now() -> None:
    found = assessed(
        context(
            queue("young"),
            queue("stale"),
            queue("empty"),
            queue("silent"),
            held={"young": 3, "stale": 3, "empty": 0, "silent": 3},
            ages={"young": (42.0, 180), "stale": (42.0, 700), "empty": (42.0, 180)},
        )
    )
    ages = {name: each.oldest_age_seconds for name, each in found.items()}
    assert ages == {"young": 42.0, "stale": None, "empty": None, "silent": None}


def test_a_queue_that_was_never_read_is_unknown_and_none_is_left_out() -> None:
    found = assessed(context(queue("a"), queue("b"), held={"a": 0}))
    assert {name: each.verdict.health for name, each in found.items()} == {"a": "ok", "b": "unknown"}
    assert found["b"].known_depth is None
