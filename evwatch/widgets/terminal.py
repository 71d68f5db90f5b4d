"""The terminal that the dashboard draws on, which may go away at any time."""

from __future__ import annotations

from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class _MayGo:
    """A file to which writing never fails: what a terminal that is gone would have shown, nobody misses."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, if anybody is there."""
        with suppress(OSError, ValueError):
            return self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """The same."""
        with suppress(OSError, ValueError):
            self._file.flush()

    def fileno(self) -> int:
        """Of the terminal."""
        return self._file.fileno()


class TerminalDriver(LinuxDriver):
    """Textual's driver, but for this: when the terminal hangs up, its thread that writes does not die of it.

    With that thread dead the dashboard would wait forever for its next write to be taken, and what a look holds would
    not be released. (textual/drivers/_writer_thread.py: a queue of 30 writes, which block once it is full.)
    """

    def __init__(
        self, app: App[None], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if isinstance(self._file, TextIOWrapper):
            # What is drawn is UTF-8 and terminals speak it; a locale that does not would make `\u2500` of each line.
            self._file.reconfigure(encoding="utf-8", errors="replace")
        file: Any = _MayGo(self._file) if self._file else None
        self._file = file
