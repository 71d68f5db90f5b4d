"""Commands run to their end: what they leave behind, and what a terminal shows of them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

EVWATCH = [sys.executable, "-m", "evwatch"]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


def on_terminal(
    arguments: Sequence[str], environment: Mapping[str, str], columns: int, *, errors_too: bool = False
) -> Outcome:
    """Run it with standard output on a terminal of this width, and standard error on it too or on a pipe."""
    controller, terminal = pty.openpty()
    size = {"COLUMNS": str(columns), "LINES": "24", "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [*EVWATCH, *arguments],
        env={**os.environ, **size, **environment},
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal if errors_too else subprocess.PIPE,
    )
    os.close(terminal)
    found = b""
    while True:
        try:
            chunk = os.read(controller, 65536)
        except OSError:  # EIO: the other side has closed
            break
        if not chunk:
            break
        found += chunk
    _, said = process.communicate(timeout=60)
    os.close(controller)
    return Outcome(process.returncode, found.decode().replace("\r\n", "\n"), (said or b"").decode())
