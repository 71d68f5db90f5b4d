"""`--where`: JMESPath over a dead letter, with the place marked where it is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evwatch.deadletters.query import compile_where
from evwatch.model.fault import EvwatchError


@pytest.fixture(scope="module")
def letters(letter_of: Any) -> list[Any]:
    def letter(number: int, message: str, **detail: Any) -> Any:
        event = {"detail-type": "OrderCreated", "source": "order-service", "detail": detail}
        attributes = {"RequestID": "r", "ErrorCode": "200", "ErrorMessage": message}
        return letter_of(json.dumps(event), attributes, id=f"m-{number}", ApproximateReceiveCount=str(number))

    return [
        letter(1, "KeyError: 'a'", amount=50),
        letter(2, "KeyError: 'a'", amount=500, items=["x"]),
        letter(3, "TypeError: b", amount=500, note=None),
        letter(4, "nothing in particular", amount="many"),
        letter_of("plain text", id="m-5", ApproximateReceiveCount="5"),
    ]


def _chosen(expression: str, letters: list[Any]) -> str:
    return " ".join(letter.id for letter in compile_where(expression).select(letters).letters)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("error.type == 'KeyError' && event.detail.amount > `100`", "m-2"),
        ("error.type == 'KeyError' || origin == 'unknown'", "m-1 m-2 m-5"),
        ("!(error.type)", "m-4 m-5"),
        ("event.detail.items", "m-2"),
        ("event.detail.amount", "m-1 m-2 m-3 m-4"),
        ("receive_count >= `3`", "m-3 m-4 m-5"),
        ("id == 'm-3'", "m-3"),
        ("contains(body, 'plain')", "m-5"),
        ("starts_with(sent_at, '2026-11-01')", "m-1 m-2 m-3 m-4 m-5"),
        ("error == null", "m-5"),
        ("event.\"detail-type\" == 'OrderCreated' && receive_count < `3`", "m-1 m-2"),
        ("attributes.ErrorMessage.value == 'TypeError: b'", "m-3"),
        ("envelope[?@ == 'eventbridge']", "m-1 m-2 m-3 m-4"),
        ("event.detail.items[?@ == x]", ""),
        ("body == `plain text`", "m-5"),
        ("length(envelope) == `0`", "m-5"),
        ("`0`", "m-1 m-2 m-3 m-4 m-5"),
        ("event.detail.amount > group && error.type", ""),
    ],
)
def test_it_is_true_for_what_is_meant(expression: str, expected: str, letters: list[Any]) -> None:
    assert _chosen(expression, letters) == expected


def test_a_letter_on_which_it_fails_is_counted_and_not_chosen(letters: list[Any]) -> None:
    found = compile_where("contains(error.message, 'KeyError')").select(letters)
    assert [letter.id for letter in found.letters] == ["m-1", "m-2"]
    assert found.failed == 1
    assert "contains()" in found.failure


@pytest.mark.parametrize(
    ("expression", "said", "column"),
    [
        ("error.type = 'a'", "a single =", 12),
        ("error.type == ", "ends too early", 15),
        ("error.type == 'a", "Unclosed '", 15),
        ("receive_count > 5", "the bare number 5", 17),
        ("origin ^ id", "Unknown token ^", 8),
        ("origin id", "Unexpected token: id", 8),
        ("(origin", "ends too early", 8),
        ("id && !error.type", "! takes only the next word", 7),
        ("foo(body)", "no function foo()", 1),
        ("contains(body)", "contains() takes 2 arguments, not 1", 1),
        ("origin == queue", "no field queue", 11),
        ('error.type == "KeyError"', "no field KeyError", 16),
        ("expires_exact == false", "no field false", 18),
        ("!(origin == queue) && body", "no field queue", 13),
    ],
)
def test_what_is_wrong_is_said_with_its_place(expression: str, said: str, column: int) -> None:
    with pytest.raises(EvwatchError) as raised:
        compile_where(expression)
    fault = raised.value.fault
    assert fault.code == "expression"
    assert said in fault.message
    assert f"at column {column}" in fault.message
    before, _, after = fault.message.partition(f"at column {column}: ")[2].partition(" >>>")
    assert before == expression[: column - 1]
    assert after.removeprefix(" ") == expression[column - 1 :]
    assert len(str(raised.value).splitlines()) == 1
    assert fault.hint


@pytest.mark.parametrize(
    "expression", ["", "   ", "(" * 100_000, "[" * 50_000, "a" * 100 + " b", "\x1b[31m", "é", "`{", "a ==\n\n b c"]
)
def test_nothing_typed_raises_anything_else(expression: str) -> None:
    with pytest.raises(EvwatchError) as raised:
        compile_where(expression)
    assert raised.value.fault.code == "expression"
    assert str(raised.value).isprintable()


def test_a_word_that_no_letter_has_is_allowed_where_it_may_be_one(letters: list[Any]) -> None:
    assert _chosen("event.detail.nothing == event.other", letters) == "m-1 m-2 m-3 m-4 m-5"
    assert _chosen("event | detail.amount == amount", letters) == "m-5"
