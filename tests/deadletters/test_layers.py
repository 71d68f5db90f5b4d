"""Layers as exact texts: what is peeled by hand or sent again is what stood in the message, to the last digit."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from evwatch.deadletters.decode import layers, member_text
from evwatch.deadletters.decode.payload import payload

EVENT = (
    '{ "detail-type": "OrderCreated",\n "source":"order-service",'
    ' "detail": {"amount": 10.10, "n": 1e2, "é": "\\u00e9"}}'
)
TOPIC = "arn:aws:sns:us-east-1:111122223333:orders"


def _sns(message: str) -> str:
    return json.dumps({"Type": "Notification", "TopicArn": TOPIC, "Message": message})


def _record(event: str) -> str:
    return f'{{"requestContext": {{"condition": "RetriesExhausted"}} , "requestPayload" : {event} , "version": "1.0"}}'


def test_each_layer_is_the_text_that_stood_there(letter_of: Any) -> None:
    body = _sns(_record(EVENT))
    assert layers(letter_of(body).message) == (
        ("body", body),
        ("sns", _record(EVENT)),
        ("function-destination", EVENT),
    )


def test_encodings_are_layers_too(letter_of: Any) -> None:
    body = base64.b64encode(gzip.compress(_sns(EVENT).encode())).decode()
    assert layers(letter_of(body).message) == (("body", body), ("base64+gzip", _sns(EVENT)), ("sns", EVENT))


def test_a_message_without_layers_is_its_body(letter_of: Any) -> None:
    assert layers(letter_of(EVENT).message) == (("body", EVENT),)
    assert layers(letter_of("plain").message) == (("body", "plain"),)
    assert layers(letter_of("").message) == (("body", ""),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1.10}', "1.10"),
        ('{ "b" : [1, {"a": 2}] ,"a":  "x,}" }', '"x,}"'),
        ('{"a": 1, "a": 2.0}', "2.0"),
        ('{"\\u0061": {"a": 0}}', '{"a": 0}'),
        (f'{{"a": {"9" * 5000}}}', "9" * 5000),
        ('\ufeff{"a": null}', "null"),
        ('{"b": 1}', None),
        ("{}", None),
        ("[]", None),
        ("not JSON", None),
        ("", None),
        ('{"a": 1', None),
    ],
)
def test_a_member_is_found_as_it_is_written(text: str, expected: str | None) -> None:
    assert member_text(text, "a") == expected


@pytest.mark.parametrize(
    ("body", "attributes", "system", "expected"),
    [
        (EVENT, {}, {"DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-1:111122223333:orders"}, EVENT),
        (_sns(EVENT), {}, {"DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-1:111122223333:orders"}, _sns(EVENT)),
        (EVENT, {"RULE_ARN": "arn:r", "TARGET_ARN": "arn:t"}, {}, EVENT),
        (EVENT, {"RequestID": "r", "ErrorCode": "200"}, {}, EVENT),
        (_sns(EVENT), {"RequestID": "r", "ErrorCode": "200"}, {}, _sns(EVENT)),
        (_record(EVENT), {}, {}, EVENT),
        (_sns(_record(EVENT)), {}, {}, EVENT),
        (_record('"text"'), {}, {}, '"text"'),
        (f'{{"source":"lambda","detail-type":"Lambda Function Invocation Result - Failure","detail":{_record(EVENT)}}}',
         {}, {}, EVENT),
        ('{"requestContext": {"condition": "x"}, "KinesisBatchInfo": {}}', {}, {}, None),
        (_sns(EVENT), {}, {}, _sns(EVENT)),
    ],
)  # fmt: skip
def test_the_payload_is_what_the_one_that_failed_was_given(
    body: str, attributes: dict[str, str], system: dict[str, str], expected: str | None, letter_of: Any
) -> None:
    assert payload(letter_of(body, attributes, **system)) == expected


def test_a_function_whose_dlq_is_a_topic_was_given_the_message(letter_of: Any) -> None:
    attributes = {name: {"Type": "String", "Value": "x"} for name in ("RequestID", "ErrorCode")}
    body = json.dumps(json.loads(_sns(EVENT)) | {"MessageAttributes": attributes})
    assert payload(letter_of(body)) == EVENT
