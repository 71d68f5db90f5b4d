"""A line that tells how far a command is, on a terminal, while it is waited for."""

from __future__ import annotations

import os
import sys

from evwatch.cli.painting import acts

_USUAL_COLUMNS = 80


class StatusLine:
    """One line on standard error that is drawn over and taken away again; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._on = acts(sys.stderr)
        self._drawn = False

    def draw(self, text: str) -> None:
        """Draw this in place of what was there; one that wrapped could not be taken away."""
        if self._on:
            from evwatch.present.inert import plain

            self._drawn = True
            self._write(plain(text, max(_columns() - 1, 1)))

    def clear(self) -> None:
        """Take it away."""
        if self._drawn:
            self._drawn = False
            self._write("")

    def _write(self, text: str) -> None:
        """Where the terminal is gone there is nothing to draw on, and the command has better to do."""
        try:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        except OSError:
            self._on = self._drawn = False


def _columns() -> int:
    """Of standard error, where the line is drawn: the result itself may go to a file."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS
