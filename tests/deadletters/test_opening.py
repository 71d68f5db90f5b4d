"""Envelopes are peeled from outside in, to the innermost event; what is malformed is taken for the event."""

from __future__ import annotations

import json
from typing import Any

import pytest

EVENT = {"detail-type": "OrderCreated", "source": "order-service", "detail": {"amount": 1}}
TOPIC = "arn:aws:sns:us-east-1:111122223333:orders"


def _sns(message: Any) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Type": "Notification", "TopicArn": TOPIC, "Message": text}


def test_peeling_stops_at_an_eventbridge_event_whatever_its_detail_is(letter_of: Any) -> None:
    event = {**EVENT, "detail": _sns(EVENT)}
    letter = letter_of(json.dumps(event))
    assert letter.event == event
    assert letter.envelope == ("eventbridge",)


def test_topics_one_behind_the_other_are_peeled_each(letter_of: Any) -> None:
    letter = letter_of(json.dumps(_sns(_sns(EVENT))))
    assert letter.event == EVENT
    assert letter.envelope == ("sns", "sns", "eventbridge")


def test_peeling_ends_somewhere(letter_of: Any) -> None:
    """Each layer doubles the backslashes, so only so many fit in a message; a destination's payload needs none."""
    record: Any = EVENT
    for _ in range(30):
        record = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": record}
    letter = letter_of(json.dumps(record))
    assert letter.envelope == ("function-destination",) * 8


def test_text_within_an_envelope_is_the_event(letter_of: Any) -> None:
    assert letter_of(json.dumps(_sns("not JSON"))).event == "not JSON"
    assert letter_of(json.dumps(_sns(""))).event == ""


def test_a_text_payload_of_a_destination_stays_what_the_caller_sent(letter_of: Any) -> None:
    record = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": "123"}
    assert letter_of(json.dumps(record)).event == "123"


@pytest.mark.parametrize(
    "body",
    [
        {"Type": "Notification"},
        {"Type": "Notification", "TopicArn": TOPIC},
        {"Type": "Notification", "TopicArn": TOPIC, "Message": {"a": 1}},
        {"Type": "Notification", "TopicArn": None, "Message": "x"},
        {"Type": ["Notification"], "TopicArn": TOPIC, "Message": "x"},
        {"detail-type": 1, "source": "a", "detail": {}},
        {"detail-type": "a", "source": "b"},
        {"requestContext": "x", "requestPayload": 1},
        {"requestContext": {}, "requestPayload": 1},
        {"requestContext": {"condition": 5}, "requestPayload": 1},
        {"requestContext": None, "KinesisBatchInfo": {}},
        {"requestContext": {"condition": "x"}, "KinesisBatchInfo": []},
        {"context": {"partnerResourceArn": "arn:x", "condition": "y"}},
        {"context": [1], "KinesisBatchInfo": {}},
        {"Records": []},
        {"Records": {}},
        {"Records": [1]},
        {"Records": [{"eventSource": 1}]},
        {"Records": [{"EventSource": "aws:sns", "Sns": "x"}]},
        {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": 1}}]},
        {"Records": [{"eventSource": "mine"}]},
        {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "a"}}] * 2},
        {},
    ],
)
def test_what_looks_like_an_envelope_but_is_malformed_is_the_event(body: dict[str, Any], letter_of: Any) -> None:
    letter = letter_of(json.dumps(body))
    assert letter.event == body
    assert letter.envelope == ()
    assert letter.origin == "unknown"


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        ({"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": {}}, "function-destination"),
        ({"requestContext": {"condition": "x", "functionArn": 7}, "requestPayload": {}, "responsePayload": "boom"},
         "function-destination"),
        ({"requestContext": {"condition": "x", "functionArn": []}, "DDBStreamBatchInfo": {"streamArn": 1}}, "stream"),
        ({"context": {"condition": "x", "partnerResourceArn": "no arn"}, "KinesisBatchInfo": {"shardId": {}}}, "pipe"),
        ({"Type": "Notification", "TopicArn": "no arn", "Message": "", "UnsubscribeURL": "http://[",
          "MessageAttributes": {"a": 1, "b": {"Type": "Binary", "Value": "!"}, "c": {"Type": 1}}}, "topic"),
    ],
)  # fmt: skip
def test_what_is_missing_or_odd_within_an_envelope_does_no_harm(body: Any, origin: str, letter_of: Any) -> None:
    letter = letter_of(json.dumps(body))
    assert letter.origin == origin
    assert letter.target_reason


def test_the_attributes_of_a_function_are_found_in_the_outermost_envelope_only(letter_of: Any) -> None:
    attributes = {name: {"Type": "String", "Value": "x"} for name in ("RequestID", "ErrorCode", "ErrorMessage")}
    failed = {**_sns(EVENT), "MessageAttributes": attributes}
    assert letter_of(json.dumps(failed)).origin == "function"
    assert letter_of(json.dumps(_sns(failed))).origin == "topic"


def test_an_attribute_that_is_binary_is_no_mark(letter_of: Any) -> None:
    assert letter_of("{}", {"RULE_ARN": b"arn:aws:events:us-east-1:111122223333:rule/x"}).origin == "unknown"
