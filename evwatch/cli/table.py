"""Tables: whole to a pipe, and on a terminal laid out so that they can be read there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import Any

from evwatch.cli.painting import coloured

_LONGEST_CELL = 100_000
_NOTHING = "-"
_GAP = 2
_LEAST = 12
"""Cells of a last column that still say something; where there are fewer it is not cut, and the terminal wraps it."""
_COLOURS = {"critical": 31, "ALARM": 31, "warn": 33, "unknown": 35, "ok": 32, "OK": 32}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, and how a row's cell is made."""

    title: str
    cell: Callable[[Mapping[str, Any]], object]
    right: bool = False
    same_left_out: bool = False
    """On a terminal the column is left out where all rows say the same or nothing: it is wide, and tells nothing."""
    whole: bool = False
    """It is never cut, for it says what to do: a terminal wraps it."""
    moment: bool = False
    """A time in RFC 3339; a terminal shows how long ago that was, or how far off it is."""


Shown = tuple[Column, list[str]]
"""A column, and its heading with what stands below it."""


def table_lines(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of a table, headings first.

    To a pipe nothing is left out, cut or coloured. On a terminal columns without any entry are left out of a table that
    is too wide, and then the last column gives way, unless it is to be whole; the others never do, for half a name is
    no name.
    """
    terminal = sys.stdout.isatty()
    now = datetime.now(UTC) if terminal else None
    shown = [(column, _cells(column, rows, now)) for column in columns]
    if terminal:
        shown = _fitting(shown)
    colours = coloured()
    widths = [_widest(cells) for _, cells in shown]
    for line in zip(*(cells for _, cells in shown), strict=True):
        padded = [
            _padded(cell, width, column.right, colours)
            for cell, width, (column, _) in zip(line, widths, shown, strict=True)
        ]
        yield (" " * _GAP).join(padded).rstrip()


def _cells(column: Column, rows: Sequence[Mapping[str, Any]], now: datetime | None) -> list[str]:
    """The heading and what stands below it, inert."""
    from evwatch.present.inert import plain

    found = [column.cell(row) for row in rows]
    if now and column.moment:
        found = [_ago(each, now) for each in found]
    return [column.title, *(plain(_text(each), _LONGEST_CELL) for each in found)]


def _fitting(shown: list[Shown]) -> list[Shown]:
    """Those columns that tell something, as far as the terminal's width allows."""
    from evwatch.present.inert import plain

    last = shown[-1][0]
    shown = [each for each in shown if not (each[0].same_left_out and each[1][1:] and len(_said(each)) <= 1)]
    if _room(shown) < _widest(shown[-1][1]):
        shown = [each for each in shown if _said(each) or not each[1][1:]] or shown
    column, cells = shown[-1]
    if column is last and not last.whole and (room := _room(shown)) >= _LEAST:
        shown[-1] = (last, [plain(cell, room) for cell in cells])
    return shown


def _said(shown: Shown) -> set[str]:
    """What stands in a column, each once."""
    return {*shown[1][1:]} - {_NOTHING}


def span_cell(seconds: float | None) -> str | None:
    """A length of time as people say it; the JSON has the seconds."""
    from evwatch.present.figures import age

    return None if seconds is None else age(seconds)


def _ago(moment: object, now: datetime) -> str | None:
    from evwatch.present.figures import age

    if moment is None:
        return None
    seconds = (now - datetime.fromisoformat(str(moment))).total_seconds()
    return f"{age(seconds)} ago" if seconds >= 0 else f"in {age(-seconds)}"


def _room(shown: Sequence[Shown]) -> int:
    """Cells that a terminal leaves to the last column."""
    return get_terminal_size().columns - sum(_widest(cells) + _GAP for _, cells in shown[:-1])


def _widest(cells: Iterable[str]) -> int:
    return max(map(_width, cells))


def _padded(cell: str, width: int, right: bool, colours: bool) -> str:
    space = " " * (width - _width(cell))
    colour = _COLOURS.get(cell) if colours else None
    shown = f"\x1b[{colour}m{cell}\x1b[0m" if colour else cell
    return space + shown if right else shown + space


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _text(value: object) -> str:
    match value:
        case None:
            return _NOTHING
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.12g}"
        case _:
            return str(value)
