"""What a picture says: the text of its cells, without what differs between two runs or two versions of Textual."""

from __future__ import annotations

import html
import re
import unicodedata

_LINE = re.compile(r'<text[^>]*? y="([\d.]+)"[^>]*>(.*?)</text>', re.DOTALL)
_AGE = re.compile(r"\d+ ?(?:ms|s|m|h|d)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?k?")


def lines_of(svg: str) -> list[str]:
    """The lines of a screenshot, top to bottom. Pieces of one colour are apart in it, and are kept apart by a space."""
    rows: dict[float, list[str]] = {}
    for place, text in _LINE.findall(svg):
        rows.setdefault(float(place), []).append(html.unescape(text))
    return [" ".join(rows[place]) for place in sorted(rows)]


def words(lines: list[str]) -> list[str]:
    """The words on a screen in reading order; drawings and figures that move with the minute are left out."""
    found: list[str] = []
    for line in lines:
        plain = _NUMBER.sub("#", _AGE.sub("#", line.replace("\u00a0", " ")))
        found += [word for word in plain.split() if any(unicodedata.category(sign)[0] == "L" for sign in word)]
    return found
