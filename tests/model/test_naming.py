"""Which queue a person means."""

from __future__ import annotations

import pytest

from evwatch.model.assessment import AssessedQueue, assess
from evwatch.model.fault import EvwatchError, Fault
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
