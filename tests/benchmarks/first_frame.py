"""How long until the first frame: evwatch against a bare Textual app, side by side in pseudo-terminals.

    python -m tests.benchmarks.first_frame [RUNS]

Both start as a fresh interpreter at 120x40, in turns, so that the machine treats them alike; the first frame is the
first painted screen that the terminal gets. Prints medians, and their ratio, which is what counts.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("hello")

Bare().run()
"""
PROGRAMS = {"bare": ["-c", BARE], "evwatch": ["-m", "evwatch"]}
_MARKS = {"bare": b"hello", "evwatch": b"connecting"}
_TIMEOUT_SECONDS = 30.0


def first_frame(program: list[str], mark: bytes) -> float:
    """Seconds from the start of the interpreter until the terminal got `mark`."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        os.execve(sys.executable, [sys.executable, *program], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while mark not in seen:
            ready, _, _ = select.select([terminal], [], [], _TIMEOUT_SECONDS)
            if not ready:
                raise TimeoutError(f"no first frame; the terminal got {seen[-400:]!r}")
            try:
                seen += os.read(terminal, 65_536)
            except OSError as error:
                raise RuntimeError(f"it ended before its first frame; the terminal got {seen!r}") from error
        return time.perf_counter() - began
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def main(runs: int) -> None:
    """Print the table."""
    for name, program in PROGRAMS.items():
        first_frame(program, _MARKS[name])
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(runs):
        for name, program in PROGRAMS.items():
            times[name].append(first_frame(program, _MARKS[name]))
    print(f"{'':10} {'median ms':>10} {'least ms':>10}")  # noqa: T201
    for name, found in times.items():
        print(f"{name:10} {statistics.median(found) * 1000:10.0f} {min(found) * 1000:10.0f}")  # noqa: T201
    ratio = statistics.median(times["evwatch"]) / statistics.median(times["bare"])
    least = min(times["evwatch"]) / min(times["bare"])
    print(f"{'ratio':10} {ratio:10.2f} {least:10.2f}   (at most 1.25)")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
