"""The one door for text from AWS: what comes out is printable, bounded, and can do nothing to a terminal.

A name or a message body may hold terminal escapes, markup, text that runs backwards, or characters that nobody sees.
Here each of those becomes a visible glyph, so that two names that differ also look different.
"""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text

ELLIPSIS = "…"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROL_PICTURES = 0x2400
_MARKS_PER_LETTER = 2
_LONGEST_NAME = 1024
_UNSEEN = {"Cf", "Cs", "Co", "Cn"}
# Letters, marks and symbols that draw nothing, though their category does not say so.
_BLANK = frozenset(map(ord, "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")) | frozenset(
    (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)


def plain(text: str, limit: int = 200) -> str:
    """`text` with every control, escape, bidi and invisible character made visible, at most `limit` cells wide.

    One line always: line breaks are shown as glyphs. What is cut off is marked by an ellipsis.
    """
    if limit <= 0:
        return ""
    if text.isascii() and text.isprintable():
        return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS
    # A cell holds at most a letter and its marks, so no more than this can be shown however long the text is.
    head = text[: (limit + 1) * (1 + _MARKS_PER_LETTER)]
    return _cut(_visible(head), limit, cut_already=len(head) < len(text))


def inert(text: str, limit: int = 200, style: str = "") -> Text:
    """`plain` as a `Text` for the screen. It is never parsed as markup."""
    return Text(plain(text, limit), style=style, no_wrap=True, end="")


def inert_lines(text: str, lines: int, limit: int = 200) -> list[str]:
    """A text of several lines, each made inert; at most `lines` of them, the last one an ellipsis where more follow."""
    found = text[: lines * limit * 4].splitlines()
    shown = [plain(line, limit) for line in found[:lines]]
    if len(found) > lines:
        shown[-1] = ELLIPSIS
    return shown


def middle(text: str, width: int) -> str:
    """`plain`, shortened in the middle: names of one system often differ only at their ends."""
    if text.isascii() and text.isprintable():
        shown = text
    else:
        shown = _visible(text if len(text) <= 2 * _LONGEST_NAME else text[:_LONGEST_NAME] + text[-_LONGEST_NAME:])
    if cell_len(shown) <= width:
        return shown
    if width <= 3:
        return _cut(shown, width, cut_already=False) if width > 0 else ""
    tail_width = (width - 1) // 2
    return _take(shown, width - 1 - tail_width) + ELLIPSIS + _take(shown[::-1], tail_width)[::-1]


def _visible(text: str) -> str:
    shown: list[str] = []
    marks = _MARKS_PER_LETTER
    for character in text:
        code = ord(character)
        if 0x20 <= code < 0x7F:
            shown.append(character)
            marks = 0
            continue
        category = unicodedata.category(character)
        if category in ("Mn", "Me") and code not in _BLANK:
            marks += 1
            shown.append(character if marks <= _MARKS_PER_LETTER else _REPLACEMENT)
            continue
        marks = 0
        shown.append(_glyph(character, code, category))
    return "".join(shown)


def _glyph(character: str, code: int, category: str) -> str:
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if category == "Zs":
        return " "
    if category in ("Zl", "Zp"):
        return "\N{SYMBOL FOR NEWLINE}"
    if category in _UNSEEN or category == "Cc" or code in _BLANK:
        return _REPLACEMENT
    return character if get_character_cell_size(character) > 0 else _REPLACEMENT


def _cut(text: str, limit: int, *, cut_already: bool) -> str:
    if cell_len(text) <= limit and not cut_already:
        return text
    return _take(text, limit - 1) + ELLIPSIS


def _take(text: str, width: int) -> str:
    """As much from the start as fits into `width` cells."""
    used = 0
    for index, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return text[:index]
    return text
