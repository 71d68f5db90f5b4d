"""Progress while a command is waited for: a line that is drawn anew on a terminal, and objects for JSON Lines."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any

from evwatch.cli.output import write_json
from evwatch.cli.painting import acts
from evwatch.model.fault import EvwatchError
from evwatch.model.run import Progress
from evwatch.present.inert import plain
from evwatch.present.run_lines import progress_line
from evwatch.redrive.documents import progress_document

_TOLD_SECONDS = 0.5


class StatusLine:
    """One line on standard error that is drawn over and taken away again; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._on = acts(sys.stderr)
        self._drawn = False

    def draw(self, text: str) -> None:
        """Draw this in place of what was there; one that wrapped could not be taken away."""
        if self._on:
            self._drawn = True
            self._write(plain(text, max(shutil.get_terminal_size().columns - 1, 1)))

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


class Teller:
    """How a run gets on: on a terminal as a line, and where JSON Lines are wanted on standard output."""

    def __init__(self, output: str | None) -> None:
        self._lines = output == "jsonl"
        self._line = StatusLine()
        self._told: dict[str, Any] | None = None
        self._at = 0.0
        self._lost: Exception | None = None

    def tell(self, progress: Progress) -> None:
        """Tell it, if it is new and the last is not too fresh."""
        now = time.monotonic()
        if now - self._at < _TOLD_SECONDS and progress.phase != "done":
            return
        if self._lines:
            document = progress_document(progress)
            if document != self._told and progress.phase != "done":
                self._told = document
                self._write(document)
        self._line.draw(progress_line(progress))
        self._at = now

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()

    def require_heard(self) -> None:
        """Raises what kept JSON Lines from being written: EvwatchError, or BrokenPipeError where the reader left."""
        if self._lost:
            raise self._lost

    def _write(self, document: dict[str, Any]) -> None:
        """A run that nobody listens to goes on: breaking it off would leave messages on their way."""
        try:
            write_json(document, indent=None)
        except (EvwatchError, BrokenPipeError) as error:
            self._lines = False
            self._lost = error
