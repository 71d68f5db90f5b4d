"""The variable parts of a message leave no trace, and what tells two causes apart stays."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.deadletters.group import skeleton
from evwatch.deadletters.group.skeleton import MAX_LENGTH

_digits = st.integers(0, 10**12).map(str)
_hex = st.binary(min_size=4, max_size=20).map(bytes.hex)
_moments = st.floats(0, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_times = _moments.map(lambda at: at.replace(tzinfo=None))
_word = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)

VARIABLE: dict[str, st.SearchStrategy[str]] = {
    "number": _digits | st.floats(-1e6, 1e6).map(lambda value: f"{value:.2f}") | _digits.map(lambda n: f"-{n}"),
    "thousands": st.integers(0, 10**9).map(lambda value: f"{value:,}"),
    "uuid": st.uuids().map(str) | st.uuids().map(lambda value: str(value).upper()),
    "hex": _hex | _hex.map(lambda value: f"0x{value}"),
    "prefixed id": _hex.map(lambda value: f"ord-{value}") | _digits.map(lambda value: f"cust_{value}"),
    "ulid": st.integers(0, 2**80).map(lambda value: f"01{value:024X}"),
    "time": _times.map(datetime.isoformat)
    | _times.map(lambda at: at.strftime("%Y-%m-%d %H:%M:%S"))
    | _times.map(lambda at: f"{at.isoformat(timespec='milliseconds')}Z")
    | _moments.map(datetime.isoformat),
    "mail time": _times.map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S")),
    "address": st.ip_addresses().filter(lambda at: at.version == 4).map(str).flatmap(
        lambda at: st.integers(1, 65535).map(lambda port: f"{at}:{port}")
    ),
    "arn": _word.map(lambda name: f"arn:aws:sqs:us-east-1:111122223333:{name}"),
    "e-mail": _word.map(lambda name: f"{name}@example.com"),
    "url": _word.map(lambda name: f"https://api.example.com/{name}?q={name}"),
    "path": _word.map(lambda name: f"/var/task/{name}.py") | _word.map(lambda name: f"source/2026/{name}.csv"),
    "windows path": _word.map(lambda name: f"C:\\Users\\{name}"),
    "duration": _digits.map(lambda value: f"{value}ms"),
}  # fmt: skip


@pytest.mark.parametrize("kind", VARIABLE)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_two_messages_that_differ_in_a_variable_part_are_one(kind: str, data: Any) -> None:
    one, other = data.draw(VARIABLE[kind]), data.draw(VARIABLE[kind])
    for frame in ("{}", "order {} not found", "no stock (item={}), giving up", "{}: cannot read", "at {} and {} again"):
        assert skeleton(frame.format(one, one)) == skeleton(frame.format(other, other)), frame


@pytest.mark.parametrize("quote", ["''", '""', "``", "\u201c\u201d", "\u2018\u2019", "«»"])
@settings(deadline=None)
@given(one=_word, other=_word)
def test_quoted_values_are_variable(quote: str, one: str, other: str) -> None:
    def message(value: str) -> str:
        return f"customer {quote[0]}{value} {value}{quote[1]} is blocked"

    assert skeleton(message(one)) == skeleton(message(other)) == f"customer {quote[0]}…{quote[1]} is blocked"


@pytest.mark.parametrize("kind", ["KeyError", "AttributeError", "builtins.TypeError"])
def test_names_from_the_program_are_the_reason_and_stay(kind: str) -> None:
    assert skeleton("'amount'", kind) != skeleton("'customerId'", kind)
    assert skeleton("'int' object has no attribute 'get'", kind) == "'int' object has no attribute 'get'"
    assert skeleton("'ord-1001'", kind) == skeleton("'ord-1002'", kind) == "'…'"
    assert skeleton("'two words'", kind) == skeleton("'other words'", kind)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Request failed with status code 503", "Request failed with status code 503"),
        ("HTTP 404 from upstream", "HTTP 404 from upstream"),
        ("cannot decode as utf-8 or base64 in us-east-1", "cannot decode as utf-8 or base64 in us-east-1"),
        ("content type application/json and/or text", "content type application/json and/or text"),
        ("user's cart isn't valid", "user's cart isn't valid"),
        ("values [1, 2, 3] too many", "values […] too many"),
        ("values [1, 2] too many", "values […] too many"),
        ("missing 'a', 'b', 'c'", "missing '…'"),
        ("  spread \n\t over   lines ", "spread over lines"),
        ('bad event {\\"a\\": \\"x\\"}', 'bad event {"…"}'),
        ("Task timed out after 3.00 seconds", "Task timed out after … seconds"),
        ("", ""),
        ("…", "…"),
        ("\ud800 broken", "\ud800 broken"),
    ],
)
def test_what_is_left_reads_well(message: str, expected: str) -> None:
    assert skeleton(message) == expected


def test_a_quotation_that_is_longer_than_what_is_read_leaves_one_gap() -> None:
    assert skeleton(f"bad payload: '{'some words ' * 500}'") == "bad payload: '…'"
    assert skeleton(f"bad payload: '{'other words here ' * 900}'") == "bad payload: '…'"


def test_a_long_message_counts_by_its_beginning() -> None:
    long = skeleton("word " * 100_000)
    assert len(long) == MAX_LENGTH
    assert skeleton(f"{'word ' * 200}one end") == skeleton(f"{'word ' * 200}another end")


@settings(deadline=None)
@given(st.text(max_size=300) | st.text("'\"`\\/-.:@#=~ a1…", max_size=300))
def test_no_text_raises_and_doing_it_twice_changes_nothing_much(text: str) -> None:
    found = skeleton(text)
    assert len(found) <= MAX_LENGTH
    assert skeleton(base64.b16encode(text.encode("utf-8", "replace")).decode()) is not None
