"""The JSON of a dead letter is that of the contract, loses nothing, and leads back to the message byte for byte."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.deadletters.document import KEYS, document, dumps, group_document, loads, message_of
from evwatch.deadletters.group import grouped
from evwatch.model.deadletter import Message, MessageAttribute
from evwatch.model.fault import EvwatchError

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
ATTRIBUTES = st.dictionaries(
    ANY_TEXT,
    st.one_of(
        st.builds(MessageAttribute, st.sampled_from(["String", "Number", "Number.float", "String.json"]), ANY_TEXT),
        st.builds(MessageAttribute, st.sampled_from(["Binary", "Binary.png"]), st.binary(max_size=40)),
    ),
    max_size=5,
)
MESSAGES = st.builds(
    Message, ANY_TEXT, ANY_TEXT, attributes=ATTRIBUTES, system=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=4)
)


def test_the_keys_are_those_of_the_contract(letter_of: Any) -> None:
    body = '{"amount": 10.10}'
    attributes = {"kind": "order", "picture": b"\xff\xfe"}
    found: dict[str, Any] = document(
        letter_of(body, attributes, MessageGroupId="g", ApproximateFirstReceiveTimestamp="1793491260000")
    )
    assert set(found) == KEYS
    assert found == {
        "id": "m-1",
        "origin": "unknown",
        "group": found["group"],
        "sent_at": "2026-11-01T00:00:00.000Z",
        "first_received_at": "2026-11-01T00:01:00.000Z",
        "expires_at": "2026-11-15T00:00:00.000Z",
        "expires_exact": True,
        "receive_count": 1,
        "source_arn": None,
        "target_arn": None,
        "target_reason": "not known: nothing in the message says who gave up on it",
        "error": None,
        "event": {"amount": 10.1},
        "envelope": [],
        "encodings": [],
        "notes": [],
        "body": body,
        "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
        "attributes": {
            "kind": {"type": "String", "value": "order"},
            "picture": {"type": "Binary", "value": {"base64": "//4="}},
        },
        "system": {
            "SentTimestamp": "1793491200000",
            "ApproximateReceiveCount": "1",
            "MessageGroupId": "g",
            "ApproximateFirstReceiveTimestamp": "1793491260000",
        },
        "message_group_id": "g",
    }


def test_a_failure_is_an_object_of_three(letter_of: Any) -> None:
    letter = letter_of("{}", {"RequestID": "r", "ErrorCode": "200", "ErrorMessage": "KeyError: 'a'"})
    assert document(letter)["error"] == {"code": "200", "type": "KeyError", "message": "KeyError: 'a'"}


def test_a_group_has_the_keys_of_the_contract(letter_of: Any) -> None:
    letter = letter_of("{}", {"RequestID": "r", "ErrorCode": "200", "ErrorMessage": "KeyError: 'a'"})
    found = group_document(grouped([letter])[0])
    assert found == {
        "group": letter.group,
        "title": "KeyError in a function: 'a'",
        "origin": "function",
        "count": 1,
        "first_sent_at": "2026-11-01T00:00:00.000Z",
        "last_sent_at": "2026-11-01T00:00:00.000Z",
        "first_expires_at": "2026-11-15T00:00:00.000Z",
        "example_id": "m-1",
        "error": {"code": "200", "type": "KeyError", "message": "KeyError: 'a'"},
        "source_arn": None,
        "target_arn": None,
        "target_reason": letter.target_reason,
    }


@settings(deadline=None)
@given(message=MESSAGES)
def test_a_document_leads_back_to_the_same_message(message: Message, letter_of: Any) -> None:
    letter = letter_of(message.body, id=message.id)
    letter = type(letter)(**{**_fields(letter), "message": message})
    for ascii_only in (False, True):
        line = dumps(document(letter), ascii_only=ascii_only)
        assert "\n" not in line
        line.encode("utf-8")
        if ascii_only:
            assert line.isascii()
        assert message_of(loads(line)) == message


def _fields(letter: Any) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in letter.__dataclass_fields__}


def test_half_a_surrogate_pair_is_written_as_the_escape_that_it_came_from() -> None:
    assert dumps({"a": "\ud800\u00e9"}) == '{"a": "\\ud800\u00e9"}'
    assert json.loads(dumps("\udfff\ud800")) == "\udfff\ud800"


def test_a_body_that_does_not_match_its_checksum_is_refused(letter_of: Any) -> None:
    found = document(letter_of("10.10")) | {"body": "10.1"}
    with pytest.raises(EvwatchError, match="does not match `body_sha256`") as raised:
        message_of(found)
    assert raised.value.fault.code == "input"
    assert message_of(found | {"body_sha256": None}).body == "10.1"


@pytest.mark.parametrize(
    "found",
    [
        None, [], "x", 7, {}, {"body": None}, {"body": {"a": 1}}, {"body": "x", "id": 1}, {"body": "x", "system": []},
        {"body": "x", "system": {"a": 1}}, {"body": "x", "attributes": 1}, {"body": "x", "attributes": {"a": "b"}},
        {"body": "x", "attributes": {"a": {"type": 1, "value": "b"}}},
        {"body": "x", "attributes": {"a": {"value": "b"}}},
        {"body": "x", "attributes": {"a": {"type": "String", "value": 7}}},
        {"body": "x", "attributes": {"a": {"type": "Binary", "value": "text"}}},
        {"body": "x", "attributes": {"a": {"type": "Binary", "value": {"base64": "!"}}}},
        {"body": "x", "attributes": {"a": {"type": "Binary", "value": {"base64": "ä"}}}},
        {"body": "x", "attributes": {"a": {"type": "Binary", "value": {}}}},
    ],
)  # fmt: skip
def test_a_file_that_is_not_an_export_is_refused_with_a_sentence(found: Any) -> None:
    with pytest.raises(EvwatchError) as raised:
        message_of(found)
    assert raised.value.fault.code == "input"
    assert raised.value.fault.hint


@pytest.mark.parametrize("line", ["", "{", "[" * 100_000, "9" * 5000, "nonsense"])
def test_a_line_that_is_not_json_is_refused_with_a_sentence(line: str) -> None:
    with pytest.raises(EvwatchError, match="not JSON"):
        loads(line)


def test_what_is_needed_to_send_it_is_enough() -> None:
    assert message_of({"body": "x"}) == Message("", "x")
