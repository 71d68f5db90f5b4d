"""Which queue is meant, and why one that nothing points to is not looked into."""

from __future__ import annotations

import pytest

from evwatch.model.assessment import AssessedQueue, assess
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.guard import looks_like_a_dlq, no_dlq
from evwatch.model.naming import find_queue
from tests.cli import snapshots as s

TWIN = s.queue("orders", region="us-east-1")


def queues() -> tuple[AssessedQueue, ...]:
    return assess(s.snapshot(s.context(s.ORDERS, s.ORDERS_DLQ), s.context(TWIN, name="dev/us-east-1")))


@pytest.mark.parametrize(
    "text",
    [
        "order-events-dlq",
        s.ORDERS_DLQ.arn,
        s.ORDERS_DLQ.url,
        f"http://localhost:4566/{s.ACCOUNT}/order-events-dlq",
        f"http://localhost:4566/queue/eu-central-1/{s.ACCOUNT}/order-events-dlq",
    ],
)
def test_a_queue_is_known_by_name_url_and_arn(text: str) -> None:
    assert find_queue(text, queues()).queue == s.ORDERS_DLQ


def test_a_name_in_several_contexts_is_an_error_that_lists_them() -> None:
    with pytest.raises(EvwatchError) as raised:
        find_queue("orders", queues())
    fault = raised.value.fault
    assert fault.code == "usage"
    for place in (s.ORDERS.arn, "dev/eu-central-1", TWIN.arn, "dev/us-east-1"):
        assert place in fault.message
    assert find_queue(TWIN.url, queues()).queue == TWIN, "the whole URL tells them apart"


def test_an_unknown_queue_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(EvwatchError) as raised:
        find_queue("order-event-dlq", queues())
    assert raised.value.fault == Fault(
        "not-found", 'there is no queue "order-event-dlq"', 'did you mean "order-events-dlq"?'
    )
    for text in ("nonsense", "http://x/", "arn:aws:sqs:eu-central-1:1:orders"):
        with pytest.raises(EvwatchError, match="there is no queue"):
            find_queue(text, queues())


def test_what_something_points_to_is_not_refused() -> None:
    assert no_dlq(find_queue("order-events-dlq", queues()), (), "--source-queue-too") is None


def test_a_refusal_names_what_could_not_be_read_and_the_flag() -> None:
    orders = find_queue(s.ORDERS.arn, queues())
    plain = no_dlq(orders, (), "--source-queue-too")
    assert plain
    assert plain.code == "refused"
    assert plain.message == "nothing names orders as its DLQ"
    assert "--source-queue-too" in plain.hint
    other = Fault("permission", "x", source="cloudwatch:DescribeAlarms")
    denied = no_dlq(orders, (s.DENIED, other), "--source-queue-too")
    assert denied
    assert "events:ListRules could not be read" in denied.message
    assert "DescribeAlarms" not in denied.message


def test_a_refusal_says_that_a_name_ends_like_a_dlqs() -> None:
    lonely = assess(s.snapshot(s.context(s.queue("billing-dlq"))))[0]
    fault = no_dlq(lonely, (), "--source-queue-too")
    assert fault
    assert "ends like" in fault.message


@pytest.mark.parametrize(
    ("name", "ends_like_one"),
    [
        ("a-dlq", True),
        ("a_dlq", True),
        ("a-dead-letter", True),
        ("a-dead-letters", True),
        ("a-dead-letter-queue", True),
        ("a_deadletter", True),
        ("a_dead_letter_queue", True),
        ("OrdersDLQ", True),
        ("a-dlq.fifo", True),
        ("dlq", True),
        ("orders", False),
        ("dlq-consumer", False),
        ("undead-letterbox", False),
    ],
)
def test_names_that_end_like_a_dlqs(name: str, ends_like_one: bool) -> None:
    assert looks_like_a_dlq(name) is ends_like_one
