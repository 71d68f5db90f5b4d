"""What a message does not say is taken from the flow where that leaves one answer, and left open where it does not."""

from __future__ import annotations

import json
from typing import Any

from evwatch.model.flow import Edge

DLQ = "arn:aws:sqs:us-east-1:111122223333:failures"
TOPIC = "arn:aws:sns:us-east-1:111122223333:"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:"
FAILED = {"RequestID": "r", "ErrorCode": "200", "ErrorMessage": "KeyError: 'a'"}


def _by_topic(topic: str) -> str:
    attributes = {name: {"Type": "String", "Value": value} for name, value in FAILED.items()}
    return json.dumps(
        {"Type": "Notification", "TopicArn": TOPIC + topic, "Message": "{}", "MessageAttributes": attributes}
    )


def test_the_topic_in_the_envelope_decides_between_functions(letter_of: Any, around: Any) -> None:
    flow = around(
        [
            *(Edge(f"{FUNCTION}{name}", f"{TOPIC}{name}-failures", "dead-letters") for name in ("one", "two")),
            *(Edge(f"{TOPIC}{name}-failures", DLQ, "subscribes") for name in ("one", "two")),
        ]
    )
    assert letter_of(_by_topic("two-failures"), surroundings=flow).source_arn == f"{FUNCTION}two"
    raw = letter_of("{}", FAILED, surroundings=flow)
    assert raw.source_arn is None
    assert "2 functions use this DLQ (one, two)" in raw.target_reason


def test_raw_delivery_by_a_topic_leaves_the_function_known(letter_of: Any, around: Any) -> None:
    flow = around(
        [Edge(f"{FUNCTION}one", f"{TOPIC}failures", "dead-letters"), Edge(f"{TOPIC}failures", DLQ, "subscribes")]
    )
    assert letter_of("{}", FAILED, surroundings=flow).target_arn == f"{FUNCTION}one"


def test_a_mapping_that_fails_into_the_queue_is_not_the_functions_own_dlq(letter_of: Any, around: Any) -> None:
    flow = around(
        [
            Edge(f"{FUNCTION}one", DLQ, "dead-letters"),
            Edge(f"{FUNCTION}two", DLQ, "dead-letters", detail=(("mapping", "uuid"),)),
            Edge(f"{FUNCTION}three", DLQ, "on-failure"),
            Edge("arn:aws:events:us-east-1:111122223333:rule/x", DLQ, "dead-letters"),
        ]
    )
    assert letter_of("{}", FAILED, surroundings=flow).source_arn == f"{FUNCTION}one"


def test_a_raw_message_where_several_topics_use_the_dlq_names_none(letter_of: Any, around: Any) -> None:
    flow = around([Edge(f"{TOPIC}{name}", DLQ, "dead-letters", detail=(("subscription", name),)) for name in "ab"])
    letter = letter_of("{}", surroundings=flow)
    assert letter.origin == "topic"
    assert letter.source_arn is None
    assert "several topics use this DLQ (a, b)" in letter.target_reason


def test_only_a_subscription_with_raw_delivery_can_have_left_a_message_without_an_envelope(
    letter_of: Any, around: Any
) -> None:
    def subscription(topic: str, raw: str) -> list[Edge]:
        name = ("subscription", f"{TOPIC}{topic}:{raw}")
        return [
            Edge(
                TOPIC + topic, FUNCTION + raw, "subscribes", detail=(name, *([("raw", "yes")] if raw == "raw" else []))
            ),
            Edge(TOPIC + topic, DLQ, "dead-letters", detail=(name,)),
        ]

    flow = around([*subscription("a", "enveloped"), *subscription("b", "enveloped"), *subscription("b", "raw")])
    letter = letter_of("{}", surroundings=flow)
    assert letter.source_arn == f"{TOPIC}b"
    assert letter.target_arn == f"{FUNCTION}raw"


def test_a_raw_message_whose_subscription_could_not_be_read(letter_of: Any, around: Any) -> None:
    letter = letter_of("{}", surroundings=around([Edge(f"{TOPIC}a", DLQ, "dead-letters")]))
    assert letter.source_arn == f"{TOPIC}a"
    assert letter.target_arn is None
    assert "could not be read" in letter.target_reason


def test_a_message_without_any_mark_in_a_dlq_of_queues_was_sent_there(letter_of: Any, around: Any) -> None:
    flow = around([Edge("arn:aws:sqs:us-east-1:111122223333:orders", DLQ, "dead-letters")])
    letter = letter_of("{}", surroundings=flow)
    assert letter.origin == "unknown"
    assert letter.target_arn is None
    assert "sent here by hand" in letter.target_reason
