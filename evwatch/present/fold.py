"""Lines folded to the width of the screen, as rows that are inert: the way of long remote text to the screen."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Protocol

from rich.cells import cell_len
from rich.text import Text

from evwatch.present.inert import plain
from evwatch.present.lines import Lines, TextLine

_LINES_AT_ONCE = 64
_HANG = 2
_LEAST_WIDTH = 8
_BREAK_AFTER = 2 / 3
"""A row ends at a space where one stands in its last third."""


class Rows(Protocol):
    """Rows of text that are still being found."""

    @property
    def complete(self) -> bool:
        """Whether all rows are found."""

    def __len__(self) -> int:
        """Rows found so far."""

    def grow(self, rows: int) -> None:
        """Find about so many more."""

    def row(self, index: int) -> Text:
        """One row that was found."""


class FixedRows:
    """A few rows that are there at once."""

    complete = True

    def __init__(self, rows: Iterable[Text]) -> None:
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def grow(self, rows: int) -> None:
        """There are no more."""

    def row(self, index: int) -> Text:
        """One of them."""
        return self._rows[index]


class FoldedRows:
    """Lines folded to a width; what continues a line is indented a little more."""

    def __init__(self, lines: Lines, width: int) -> None:
        self._lines = lines
        self._width = max(_LEAST_WIDTH, width)
        # Of each row: its line, and where in that line's text it begins.
        self._line_of = array("L")
        self._begins = array("L")
        self._next = 0
        self._within = 0

    def __len__(self) -> int:
        return len(self._line_of)

    @property
    def complete(self) -> bool:
        """Whether all rows are found."""
        return self._lines.complete and self._next >= len(self._lines)

    def grow(self, rows: int) -> None:
        """Find about so many more rows."""
        wanted = len(self) + rows
        while len(self) < wanted and not self.complete:
            if self._next >= len(self._lines):
                self._lines.grow(_LINES_AT_ONCE)
                continue
            if not self._within and self._lines.cells(self._next) <= self._width:
                self._line_of.append(self._next)
                self._begins.append(0)
                self._next += 1
            else:
                self._fold(wanted)

    def row(self, index: int) -> Text:
        """One row, inert and coloured."""
        number, begin = self._line_of[index], self._begins[index]
        line = self._lines.line(number)
        end = self._end(index, number, line)
        indent = _indent(line, begin, self._width)
        text = Text(" " * indent + plain(line.text[begin:end], 4 * self._width), no_wrap=True, end="")
        for start, stop, style in line.spans:
            if stop > begin and start < end and style:
                text.stylize(style, indent + max(start, begin) - begin, indent + min(stop, end) - begin)
        return text

    def _end(self, index: int, number: int, line: TextLine) -> int:
        after = index + 1
        if after < len(self) and self._line_of[after] == number:
            return self._begins[after]
        if after == len(self) and self._within and self._next == number:
            return self._within
        return len(line.text)

    def _fold(self, wanted: int) -> None:
        """Break one long line into rows until it ends or as many as wanted are found."""
        line = self._lines.line(self._next)
        text, at = line.text, self._within
        while len(self) < wanted:
            self._line_of.append(self._next)
            self._begins.append(at)
            at = _row_end(text, at, self._width - _indent(line, at, self._width))
            if at >= len(text):
                self._next += 1
                self._within = 0
                return
        self._within = at


class StackedRows:
    """Several rows one below the other; what is below waits for what is above it to be found."""

    def __init__(self, parts: Sequence[Rows]) -> None:
        self._parts = tuple(parts)

    @property
    def complete(self) -> bool:
        """Whether all of all parts are found."""
        return all(part.complete for part in self._parts)

    def __len__(self) -> int:
        found = 0
        for part in self._parts:
            found += len(part)
            if not part.complete:
                break
        return found

    def grow(self, rows: int) -> None:
        """Find about so many more rows."""
        for part in self._parts:
            if not part.complete:
                part.grow(rows)
                return

    def row(self, index: int) -> Text:
        """One row that was found."""
        for part in self._parts:
            if index < len(part):
                return part.row(index)
            index -= len(part)
        return Text("")


def folded(text: str, width: int) -> list[str]:
    """A short text folded to a width, all of it, each row inert."""
    rows: list[str] = []
    for line in text.split("\n"):
        at = 0
        while True:
            end = _row_end(line, at, max(_LEAST_WIDTH, width))
            rows.append(plain(line[at:end], 4 * width))
            at = end
            if at >= len(line):
                break
    return rows


def _indent(line: TextLine, begin: int, width: int) -> int:
    return min(line.indent + (_HANG if begin and line.indent else 0), width // 2)


def _row_end(text: str, begin: int, room: int) -> int:
    """Where the row that begins here ends: as much as fits, up to a space where one stands near the end."""
    piece = text[begin : begin + room]
    if not piece.isascii():
        piece = _fitting(piece, room)
    end = begin + max(1, len(piece))
    if end < len(text):
        space = text.rfind(" ", begin + int(room * _BREAK_AFTER), end)
        if space >= 0:
            return space + 1
    return end


def _fitting(piece: str, room: int) -> str:
    """As many characters as fit once they are inert; each becomes exactly one."""
    shown = plain(piece, 4 * room)
    if cell_len(shown) <= room:
        return piece
    low, high = 0, len(piece)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cell_len(shown[:middle]) <= room else (low, middle - 1)
    return piece[:low]
