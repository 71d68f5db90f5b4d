"""Where events are dropped for want of a DLQ."""

from __future__ import annotations

import pytest

from evwatch.model.flow import MAY_NAME_DLQS
from tests.findings.making import arn, dlq_of, edge, evidence, node, queue, told


def test_a_target_without_dlq_is_found_and_the_one_beside_it_that_has_one_is_not() -> None:
    found = told(
        "target-without-dlq",
        evidence(
            [node("rule", "paid"), node("function", "ship"), node("function", "bill")],
            [
                edge("rule paid", "targets", "function ship", target="t1, t2"),
                edge("rule paid", "targets", "function bill", target="t3"),
                edge("rule paid", "dead-letters", "queue lost-dlq", target="t1, t3"),
            ],
            [queue("lost-dlq")],
        ),
    )
    assert found == ["rule paid: its target t2 (ship) has no DLQ; what it refuses is dropped"]


def test_a_rule_that_aws_manages_is_left_alone() -> None:
    managed = node("rule", "scheduled-scaling", managed_by="autoscaling.amazonaws.com")
    link = edge("rule scheduled-scaling", "targets", "function scale", target="t1")
    assert told("target-without-dlq", evidence([managed, node("function", "scale")], [link])) == []


def test_nothing_is_said_of_targets_where_they_may_not_be_read() -> None:
    link = edge("rule paid", "targets", "function ship", target="t1")
    of = evidence([node("rule", "paid")], [link], unread=["events:ListTargetsByRule"])
    assert told("target-without-dlq", of) == []


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"protocol": "sqs", "subscription": "s1"}, 1),
        ({"protocol": "email", "subscription": "s1"}, 0),
        ({"protocol": "sqs", "subscription": "s1", "owner": "999999999999"}, 0),
    ],
)
def test_a_subscription_without_dlq(detail: dict[str, str], expected: int) -> None:
    of = evidence([node("topic", "orders")], [edge("topic orders", "subscribes", "queue billing", **detail)])
    assert len(told("subscription-without-dlq", of)) == expected


def test_a_subscription_with_dlq_is_well() -> None:
    of = evidence(
        [node("topic", "orders")],
        [
            edge("topic orders", "subscribes", "queue billing", protocol="sqs", subscription="s1"),
            edge("topic orders", "dead-letters", "queue lost-dlq", subscription="s1"),
        ],
    )
    assert told("subscription-without-dlq", of) == []


def test_a_function_that_others_invoke_needs_a_dlq_or_destination_and_one_that_reads_a_queue_does_not() -> None:
    of = evidence(
        [node("function", "mail"), node("function", "ship"), node("function", "bill"), node("function", "pack")],
        [
            edge("topic orders", "subscribes", "function mail", protocol="lambda", subscription="s1"),
            edge("topic orders", "subscribes", "function ship", protocol="lambda", subscription="s2"),
            edge("function ship", "dead-letters", "queue ship-dlq"),
            edge("topic orders", "subscribes", "function bill", protocol="lambda", subscription="s3"),
            edge("function bill", "on-failure", "queue bill-dlq", invoke_config="$LATEST"),
            edge("queue parcels", "consumes", "function pack", mapping="m1"),
        ],
    )
    assert [said.split()[1] for said in told("function-without-dlq", of)] == ["mail"]


def test_the_failure_destination_of_a_mapping_does_not_cover_who_else_invokes_the_function() -> None:
    of = evidence(
        [node("function", "mail")],
        [
            edge("rule paid", "targets", "function mail", target="t1"),
            edge("function mail", "on-failure", "queue stream-failures", mapping="m1"),
        ],
    )
    assert len(told("function-without-dlq", of)) == 1


def test_a_schedule_without_dlq() -> None:
    runs = edge("schedule nightly", "schedules", "function report")
    without = evidence([node("schedule", "nightly"), node("function", "report")], [runs])
    assert told("schedule-without-dlq", without) == [
        "schedule nightly has no DLQ; a run that its target refuses is lost"
    ]
    dlq = edge("schedule nightly", "dead-letters", "queue lost-dlq")
    assert told("schedule-without-dlq", evidence([node("schedule", "nightly")], [runs, dlq])) == []


def test_of_many_schedules_that_are_one_node_it_is_told_how_many_have_no_dlq() -> None:
    runs = edge("schedule reminders", "schedules", "function remind")
    gives_up = edge("schedule reminders", "dead-letters", "queue lost-dlq")

    def found(without: str) -> list[str]:
        group = node("schedule", "reminders", group="reminders", schedules="1500", without_dlq=without)
        return told("schedule-without-dlq", evidence([group], [runs, gives_up]))

    assert found("0") == []
    assert found("40") == [
        "40 of 1500 schedules of group reminders have no DLQ; a run that their target refuses is lost"
    ]


def test_a_stream_that_is_read_without_a_place_for_failures() -> None:
    reads = edge("stream clicks", "consumes", "function count", mapping="m1")
    nodes = [node("stream", "clicks"), node("function", "count")]
    assert len(told("stream-without-failure-destination", evidence(nodes, [reads]))) == 1
    covered = edge("function count", "on-failure", "queue failures", mapping="m1")
    assert told("stream-without-failure-destination", evidence(nodes, [reads, covered])) == []
    queued = edge("queue parcels", "consumes", "function count", mapping="m1")
    assert told("stream-without-failure-destination", evidence([node("function", "count")], [queued])) == []


def test_a_pipe_from_a_stream_without_dlq_but_not_one_from_a_queue() -> None:
    nodes = [node("stream", "clicks"), node("pipe", "keep"), node("pipe", "sort")]
    reads = [edge("stream clicks", "consumes", "pipe keep"), edge("queue parcels", "consumes", "pipe sort")]
    assert [said.split()[1] for said in told("pipe-without-dlq", evidence(nodes, reads))] == ["keep"]
    covered = edge("pipe keep", "dead-letters", "queue failures")
    assert told("pipe-without-dlq", evidence(nodes, [*reads, covered])) == []


def test_a_queue_without_dlq_unless_it_is_one_or_is_called_one() -> None:
    of = evidence(
        queues=[queue("parcels"), dlq_of("orders", "orders-dead"), queue("orders-dead"), queue("old-things-dlq")]
    )
    assert told("queue-without-dlq", of) == [
        "queue parcels has no DLQ; a message that keeps failing is tried until it expires"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "orders-dlq",
        "orders_DLQ",
        "orders.dead-letter-queue",
        "orders-failures.fifo",
        "OrdersDeadLetterQueue",
        "shop-prod-OrdersDLQ4F3A2B1C-aB3dE5fG7h9J",
    ],
)
def test_a_queue_that_is_called_a_dlq_is_not_asked_for_one(name: str) -> None:
    assert told("queue-without-dlq", evidence(queues=[queue(name)])) == []
    assert len(told("queue-without-dlq", evidence(queues=[queue("orders-4F3A2B1C"), queue("failed-orders")]))) == 2


@pytest.mark.parametrize("action", MAY_NAME_DLQS)
def test_whether_a_queue_is_somebodys_dlq_cannot_be_said_while_a_list_is_denied(action: str) -> None:
    assert told("queue-without-dlq", evidence(queues=[queue("parcels")], unread=[action])) == []


def test_a_destination_of_a_function_is_a_dlq() -> None:
    of = evidence(
        [node("function", "bill")],
        [edge("function bill", "on-failure", "queue parcels", invoke_config="$LATEST")],
        [queue("parcels")],
    )
    assert of.is_dlq(arn("queue", "parcels"))
    assert told("queue-without-dlq", of) == []
