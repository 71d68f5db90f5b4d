"""A connection to the journal that takes whatever text AWS gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any


class Connection(sqlite3.Connection):
    """Half of a surrogate pair, which JSON can hold and SQLite cannot, is kept and looked for as its escape.

    Messages themselves are kept as JSON, exact; this is about ids, codes and what was said of a failure. A text that
    raised here would keep it from the record that a message was sent.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As SQLite does."""
        return super().execute(sql, _held(parameters))

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """As SQLite does."""
        return super().executemany(sql, map(_held, parameters))


def _held(values: Iterable[Any]) -> list[Any]:
    return [_text(value) if isinstance(value, str) and not value.isascii() else value for value in values]


def _text(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode()
