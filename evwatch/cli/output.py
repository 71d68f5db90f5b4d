"""Results on standard output: one JSON document, one object a line, or a table; exact to a pipe, inert on screen."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evwatch.model.fault import EvwatchError, Fault


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
