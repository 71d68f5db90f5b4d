"""Plain words, ids across queues, and the orders of a list."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from evwatch.deadletters.query import ORDERS, Where, Words, ordered, parse_filter, plain_words, related, with_id


def _ids(found: Any) -> str:
    return " ".join(letter.id for letter in found)


@pytest.fixture(scope="module")
def letters(letter_of: Any) -> list[Any]:
    event = {"id": "e-1", "detail-type": "OrderCreated", "source": "s", "detail": {"correlationId": "C-1", "n": 42}}
    packed = base64.b64encode(gzip.compress(json.dumps({"name": "Zoë", "trace_id": "T-1"}).encode())).decode()
    return [
        letter_of(json.dumps(event), id="m-1"),
        letter_of(json.dumps({**event, "id": "e-2"}), {"x-correlation-id": "T-1"}, id="m-2"),
        letter_of(packed, id="m-3"),
        letter_of("order C-1 is not JSON", {"blob": b"\xffneedle"}, id="m-4"),
        letter_of('{"\\u006eame": "caf\\u00e9"}', id="m-5", AWSTraceHeader="Root=1-5759e988-bd862e3f;Sampled=1"),
        letter_of("{}", {"RequestID": "r-9", "ErrorCode": "200", "ErrorMessage": "KeyError: 'Amount'"}, id="m-6",
                  MessageGroupId="tenant-7", AWSTraceHeader="Root=1-5759e988-bd862e3f;Sampled=1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ordercreated", "m-1 m-2"),
        ("ORDERCREATED e-2", "m-2"),
        ("zoë", "m-3"),
        ("needle", "m-4"),
        ('"is not"', "m-4"),
        ('"not is"', ""),
        ("not is", "m-4"),
        ("café", "m-5"),
        ("keyerror", "m-6"),
        ("m-3", "m-3"),
        ("tenant-7", "m-6"),
        ("requestid r-9", "m-6"),
        ('"unclosed', ""),
        ("", "m-1 m-2 m-3 m-4 m-5 m-6"),
        ("'amount'", "m-6"),
    ],
)
def test_plain_words_are_contained_whatever_their_case(typed: str, expected: str, letters: list[Any]) -> None:
    found = parse_filter(typed)
    assert isinstance(found, Words)
    assert _ids(found.select(letters).letters) == expected


@pytest.mark.parametrize(
    "typed",
    ["origin == 'unknown'", "receive_count>`1`", "event.a || event.b", "contains(body, 'x')", "envelope[?@=='sns']"],
)
def test_what_has_an_operator_is_an_expression(typed: str) -> None:
    assert isinstance(parse_filter(typed), Where)


@pytest.mark.parametrize("typed", ["timeout", "a-b", "user@example.com", "<order>", '"a == b"', "f(x) failed", "->"])
def test_what_has_none_is_words(typed: str) -> None:
    assert isinstance(parse_filter(typed), Words)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("C-1", "m-1 m-2 m-4"),
        ("c-1", "m-1 m-2 m-4"),
        ("C-", ""),
        ("e-1", "m-1"),
        ("m-5", "m-5"),
        ("42", "m-1 m-2"),
        ("T-1", "m-2 m-3"),
        ("r-9", "m-6"),
        ("tenant-7", "m-6"),
        ("1-5759e988-bd862e3f", "m-5 m-6"),
        ("is", "m-4"),
        ("", ""),
    ],
)
def test_an_id_is_found_wherever_it_stands(value: str, expected: str, letters: list[Any]) -> None:
    assert _ids(with_id(letters, value)) == expected


def test_an_id_that_is_a_part_of_a_time_or_trace_is_found_in_the_body_all_the_same(letter_of: Any) -> None:
    found = letter_of('{"order": "1234"}', id="m-1", SentTimestamp="1793491234000", AWSTraceHeader="Root=1-12345-6")
    assert _ids(with_id([found], "1234")) == "m-1"
    assert _ids(with_id([found], "9349123")) == "", "a part of a time is no id"


def test_related_letters_share_a_correlation_trace_or_event_id(letters: list[Any]) -> None:
    assert _ids(related(letters[0], letters)) == "m-2"
    assert _ids(related(letters[1], letters)) == "m-1 m-3"
    assert _ids(related(letters[4], letters)) == "m-6"
    assert _ids(related(letters[3], letters)) == ""


def test_each_order_puts_first_what_its_name_says(letter_of: Any, around: Any) -> None:
    def letter(id: str, body: str, minute: int, receives: int, fifo: bool = False) -> Any:
        return letter_of(
            body,
            id=id,
            surroundings=around(fifo=fifo, retention=60 if fifo else 3600),
            SentTimestamp=str(1793491200000 + 60_000 * minute),
            ApproximateReceiveCount=str(receives),
        )

    found = [
        letter("a", "text", 3, 1),
        letter("b", "{}", 1, 5),
        letter("c", "other", 2, 2, fifo=True),
        letter("d", "more", 9, 9),
    ]
    assert _ids(ordered(found, "age")) == "b c a d"
    assert _ids(ordered(found, "expiry")) == "b a d c"
    assert _ids(ordered(found, "receives")) == "d b c a"
    assert _ids(ordered(found, "group")) == "c a d b"
    assert _ids(ordered(found, "age", reverse=True)) == "d a c b"
    assert all(ordered(found, by) == ordered(found[::-1], by) for by in ORDERS)


def test_words_are_split_at_spaces_and_kept_together_in_quotes() -> None:
    assert plain_words('one "two Three"  four').words == ("one", "two three", "four")
