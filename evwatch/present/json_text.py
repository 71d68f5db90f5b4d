"""JSON laid out and coloured line by line, from its own text: what the sender wrote is what is shown.

Nothing is read into values and written again: 10.10 stays 10.10, keys keep their order, a key that is there twice is
shown twice, and escapes stay escapes. Only white space between tokens is ours.
"""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict

from evwatch.present.lines import Span, TextLine

JSON_KEY = "ev.json-key"
JSON_STRING = "ev.json-string"
JSON_NUMBER = "ev.json-number"
JSON_CONSTANT = "ev.json-constant"
JSON_MARK = "ev.json-mark"
"""Names of styles, which the dashboard's theme gives colours."""

INDENT = 2
_SPACE = " \t\r\n\ufeff"
# The last part takes whatever no JSON has, so that any text at all comes through whole.
_TOKEN = re.compile(
    rf'[{_SPACE}]*(?:("[^"\\]*+(?:\\.[^"\\]*+)*+"?)|([{{\[])|([}}\]])|(,)|(:)|([^{_SPACE}"{{}}\[\],:]+))', re.DOTALL
)
_STRING, _OPEN, _CLOSE, _COMMA, _COLON, _WORD = range(1, 7)
_EMPTY = re.compile(rf"[{_SPACE}]*([}}\]])")
_KEPT_LINES = 200
_WORDS = frozenset({"true", "false", "null"})


class JsonLines:
    """A text that is known to be JSON, one member or element a line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        # The line that is being put together: where the next token is, its depth, begin, end and length so far.
        self._under_way = (0, 0, -1, -1, 0)
        # Of each line: its depth, where it begins and ends in the text, and how many characters it has laid out.
        self._depths = array("H")
        self._starts = array("L")
        self._ends = array("L")
        self._lengths = array("L")
        self._kept: OrderedDict[int, TextLine] = OrderedDict()
        self.complete = False

    def __len__(self) -> int:
        return len(self._starts)

    def grow(self, lines: int) -> None:
        """Find about so many more lines."""
        text, match = self._text, _TOKEN.match
        at, depth, start, end, length = self._under_way
        wanted = len(self._starts) + lines
        while len(self._starts) < wanted:
            token = match(text, at)
            if token is None:
                self._keep(depth, start, end, length)
                self.complete = True
                break
            kind = token.lastindex or _WORD
            began, ended = token.span(kind)
            if kind == _CLOSE:
                self._keep(depth, start, end, length)
                depth = max(0, depth - 1)
                start, length = began, 1
            elif kind == _COMMA:
                self._keep(depth, began if start < 0 else start, ended, length + 1)
                start, length = -1, 0
            elif kind == _OPEN:
                start = began if start < 0 else start
                empty = _EMPTY.match(text, ended)
                if empty:
                    ended, length = empty.end(), length + 2
                else:
                    self._keep(depth, start, ended, length + 1)
                    depth += 1
                    start, length = -1, 0
            else:
                start = began if start < 0 else start
                length += 2 if kind == _COLON else ended - began
            end = at = ended
        self._under_way = (at, depth, start, end, length)

    def cells(self, index: int) -> int:
        """What a line takes at most."""
        length = self._lengths[index]
        return self._depths[index] * INDENT + (length if self._ascii else 2 * length)

    def line(self, index: int) -> TextLine:
        """One line that was found, laid out and coloured."""
        kept = self._kept.get(index)
        if kept is None:
            self._kept[index] = kept = self._line(index)
            if len(self._kept) > _KEPT_LINES:
                self._kept.popitem(last=False)
        return kept

    def _keep(self, depth: int, start: int, end: int, length: int) -> None:
        if start >= 0:
            self._depths.append(min(depth, 0xFFFF))
            self._starts.append(start)
            self._ends.append(end)
            self._lengths.append(length)

    def _line(self, index: int) -> TextLine:
        at, end = self._starts[index], self._ends[index]
        parts: list[str] = []
        spans: list[Span] = []
        length = 0
        while at < end and (token := _TOKEN.match(self._text, at, end)):
            kind = token.lastindex or _WORD
            part = token[kind]
            at = token.end()
            if kind == _COLON:
                part = ": "
                if spans:
                    began, ended, _ = spans[-1]
                    spans[-1] = (began, ended, JSON_KEY)
            parts.append(part)
            spans.append((length, length + len(part), _style(kind, part)))
            length += len(part)
        return TextLine(self._depths[index] * INDENT, "".join(parts), spans)


def _style(kind: int, part: str) -> str:
    if kind == _STRING:
        return JSON_STRING
    if kind == _WORD:
        return JSON_CONSTANT if part in _WORDS else JSON_NUMBER
    return JSON_MARK
