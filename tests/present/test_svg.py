"""Pictures of the screen: texts stand where they stand in the terminal, whoever draws them."""

from __future__ import annotations

import io
import re

from rich.console import Console

from evwatch.present.svg import aligned


def drawn(text: str) -> str:
    """Rich's picture of one line."""
    console = Console(record=True, width=40, file=io.StringIO())
    console.print(text, highlight=False)
    return console.export_svg(title="")


def places(svg: str) -> list[tuple[float, float, str]]:
    """Place, length and text of each piece."""
    found = re.findall(r'<text class="[^"]*" x="([\d.]+)"[^>]* textLength="([\d.]+)"[^>]*>([^<\n]+)</text>', svg)
    return [(float(place), float(length), text) for place, length, text in found]


def test_spaces_before_a_text_are_in_its_place_and_no_longer_in_the_text() -> None:
    (before,) = places(drawn("    137 a"))
    assert before == (0.0, 9 * 12.2, "&#160;&#160;&#160;&#160;137&#160;a")
    assert places(aligned(drawn("    137 a"))) == [(4 * 12.2, 5 * 12.2, "137&#160;a")]


def test_what_begins_with_no_space_stays_as_it_is() -> None:
    assert aligned(drawn("137  a")) == drawn("137  a")
