"""The lines of a long text, found a few at a time: nobody waits for a megabyte to be read before its first line shows.

A text here is any text of a message, up to 1 MiB. What a line holds is still the remote text; `fold` makes it inert.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Span = tuple[int, int, str]
"""From, to and style, in characters of a line's text."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: cells of indentation, its text, and the styles within that."""

    indent: int
    text: str
    spans: Sequence[Span] = ()


class Lines(Protocol):
    """Lines that are still being found."""

    @property
    def complete(self) -> bool:
        """Whether all lines are found."""

    def __len__(self) -> int:
        """Lines found so far."""

    def grow(self, lines: int) -> None:
        """Find about so many more."""

    def cells(self, index: int) -> int:
        """What a line takes at most, its indentation included."""

    def line(self, index: int) -> TextLine:
        """One line that was found."""


class PlainLines:
    """A text exactly as it stands, broken where it has line feeds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = array("L", [0])
        self._cells_of_character = 1 if text.isascii() else 2
        self.complete = False

    def __len__(self) -> int:
        return len(self._starts) - 1

    def grow(self, lines: int) -> None:
        """Find about so many more."""
        at = self._starts[-1]
        for _ in range(lines):
            end = self._text.find("\n", at)
            if end < 0:
                self.complete = True
                end = len(self._text)
                if end > at or not len(self):
                    self._starts.append(end + 1)
                return
            at = end + 1
            self._starts.append(at)

    def cells(self, index: int) -> int:
        """What a line takes at most."""
        return (self._starts[index + 1] - self._starts[index] - 1) * self._cells_of_character

    def line(self, index: int) -> TextLine:
        """One line that was found."""
        return TextLine(0, self._text[self._starts[index] : self._starts[index + 1] - 1])
