"""Results on standard output: one JSON document, one object a line, or a table; exact to a pipe, inert on screen."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import Any

from evwatch.cli.painting import coloured
from evwatch.model.fault import EvwatchError, Fault

_LONGEST_CELL = 100_000
_NOTHING = "-"
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


def emit(document: Any, rows: Sequence[Any], table: Callable[[], Iterable[str]], output: str | None) -> None:
    """Print a result in the format that was asked for.

    `document` is the JSON; `rows` the elements of its main list, for one object a line; `table` makes the lines for
    people, and is not called where nobody reads them.
    """
    match output:
        case "json":
            write_json(document)
        case "jsonl":
            for row in rows:
                write_json(row, indent=None)
        case _:
            for line in table():
                _write(line)
            _flush()


def write_json(document: Any, indent: int | None = 2) -> None:
    """Write a document: ASCII with escapes to a terminal, exact UTF-8 to anything else."""
    terminal = sys.stdout.isatty()
    text = json.dumps(document, ensure_ascii=terminal, indent=indent, allow_nan=False)
    if terminal:
        text = text.replace("\x7f", "\\u007f")
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate is legal in JSON only as an escape.
        text = json.dumps(document, indent=indent, allow_nan=False)
    _write(text)
    _flush()


def table_lines(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """The lines of a table, headings first.

    To a pipe nothing is cut and nothing is coloured. On a terminal the last column gives way to the width, unless it is
    to be whole; the others never do, for half a name is no name.
    """
    from evwatch.present.inert import plain

    terminal = sys.stdout.isatty()
    if terminal:
        columns = [
            column
            for column in columns
            if not (column.same_left_out and rows and len({_text(column.cell(row)) for row in rows} - {_NOTHING}) <= 1)
        ]
    cells = [[plain(_text(column.cell(row)), _LONGEST_CELL) for column in columns] for row in rows]
    lines = [[column.title for column in columns], *cells]
    widths = [max(_width(line[index]) for line in lines) for index in range(len(columns))]
    if terminal and not columns[-1].whole:
        room = get_terminal_size().columns - sum(widths[:-1]) - 2 * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(room, 20))
        lines = [[*line[:-1], plain(line[-1], widths[-1])] for line in lines]
    colours = coloured()
    for line in lines:
        padded = [
            _padded(cell, width, column.right, colours)
            for cell, width, column in zip(line, widths, columns, strict=True)
        ]
        yield "  ".join(padded).rstrip()


def span_cell(seconds: float | None) -> str | None:
    """A length of time as people say it; the JSON has the seconds."""
    from evwatch.present.figures import age

    return None if seconds is None else age(seconds)


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


def nobody_reads() -> None:
    """Standard output goes nowhere from now on: what is buffered would fail again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritable(error: OSError) -> EvwatchError:
    """What is told where standard output takes nothing, which is given up by that."""
    nobody_reads()
    return EvwatchError(Fault("usage", f"cannot write the result ({error.strerror})", "redirect it elsewhere"))


def _write(line: str) -> None:
    """UTF-8 whatever the locale: a pipe gets the exact text, and terminals speak it."""
    try:
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error


def _flush() -> None:
    try:
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error
