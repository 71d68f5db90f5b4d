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
import tempfile
import termios
import time
from collections.abc import Iterator

from tests.benchmarks.table import Row, say

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("hello")

Bare().run()
"""
PROGRAMS = {"bare": ["-c", BARE], "evwatch": ["-m", "evwatch"]}
_MARKS = {"bare": b"hello", "evwatch": b"connecting", "settings": b"connecting"}
GOAL = 1.25
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


def rows(*, quick: bool) -> Iterator[Row]:
    """The ratio of medians, for the command alone and for one with settings and options to read."""
    times = measured(5 if quick else 25)
    for name, what in (("evwatch", "evwatch"), ("settings", "evwatch --read-only, with a settings file")):
        ratio = statistics.median(times[name]) / statistics.median(times["bare"])
        yield Row(f"first frame of {what}, x a bare Textual app", ratio, GOAL)


def measured(runs: int) -> dict[str, list[float]]:
    """Seconds of each program, in turns."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as settings:
        settings.write('lease_seconds = 30\n[contexts.orders]\nregion = "eu-central-1"\n[keymap]\nrefresh = "f5"\n')
        settings.flush()
        programs = PROGRAMS | {"settings": [*PROGRAMS["evwatch"], "--read-only", "--config", settings.name]}
        for name, program in programs.items():
            first_frame(program, _MARKS[name])
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(runs):
            for name, program in programs.items():
                times[name].append(first_frame(program, _MARKS[name]))
    return times


def main(runs: int) -> None:
    """Print the table."""
    times = measured(runs)
    say(f"{'':10} {'median ms':>10} {'least ms':>10} {'ratio':>8}   (at most {GOAL})")
    bare = statistics.median(times["bare"])
    for name, found in times.items():
        median = statistics.median(found)
        say(f"{name:10} {median * 1000:10.0f} {min(found) * 1000:10.0f} {median / bare:8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
