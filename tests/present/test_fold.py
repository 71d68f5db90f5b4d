"""Text of any length becomes rows that fit the screen, are harmless, and together are the text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from evwatch.present.fold import FixedRows, FoldedRows, Rows, StackedRows, folded
from evwatch.present.json_text import JsonLines
from evwatch.present.lines import PlainLines

ANYTHING = st.text(st.characters(), max_size=400) | st.text(
    st.sampled_from('a \x1b\x07\x9b\x9d\u202e\u2066\u200f\u200d\ufe0f\u0301\u3000\ud800\u2028\n\r\tÄ漢😀[]@{}",'),
    max_size=400,
)
WIDTHS = st.integers(8, 90)


def all_rows(rows: Rows, at_once: int = 100) -> list[Text]:
    """Every row."""
    while not rows.complete:
        rows.grow(at_once)
    return [rows.row(index) for index in range(len(rows))]


@given(ANYTHING, WIDTHS)
def test_rows_of_any_text_are_harmless_and_fit(text: str, width: int) -> None:
    for row in (*all_rows(FoldedRows(PlainLines(text), width)), *all_rows(FoldedRows(JsonLines(text), width))):
        assert row.cell_len <= width
        for character in row.plain:
            assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), ascii(row.plain)


@given(st.text(st.sampled_from("ab \n漢ä"), max_size=300), WIDTHS, st.integers(1, 7))
def test_folding_loses_and_adds_nothing(text: str, width: int, at_once: int) -> None:
    rows = all_rows(FoldedRows(PlainLines(text), width), at_once)
    assert "".join(row.plain for row in rows) == text.replace("\n", "")


@given(st.text(st.sampled_from("ab \n漢ä"), max_size=300), WIDTHS)
def test_a_short_text_is_folded_the_same_way(text: str, width: int) -> None:
    assert "".join(folded(text, width)) == text.replace("\n", "")


def test_a_long_line_breaks_at_a_space_near_its_end_and_continues_indented() -> None:
    rows = all_rows(FoldedRows(JsonLines('{"a": "some words that do not fit"}'), 24))
    assert [row.plain for row in rows] == ["{", '  "a": "some words that ', '    do not fit"', "}"]


def test_colours_go_on_where_a_line_is_broken() -> None:
    rows = all_rows(FoldedRows(JsonLines('["' + "x" * 40 + '"]'), 20))
    assert all(any(span.style == "ev.json-string" for span in row.spans) for row in rows[1:-1])
    assert len(rows) > 3


def test_what_stands_below_waits_for_what_stands_above() -> None:
    above = FoldedRows(PlainLines("\n".join(map(str, range(500)))), 20)
    rows = StackedRows((FixedRows([Text("head")]), above, FixedRows([Text("tail")])))
    rows.grow(10)
    assert not rows.complete
    assert "tail" not in [rows.row(index).plain for index in range(len(rows))]
    assert [row.plain for row in all_rows(rows)] == ["head", *map(str, range(500)), "tail"]
