"""Where a dead letter's failure would stand in the logs, told from the letter alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from evwatch.deadletters.clues import attempts, consumed_queues, functions, texts
from evwatch.deadletters.decode import Surroundings, decode
from evwatch.deadletters.decode.invocation import request_ids
from evwatch.model.deadletter import DeadLetter, Message, MessageAttribute
from evwatch.model.flow import Edge, Flow
from evwatch.model.queue import Queue
from evwatch.redrive.targets.names import known_names

ACCOUNT = "111122223333"
SOURCE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
DLQ = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders-dlq"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:pay"
SENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOW = SENT + timedelta(days=1)
ID = "a0b4a296-9d80-45a9-b03f-2d71581d8e83"


def letter(
    body: str, attributes: dict[str, str] | None = None, edges: tuple[Edge, ...] = (), **system: str
) -> DeadLetter:
    stamped = {"SentTimestamp": f"{SENT.timestamp() * 1000:.0f}", "ApproximateReceiveCount": "3", **system}
    given = {name: MessageAttribute("String", value) for name, value in (attributes or {}).items()}
    queue = Queue(DLQ, "", "orders-dlq", ACCOUNT, "us-east-1", fifo=False, retention_seconds=1_209_600)
    return decode(Message("m-1", body, attributes=given, system=stamped), Surroundings(queue, Flow(edges=edges), NOW))


def from_queue(
    body: str = '{"orderId": "ord-7781", "n": 1}', first_received: timedelta = timedelta(seconds=2)
) -> DeadLetter:
    first = f"{(SENT + first_received).timestamp() * 1000:.0f}"
    return letter(body, DeadLetterQueueSourceArn=SOURCE, ApproximateFirstReceiveTimestamp=first)


def test_a_functions_own_dlq_says_the_request_and_the_time_is_just_before_it_was_sent() -> None:
    edge = Edge(FUNCTION, DLQ, "dead-letters")
    found = letter('{"a": 1}', {"RequestID": ID, "ErrorCode": "200", "ErrorMessage": "boom"}, (edge,))
    first = attempts(found, NOW)[0]
    assert (first.clue, first.term) == ("request-id", ID)
    assert first.start < SENT - timedelta(minutes=15)
    assert SENT < first.end <= SENT + timedelta(minutes=5)
    assert functions(found) == (FUNCTION,)


def test_a_destinations_record_says_the_request_also_by_way_of_a_topic_or_a_bus() -> None:
    record = {
        "version": "1.0",
        "requestContext": {"requestId": ID, "functionArn": f"{FUNCTION}:$LATEST", "condition": "RetriesExhausted"},
        "requestPayload": {},
        "responsePayload": {"errorType": "KeyError", "errorMessage": "x"},
    }
    wrapped = {"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": json.dumps(record)}
    event = {"source": "lambda", "detail-type": "Lambda Function Invocation Result - Failure", "detail": record}
    for told in (record, wrapped, event):
        found = letter(json.dumps(told))
        assert request_ids(found) == (ID,)
        assert known_names(found) == ("m-1", ID), "by that a bounce is proved"


def test_a_queues_message_is_looked_for_by_its_id_then_what_the_event_calls_an_id_then_by_time() -> None:
    found = from_queue()
    ladder = attempts(found, NOW)
    assert [(each.clue, each.term) for each in ladder] == [("message-id", "m-1"), ("text", "ord-7781"), ("time", "")]
    assert consumed_queues(found) == (SOURCE,)


def test_how_long_a_queue_tries_bounds_the_search() -> None:
    queue = Queue(
        SOURCE, "", "orders", ACCOUNT, "us-east-1", fifo=False, visibility_timeout_seconds=600, max_receive_count=5
    )
    known, unknown = attempts(from_queue(), NOW, queue)[0], attempts(from_queue(), NOW)[0]
    assert known.end - SENT > timedelta(seconds=3000)
    assert known.end - SENT < timedelta(hours=1)
    assert unknown.end - SENT < timedelta(hours=2)


def test_the_time_of_a_look_into_the_dlq_is_not_taken_for_that_of_a_consumer() -> None:
    looked = attempts(from_queue(first_received=timedelta(hours=20)), NOW)
    assert looked
    assert max(each.end for each in looked) < SENT + timedelta(hours=2)


def test_nothing_is_searched_that_has_not_happened_yet() -> None:
    now = SENT + timedelta(minutes=3)
    assert max(each.end for each in attempts(from_queue(), now)) <= now


def test_short_values_and_values_that_are_no_ids_are_not_searched_for() -> None:
    found = from_queue('{"id": 7, "comment": "a long text", "customerId": "cust-12345", "correlationId": "c-99887766"}')
    assert texts(found) == ("c-99887766", "cust-12345")


def test_a_huge_event_is_not_walked_to_its_end() -> None:
    assert texts(from_queue(json.dumps([[{"x": n}] for n in range(50_000)]))) == ()
