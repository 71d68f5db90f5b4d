"""JSON on the screen is the sender's own: laid out line by line, with nothing lost, added or said in other words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.present.fold import FoldedRows
from evwatch.present.json_text import JSON_CONSTANT, JSON_KEY, JSON_NUMBER, JSON_STRING, JsonLines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=30,
)


def laid_out(text: str, at_once: int = 1_000) -> list[str]:
    """Every line with its indentation."""
    lines = JsonLines(text)
    while not lines.complete:
        lines.grow(at_once)
    found = [lines.line(index) for index in range(len(lines))]
    return [" " * line.indent + line.text for line in found]


@given(VALUES, st.sampled_from([None, 1, 4]), st.booleans())
def test_any_json_is_laid_out_as_the_standard_library_would(value: object, indent: int | None, escaped: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=escaped)
    assert "\n".join(laid_out(text)) == json.dumps(value, indent=2, ensure_ascii=escaped)


@given(VALUES, st.integers(1, 5))
def test_lines_found_a_few_at_a_time_are_the_same(value: object, at_once: int) -> None:
    text = json.dumps(value)
    assert laid_out(text, at_once) == laid_out(text)


@pytest.mark.parametrize(
    "text", ["10.10", "1E400", "-0.0", '"\\u00e4\\/"', "1" * 5_000, '{"a":1,"a":2}', "NaN", "-Infinity"]
)
def test_numbers_escapes_and_repeated_keys_stay_as_they_were_written(text: str) -> None:
    assert "".join("".join(laid_out(text)).split()) == text


@given(st.text(max_size=60) | st.text(st.sampled_from('{}[],:" \\\n1aä'), max_size=60))
def test_of_text_that_is_no_json_nothing_but_white_space_is_lost(text: str) -> None:
    def solid(found: str) -> str:
        return "".join(character for character in found if character not in " \t\r\n\ufeff")

    assert solid("".join(laid_out(text))) == solid(text)


def test_keys_strings_numbers_and_constants_wear_their_own_colours() -> None:
    lines = JsonLines('{"key": "text", "n": 1.50, "c": [true, null]}')
    lines.grow(100)
    worn = {
        line.text[start:end]: style
        for line in map(lines.line, range(len(lines)))
        for start, end, style in line.spans
        if line.text[start:end].strip(" ,:{}[]")
    }
    assert worn == {
        '"key"': JSON_KEY,
        '"text"': JSON_STRING,
        '"n"': JSON_KEY,
        "1.50": JSON_NUMBER,
        '"c"': JSON_KEY,
        "true": JSON_CONSTANT,
        "null": JSON_CONSTANT,
    }


def test_a_string_that_holds_everything_json_is_made_of_is_one_string() -> None:
    assert laid_out('["{\\"a\\": [1, 2]}, \\\\"]') == ["[", '  "{\\"a\\": [1, 2]}, \\\\"', "]"]


def test_the_first_rows_of_a_megabyte_need_no_reading_of_the_rest() -> None:
    text = json.dumps({"rows": [{"n": number} for number in range(100_000)]})
    lines = JsonLines(text)
    rows = FoldedRows(lines, 80)
    rows.grow(60)
    assert [rows.row(index).plain for index in range(3)] == ["{", '  "rows": [', "    {"]
    assert len(lines) < 500
    assert not rows.complete
