"""Consumers that give up early, hand out twice, or do not run; FIFO and standard mixed; loops."""

from __future__ import annotations

import pytest

from evwatch.model.flow import EdgeKind
from tests.findings.making import arn, dlq_of, edge, evidence, node, off, queue, told


@pytest.mark.parametrize(
    ("visibility", "timeout", "window", "found"),
    [
        (180, "30", "0", False),
        (179, "30", "0", True),
        (180, "30", "5", True),
        (185, "30", "5", False),
        (30, "30", "", True),
    ],
)
def test_a_visibility_timeout_is_six_times_the_functions_and_the_window(
    visibility: int, timeout: str, window: str, found: bool
) -> None:
    of = evidence(
        [node("function", "bill", timeout=timeout)],
        [edge("queue orders", "consumes", "function bill", mapping="m1", window_seconds=window)],
        [queue("orders", visibility_timeout_seconds=visibility)],
    )
    assert bool(told("visibility-timeout-too-short", of)) == found


def test_the_timeout_of_a_function_that_was_not_read_is_not_guessed() -> None:
    of = evidence(
        edges=[edge("queue orders", "consumes", "function bill", mapping="m1")],
        queues=[queue("orders", visibility_timeout_seconds=1)],
    )
    assert told("visibility-timeout-too-short", of) == []


@pytest.mark.parametrize(("receives", "found"), [(1, True), (2, True), (3, False)])
def test_a_queue_that_gives_up_soon(receives: int, found: bool) -> None:
    of = evidence(queues=[dlq_of("orders", "orders-dlq", receives), queue("orders-dlq")])
    assert bool(told("max-receive-count-low", of)) == found


def test_a_mapping_that_is_off_says_what_is_not_read() -> None:
    nodes = [node("function", "bill")]
    paused = off(edge("queue orders", "consumes", "function bill", mapping="m1", state="Disabled"))
    on = edge("queue orders", "consumes", "function bill", mapping="m1", state="Enabled")
    assert told("mapping-disabled", evidence(nodes, [paused])) == [
        "function bill does not read orders: its event source mapping is disabled"
    ]
    assert told("mapping-disabled", evidence(nodes, [on])) == []


def test_a_mapping_that_meets_a_problem() -> None:
    nodes = [node("function", "count")]
    result = "PROBLEM: Function execution role has no permission"
    broken = edge("stream clicks", "consumes", "function count", mapping="m1", last_result=result)
    well = edge("stream clicks", "consumes", "function count", mapping="m1", last_result="OK")
    assert told("mapping-failing", evidence(nodes, [broken])) == [f"function count cannot read clicks: {result}"]
    assert told("mapping-failing", evidence(nodes, [well])) == []


@pytest.mark.parametrize(
    ("rule", "kind", "bad", "good"),
    [
        ("rule-disabled", "rule", "DISABLED", "ENABLED"),
        ("schedule-disabled", "schedule", "DISABLED", "ENABLED"),
        ("pipe-stopped", "pipe", "STOPPED", "RUNNING"),
        ("resource-failed", "pipe", "START_FAILED", "RUNNING"),
        ("resource-failed", "function", "Failed", "Inactive"),
        ("resource-failed", "destination", "INACTIVE", "ACTIVE"),
        ("resource-failed", "archive", "CREATE_FAILED", "ENABLED"),
    ],
)
def test_what_is_off_or_failed_is_found_and_what_runs_is_not(rule: str, kind: str, bad: str, good: str) -> None:
    assert len(told(rule, evidence([node(kind, "it", bad)]))) == 1
    assert told(rule, evidence([node(kind, "it", good)])) == []


def test_a_subscription_that_nobody_confirmed() -> None:
    nodes = [node("topic", "on-call"), node("queue", "mail")]
    pending = off(edge("topic on-call", "subscribes", "queue mail", subscription="PendingConfirmation"))
    assert len(told("subscription-unconfirmed", evidence(nodes, [pending]))) == 1
    confirmed = edge("topic on-call", "subscribes", "queue mail", subscription="s1")
    assert told("subscription-unconfirmed", evidence(nodes, [confirmed])) == []


@pytest.mark.parametrize(
    ("source", "kind", "target", "detail", "found"),
    [
        ("queue orders.fifo", "dead-letters", "queue dead", {}, True),
        ("queue orders.fifo", "dead-letters", "queue dead.fifo", {}, False),
        ("queue orders", "dead-letters", "queue dead.fifo", {}, True),
        ("topic orders.fifo", "dead-letters", "queue dead.fifo", {}, False),
        ("topic orders.fifo", "dead-letters", "queue dead", {}, True),
        ("rule paid", "dead-letters", "queue dead.fifo", {}, True),
        ("rule paid", "dead-letters", "queue dead", {}, False),
        ("function bill", "on-failure", "queue dead.fifo", {}, True),
        ("topic orders", "subscribes", "queue orders.fifo", {}, True),
        ("topic orders.fifo", "subscribes", "queue orders", {}, False),
        ("rule paid", "targets", "queue orders.fifo", {"target": "t1"}, True),
        ("rule paid", "targets", "queue orders.fifo", {"target": "t1", "message_group": "g"}, False),
        ("bucket files", "notifies", "queue orders.fifo", {}, True),
        ("bucket files", "notifies", "queue orders", {}, False),
        ("function bill", "on-success", "queue orders.fifo", {"invoke_config": "$LATEST"}, True),
        ("schedule nightly", "schedules", "queue orders.fifo", {}, True),
        ("pipe keep", "pipes", "queue orders.fifo", {}, True),
        ("pipe keep", "pipes", "queue orders.fifo", {"message_group": "$.id"}, False),
        ("schedule nightly", "schedules", "queue orders.fifo", {"message_group": "g"}, False),
        ("schedule nightly", "schedules", "queue orders.fifo", {"api": "aws-sdk:sqs:sendMessage"}, False),
        ("topic orders.fifo", "dead-letters", "queue dead", {"endpoint": arn("queue", "billing")}, False),
        ("topic orders.fifo", "dead-letters", "queue dead", {"endpoint": arn("queue", "billing.fifo")}, True),
    ],
)
def test_fifo_and_standard(source: str, kind: EdgeKind, target: str, detail: dict[str, str], found: bool) -> None:
    of = evidence([node(*source.split()), node(*target.split())], [edge(source, kind, target, **detail)])
    assert bool(told("fifo-and-standard-mixed", of)) == found


def test_a_circle_is_told_once_by_its_way_round() -> None:
    of = evidence(
        edges=[
            edge("queue a", "consumes", "function f", mapping="m1"),
            edge("function f", "on-success", "queue b", invoke_config="$LATEST"),
            edge("queue b", "consumes", "function g", mapping="m2"),
            edge("function g", "on-failure", "queue a", mapping="m2"),
            edge("rule r", "targets", "queue a", target="t1"),
        ]
    )
    assert told("event-loop", of) == ["events can go round for ever: f > b > g > a > f"]
    assert told("loop-through-filter", of) == []


def test_a_circle_through_a_rule_may_be_ended_by_its_pattern() -> None:
    of = evidence(
        edges=[
            edge("bus orders", "routes", "rule paid"),
            edge("rule paid", "targets", "machine fulfil", target="t1"),
            edge("machine fulfil", "calls", "bus orders"),
        ]
    )
    assert told("event-loop", of) == []
    assert told("loop-through-filter", of) == [
        "events go round unless a pattern, filter or choice ends it: orders > paid > fulfil > orders"
    ]


def test_a_filter_on_the_way_and_a_machine_that_starts_itself_anew_may_end_it_too() -> None:
    back = edge("function f", "on-success", "queue a", invoke_config="$LATEST")
    filtered = edge("queue a", "consumes", "function f", mapping="m1", filter='{"body": {"again": [true]}}')
    plain = edge("queue a", "consumes", "function f", mapping="m2")
    assert told("event-loop", evidence(edges=[filtered, back])) == []
    assert len(told("loop-through-filter", evidence(edges=[filtered, back]))) == 1
    own = edge("machine long", "calls", "machine long")
    assert told("event-loop", evidence(edges=[own])) == []
    assert len(told("event-loop", evidence(edges=[plain, back]))) == 1


def test_a_link_that_is_off_closes_no_circle_and_one_to_itself_does() -> None:
    forth = off(edge("queue a", "consumes", "function f", mapping="m1"))
    back = edge("function f", "on-failure", "queue a", mapping="m1")
    assert told("event-loop", evidence(edges=[forth, back])) == []
    own = edge("function f", "on-success", "function f", invoke_config="$LATEST")
    assert told("event-loop", evidence(edges=[own])) == ["events can go round for ever: f > f"]


def test_a_very_long_way_is_walked_without_recursion() -> None:
    length = 5000
    chain = [edge(f"queue q{n}", "dead-letters", f"queue q{n + 1}") for n in range(length)]
    assert told("event-loop", evidence(edges=chain)) == []
    assert len(told("event-loop", evidence(edges=[*chain, edge(f"queue q{length}", "dead-letters", "queue q0")]))) == 1
