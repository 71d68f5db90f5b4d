"""The figures on a hop: every kind that CloudWatch measures has some, and none is made up or old."""

from __future__ import annotations

import pytest

from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_figures import by_subject, queries, readings
from evwatch.model.metric import MetricQuery, Series

NOW = 1_800_000_000.0
"""On a whole minute."""
HERE = "eu-central-1:123456789012"
FUNCTION = Node.of(f"arn:aws:lambda:{HERE}:function:bill", "function")
RULE = Node.of(f"arn:aws:events:{HERE}:rule/shop/paid", "rule")


def series(query: MetricQuery, *points: tuple[int, float], asked_at: float = NOW) -> Feed[Series]:
    """Datapoints by how many minutes ago, of a query that was asked up to that time."""
    times = tuple(NOW - ago * 60 for ago, _ in points)
    return Feed(Series(query, 60, NOW - 10_800, asked_at, times, tuple(value for _, value in points)))


def read(node: Node, *points: tuple[int, float], only: str = "", asked_at: float = NOW) -> dict[str, float]:
    """The readings where the metrics that hold this word have these datapoints, and the others none."""
    feeds = {
        query: series(query, *(points if only in query.metric.name else ()), asked_at=asked_at)
        for query in queries(node, Flow((node,)))
    }
    return dict(readings(node, by_subject(feeds), NOW))


@pytest.mark.parametrize(
    ("node", "dimensions"),
    [
        (Node.of(f"arn:aws:events:{HERE}:event-bus/shop", "event-bus"), {"EventBusName": "shop"}),
        (RULE, {"EventBusName": "shop", "RuleName": "paid"}),
        (Node.of(f"arn:aws:events:{HERE}:rule/paid", "rule"), {"RuleName": "paid"}),
        (Node.of(f"arn:aws:sns:{HERE}:orders", "topic"), {"TopicName": "orders"}),
        (FUNCTION, {"FunctionName": "bill"}),
        (
            Node.of(f"arn:aws:states:{HERE}:stateMachine:fulfil", "state-machine"),
            {"StateMachineArn": f"arn:aws:states:{HERE}:stateMachine:fulfil"},
        ),
        (Node.of(f"arn:aws:pipes:{HERE}:pipe/keep", "pipe"), {"PipeName": "keep"}),
        (Node.of(f"arn:aws:kinesis:{HERE}:stream/clicks", "stream"), {"StreamName": "clicks"}),
        (
            Node.of(f"arn:aws:dynamodb:{HERE}:table/orders", "table", detail=(("stream", "2026"),)),
            {"Operation": "GetRecords", "StreamLabel": "2026", "TableName": "orders"},
        ),
        (
            Node.of(f"arn:aws:scheduler:{HERE}:schedule/nightly/load", "schedule", detail=(("group", "nightly"),)),
            {"ScheduleGroup": "nightly"},
        ),
        (Node.of(f"arn:aws:sqs:{HERE}:orders", "queue"), {"QueueName": "orders"}),
    ],
)
def test_every_kind_that_cloudwatch_measures_is_asked_for_by_its_own_dimensions(
    node: Node, dimensions: dict[str, str]
) -> None:
    asked = queries(node, Flow((node,)))
    assert asked
    assert {query.metric.dimensions for query in asked} == {tuple(sorted(dimensions.items()))}
    if node.kind != "queue":
        assert read(node, (3, 10.0))


def test_a_rate_is_a_minutes_share_of_the_last_five_complete_ones() -> None:
    assert read(FUNCTION, (3, 10.0), (4, 5.0), (1, 1000.0), (30, 1000.0), only="Invocations")[
        "invocations_per_minute"
    ] == pytest.approx(3.0)


def test_a_counter_that_says_nothing_is_zero_beside_one_that_speaks_and_unknown_where_all_are_silent() -> None:
    spoken = read(FUNCTION, (3, 10.0), only="Invocations")
    assert spoken == {"invocations_per_minute": 2.0, "errors_per_minute": 0.0, "throttled_per_minute": 0.0}
    assert read(FUNCTION) == {}


def test_what_was_not_asked_for_lately_is_neither_zero_nor_shown_as_new() -> None:
    assert read(FUNCTION, (3, 10.0), asked_at=NOW - 60)
    assert read(FUNCTION, (30, 10.0), asked_at=NOW - 1_500) == {}
    assert read(RULE, (20, 340.0), only="Latency") == {}, "a gauge of twenty minutes ago says nothing of now"


@pytest.mark.parametrize("spelling", ["IngestionTo", "Ingestionto"])
def test_the_latency_of_a_rule_is_found_under_either_spelling(spelling: str) -> None:
    assert read(RULE, (3, 340.0), only=spelling)["latency_p99_ms"] == 340.0


def test_a_function_is_asked_for_what_its_way_in_needs_and_no_more() -> None:
    def names(*edges: Edge) -> set[str]:
        table = Node.of(f"arn:aws:dynamodb:{HERE}:table/orders", "table")
        return {query.metric.name for query in queries(FUNCTION, Flow((FUNCTION, table), edges))}

    usual = {"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}
    asynchronous = {"AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures"}
    queue, table = f"arn:aws:sqs:{HERE}:q", f"arn:aws:dynamodb:{HERE}:table/orders"
    assert names(Edge(queue, FUNCTION.arn, "consumes")) == usual
    assert names(Edge(table, FUNCTION.arn, "consumes")) == usual | {"IteratorAge"}
    assert names(Edge(RULE.arn, FUNCTION.arn, "targets")) == usual | asynchronous
    assert names(Edge(FUNCTION.arn, queue, "dead-letters")) == usual | asynchronous
