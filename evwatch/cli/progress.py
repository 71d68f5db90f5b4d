"""Progress of a run while a command waits for it."""

from __future__ import annotations

import sys
import time
from typing import Any

from evwatch.cli.output import write_json
from evwatch.model.run import Progress
from evwatch.present.run_lines import progress_line
from evwatch.redrive.documents import progress_document

_TOLD_SECONDS = 0.5


class Teller:
    """A line that is drawn anew on a terminal, and objects on standard output where JSON Lines are wanted."""

    def __init__(self, output: str | None) -> None:
        self._lines = output == "jsonl"
        self._bar = sys.stderr.isatty()
        self._told: dict[str, Any] | None = None
        self._at = 0.0
        self._drawn = False

    def tell(self, progress: Progress) -> None:
        """Tell it, if it is new and the last is not too fresh."""
        now = time.monotonic()
        if now - self._at < _TOLD_SECONDS and progress.phase != "done":
            return
        if self._lines:
            document = progress_document(progress)
            if document != self._told and progress.phase != "done":
                self._told = document
                write_json(document, indent=None)
        if self._bar:
            self._drawn = True
            self._draw(progress_line(progress))
        self._at = now

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._draw("")

    def _draw(self, line: str) -> None:
        """Where the terminal is gone there is nothing to draw on, and the run has better to do."""
        try:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        except OSError:
            self._bar = self._drawn = False
