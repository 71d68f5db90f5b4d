"""Whatever AWS holds, what reaches a screen is printable, one line, and no wider than asked for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from evwatch.present.inert import inert, inert_lines, middle, plain

ANYTHING = st.text(st.characters(), max_size=400) | st.text(
    st.sampled_from("a \x1b\x07\x9b\x9d\u202e\u2066\u200f\u061c\u200d\ufe0f\u0301\u3000\ud800\u2028\n\r\tÄ漢😀[]@"),
    max_size=400,
)
LIMITS = st.integers(0, 120)


def assert_harmless(text: str) -> None:
    for character in text:
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), ascii(character)
    text.encode()


@given(ANYTHING, LIMITS)
def test_any_text_becomes_one_harmless_line_within_its_cells(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert_harmless(shown)
    assert cell_len(shown) <= limit


@given(ANYTHING, LIMITS)
def test_a_name_shortened_in_the_middle_is_as_harmless_and_as_narrow(text: str, width: int) -> None:
    shown = middle(text, width)
    assert_harmless(shown)
    assert cell_len(shown) <= width


@given(ANYTHING, st.integers(1, 5))
def test_a_text_of_many_lines_is_bounded_in_both_directions(text: str, lines: int) -> None:
    shown = inert_lines(text, lines, 40)
    assert len(shown) <= lines
    for line in shown:
        assert_harmless(line)
        assert cell_len(line) <= 40


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80))
def test_an_ordinary_name_that_fits_is_shown_as_it_is(name: str) -> None:
    assert plain(name, 80) == middle(name, 80) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31m", "�31m"),
        ("a\u202eb", "a�b"),
        ("one\ntwo\r\tthree", "one␊two␍␉three"),
        ("a\u2028b", "a␤b"),
        ("zero\u200bwidth", "zero�width"),
        ("lone \ud83d surrogate", "lone � surrogate"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 5, "e\u0301\u0301���"),
        ("[/foo] [@click=app.quit]x[/]", "[/foo] [@click=app.quit]x[/]"),
    ],
)
def test_what_could_act_or_hide_is_shown_by_a_glyph(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_markup_stays_text_on_its_way_to_the_screen() -> None:
    text = inert("[red]k[/red] [@click=app.quit]x[/]")
    assert text.plain == "[red]k[/red] [@click=app.quit]x[/]"
    assert not text.spans


def test_what_is_cut_off_is_marked() -> None:
    assert plain("abcdef", 4) == "abc…"
    assert middle("order-events-queue-production", 15) == "order-e…duction"
    assert plain("漢字漢字", 5) == "漢字…"


def test_a_megabyte_costs_no_more_than_what_is_shown() -> None:
    assert cell_len(plain("\u0301" * 1_000_000, 10)) <= 10
    assert len(plain("é" * 1_000_000, 10)) == 10
