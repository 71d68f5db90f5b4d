"""What an edit leaves alone is byte for byte what it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evwatch.redrive.editing import is_json, laid_out, taken_back, wrong_json

_ODD = '{"price":10.10,  "price":1E2,"a":[ ],"b":{},"t":"x\\u00e9, {\\"y\\": 1}" ,"n":[1, 2,\t3]}'
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def test_a_line_of_json_is_laid_out_for_the_editor_with_every_token_as_it_stands() -> None:
    assert laid_out('{"price":10.10,"a":[],"b":[1,{"c":"{,}"}]}') == (
        '{\n  "price": 10.10,\n  "a": [],\n  "b": [\n    1,\n    {\n      "c": "{,}"\n    }\n  ]\n}\n'
    )


def test_an_edit_changes_its_own_tokens_alone() -> None:
    edited = laid_out(_ODD).replace("1E2", "7")
    assert taken_back(_ODD, edited) == _ODD.replace("1E2", "7")


def test_what_is_put_in_stands_as_the_rest_does() -> None:
    original = '{"a": 1, "b": [1, 2]}'
    edited = laid_out(original).replace('"a": 1,', '"a": 1,\n  "new": {\n"x": 5},')
    assert taken_back(original, edited) == '{"a": 1, "new": {"x": 5}, "b": [1, 2]}'


@pytest.mark.parametrize("text", ["plain text", "plain\ntext\n", '{\n "a": 10.10\n}', "", '"text"', "{not json"])
def test_what_is_no_line_of_json_goes_to_the_editor_as_it_is_and_comes_back_so(text: str) -> None:
    assert laid_out(text) == text
    assert taken_back(text, text) == text
    assert taken_back(text, text + "\n") == (text if not text.endswith("\n") else text + "\n")


@given(values.filter(lambda value: isinstance(value, dict | list)), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_saving_without_an_edit_is_no_edit(value: object, separators: tuple[str, str]) -> None:
    text = json.dumps(value, separators=separators)
    assert is_json(text)
    assert json.loads(laid_out(text)) == value
    assert taken_back(text, laid_out(text)) == text
    assert taken_back(text, json.dumps(value, indent=8)) == text


@pytest.mark.parametrize(
    ("text", "line", "column"), [('{\n  "a": ,\n}', 2, 8), ('{"a": NaN}', 1, 1), ("[" * 100_000, 1, 1), ("", 1, 1)]
)
def test_what_is_wrong_is_told_with_its_place(text: str, line: int, column: int) -> None:
    wrong = wrong_json(text)
    assert wrong is not None
    assert (wrong.line, wrong.column) == (line, column)


def test_json_is_right() -> None:
    assert wrong_json('{"a": 10.10}') is None
