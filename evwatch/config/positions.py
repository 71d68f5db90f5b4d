"""Where each value stands in a TOML text, which tomllib does not say."""

from __future__ import annotations

import re
import tomllib

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")


def lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key, table and list element of a text that tomllib accepts.

    A path is made of keys and, within lists, of indices: `("thresholds", 0, "metric")`.
    """
    return _Scan(text).run()


class _Scan:
    """One walk over a valid TOML text. It relies on that validity: what cannot follow is not checked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[KeyPath, int] = {}
        self._lists: dict[KeyPath, int] = {}
        """Elements so far of each array of tables."""
        self._counted = (0, 1)
        """An offset and the line it is on, so that counting lines goes on from there."""

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip() < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _header(self) -> KeyPath:
        start = self._at
        repeated = self._text.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        path = self._within(self._keys(), start)
        if repeated:
            index = self._lists.get(path, -1) + 1
            self._lists[path] = index
            path = (*path, index)
        self._at = self._text.index("]", self._at) + (2 if repeated else 1)
        self._mark(path, start)
        return path

    def _within(self, keys: list[str], start: int) -> KeyPath:
        """The path that a header means: below an array of tables it belongs to the newest element."""
        path: KeyPath = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._mark(path, start)
            if path in self._lists and position < len(keys) - 1:
                path = (*path, self._lists[path])
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._mark(path, start)
        self._take(_EQUALS)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._at += 1
            for index in range(len(self._text)):
                if self._text[self._skip()] == "]":
                    break
                self._mark((*path, index), self._at)
                self._value((*path, index))
                self._comma()
            self._at += 1
        elif opening == "{":
            self._at += 1
            while self._text[self._skip()] != "}":
                self._pair(path)
                self._comma()
            self._at += 1
        else:
            self._take(_STRING if opening in "\"'" else _SCALAR)

    def _comma(self) -> None:
        if self._text.startswith(",", self._skip()):
            self._at += 1

    def _keys(self) -> list[str]:
        self._skip()
        keys = []
        while True:
            raw = self._take(_KEY)
            keys.append(next(iter(tomllib.loads(f"{raw}=0"))))
            if not _DOT.match(self._text, self._at):
                return keys
            self._take(_DOT)

    def _skip(self) -> int:
        self._take(_BLANK)
        return self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, "tomllib accepted what this scan does not know"
        self._at = found.end()
        return found.group()

    def _mark(self, path: KeyPath, start: int) -> None:
        offset, line = self._counted
        line += self._text.count("\n", offset, start)
        self._counted = (start, line)
        self._found.setdefault(path, line)
