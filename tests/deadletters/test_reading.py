"""Bodies that are JSON, nearly JSON and not JSON at all are shown; what is odd is said; nothing raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.deadletters.decode.reading import MAX_DEPTH, read_json
from evwatch.deadletters.document import document, dumps


def test_numbers_are_numbers_in_the_event_and_digits_in_the_body(letter_of: Any) -> None:
    letter = letter_of('{"amount": 10.10, "n": 9007199254740993}')
    assert letter.event == {"amount": 10.1, "n": 9007199254740993}
    assert letter.message.body == '{"amount": 10.10, "n": 9007199254740993}'
    assert document(letter)["body"] == '{"amount": 10.10, "n": 9007199254740993}'


def test_of_duplicate_keys_the_last_is_shown_and_the_reader_is_told(letter_of: Any) -> None:
    letter = letter_of('{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')
    assert letter.event == {"a": 3, "b": {"c": 2}}
    assert letter.notes == ("duplicate keys, of which the last is shown: c, a",)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000])
def test_what_is_no_json_number_becomes_text_that_can_be_written_again(number: str, letter_of: Any) -> None:
    letter = letter_of(f'{{"n": {number}, "m": 1}}')
    assert letter.event == {"n": number, "m": 1}
    assert len(letter.notes) == 1
    assert "not strict JSON" in letter.notes[0]
    assert json.loads(dumps(document(letter)))["event"] == {"n": number, "m": 1}


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', "[[],"])
def test_a_hundred_thousand_levels_are_shown_as_text(opening: str, letter_of: Any) -> None:
    closing = {"[": "]", '{"a":': "}", '[{"a":': "}]", "[[],": "]"}[opening]
    body = opening * 100_000 + "1" + closing * 100_000
    letter = letter_of(body)
    assert letter.event == body
    assert letter.notes == (f"nested deeper than {MAX_DEPTH} levels: shown as text",)


def test_the_depth_that_is_read_does_not_depend_on_who_calls(letter_of: Any) -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read_json(deepest).found
    assert not read_json(f"[{deepest}]").found

    def below(levels: int) -> bool:
        return below(levels - 1) if levels else read_json(deepest).found

    assert below(500)
    assert dumps(document(letter_of(deepest)))


def test_a_mebibyte_on_one_line_is_read(letter_of: Any) -> None:
    body = json.dumps({"detail": [{"k": "x" * 20} for _ in range(30_000)]})
    assert len(body) > 800_000
    letter = letter_of(body)
    assert letter.event == json.loads(body)
    assert letter.message.body is body


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ("", ""),
        ("   ", "   "),
        ("hello", "hello"),
        ("\ufeff{}", {}),
        ("{", "{"),
        ('{"a": 1} trailing', '{"a": 1} trailing'),
        ("{'a': 1}", "{'a': 1}"),
        ("123", 123),
        ("null", None),
        ("true", True),
        ("[]", []),
        ('"text"', "text"),
        ('"\\ud800"', "\ud800"),
        ("<order/>", "<order/>"),
        ("\x1b[31mred", "\x1b[31mred"),
    ],
)
def test_short_and_odd_bodies(body: str, event: Any, letter_of: Any) -> None:
    letter = letter_of(body)
    assert letter.event == event
    assert letter.message.body == body
    dumps(document(letter)).encode()


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_all_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    reading = read_json(json.dumps(value))
    assert reading.found
    assert reading.value == value
    assert reading.notes == ()
