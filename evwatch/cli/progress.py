"""How a run gets on while a command waits for it: a line on a terminal, and objects where JSON Lines are wanted."""

from __future__ import annotations

import time
from typing import Any

from evwatch.cli.output import nobody_reads, write_json
from evwatch.cli.status_line import StatusLine
from evwatch.model.fault import EvwatchError
from evwatch.model.run import Progress
from evwatch.present.run_lines import progress_line
from evwatch.redrive.documents import progress_document

_TOLD_SECONDS = 0.5


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
            nobody_reads()  # else what is buffered fails once more in the end, whatever the run came to
            self._lines = False
            self._lost = error
