"""The dashboard as a process in a pseudo-terminal, and every byte that it writes there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

SECONDS = 60
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Makes standard input the controlling terminal, as job control and prompts want it, and becomes what follows."""
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[@-Z\\^_])")


class Terminal:
    """Inside it the dashboard runs; after it, it does not."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        columns: int = 120,
        lines: int = 40,
        program: Sequence[str] = ("-m", "evwatch"),
    ) -> None:
        self._environment = environment
        self._program = program
        self._size = struct.pack("HHHH", lines, columns, 0, 0)
        self._controller = -1
        self.written = b""

    def __enter__(self) -> Self:
        self._controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, self._size)
        # A runner of tests may say how wide its own terminal is; that would count before this one's size.
        own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, *self._program],
            env={**own, **self._environment, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._controller, keys.encode())

    def shows(self, *texts: str) -> None:
        """Wait until each was written, styles and moves apart."""
        deadline = time.monotonic() + SECONDS
        while not all(text in self.text for text in texts):
            assert self.process.poll() is None, self.text[-2000:]
            assert time.monotonic() < deadline, self.text[-4000:]
            self._read()

    def ends(self) -> int:
        """Wait until the dashboard has ended; its exit code."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.text[-4000:]
            self._read()
        self._read()
        return self.process.returncode

    def resize(self, columns: int, lines: int) -> None:
        """Drag the window's corner."""
        fcntl.ioctl(self._controller, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def hang_up(self) -> None:
        """Take the terminal away."""
        if self._controller >= 0:
            os.close(self._controller)
            self._controller = -1

    def look(self) -> None:
        """Take in what is written, until nothing comes for a moment."""
        before = -1
        while len(self.written) != before:
            before = len(self.written)
            self._read()

    def forget(self) -> None:
        """Wait for what is written from now on."""
        self._read()
        self.written = b""

    @property
    def text(self) -> str:
        """What was written, without the sequences that move and colour."""
        return _ESCAPE.sub("", self.written.decode(errors="replace"))

    def _read(self) -> None:
        if self._controller < 0:
            time.sleep(0.05)
            return
        readable, _, _ = select.select([self._controller], [], [], 0.05)
        if readable:
            try:
                self.written += os.read(self._controller, 65_536)
            except OSError:  # EIO: the other side has closed
                time.sleep(0.05)
