"""What a large account costs: the dashboard as a process of its own, on a stub that is 50 ms away.

    python -m tests.benchmarks scale

Calls are counted by the stub and held against what the budget makes of a minute: twenty depths a second, the pages of
the alarms every 30 s, and metrics once. Processor time and memory are the kernel's own figures of the process.
"""

from __future__ import annotations

import json
import math
import os
import select
import signal
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.stalls import LARGEST_MS, P99_MS
from tests.benchmarks.stub_aws import COUNTS, REGION, stub_aws
from tests.benchmarks.table import Row
from tests.ui.terminals import Terminal

LATENCY_SECONDS = 0.05
ALARMS = 500
IDLE = {200: 5.0, 2_000: 15.0}
"""Queues, and the percent of a core that they may cost."""
MEMORY_MB = 150.0
CALLS_TIMES = 1.05
DEPTHS_A_SECOND = 20
ALARM_SECONDS, ALARMS_A_PAGE = 30, 100
_SETTLE_SECONDS = 40.0
_TICKS = os.sysconf("SC_CLK_TCK")


def rows(*, quick: bool) -> Iterator[Row]:
    """Processor, memory, calls and stalls."""
    seconds = 30.0 if quick else 60.0
    for queues, percent in IDLE.items():
        with stub_aws(queues, ALARMS, LATENCY_SECONDS) as url, dashboard(url) as terminal:
            watch(terminal, _SETTLE_SECONDS)
            process = terminal.process.pid
            before, spent, begun = counts(url), _processor(process), time.monotonic()
            watch(terminal, seconds)
            took = time.monotonic() - begun
            used = 100 * (_processor(process) - spent) / took
            made = {name: count - before.get(name, 0) for name, count in counts(url).items()}
            yield Row(f"{queues:,} queues, processor when idle", used, percent, "% of a core")
            yield Row(f"{queues:,} queues, memory", memory_mb(process), MEMORY_MB, "MB")
        if queues == max(IDLE):
            yield Row(
                f"{queues:,} queues, calls x the least of the budget", sum(made.values()) / _least(took), CALLS_TIMES
            )
    yield from _stalls(seconds)


def _least(seconds: float) -> float:
    """Calls that the budget makes of so many seconds, with all of a large account to read."""
    alarms = math.ceil(ALARMS / ALARMS_A_PAGE) * (seconds / ALARM_SECONDS)
    mutes = seconds / ALARM_SECONDS
    return DEPTHS_A_SECOND * seconds + alarms + mutes + seconds / 60


def _stalls(seconds: float) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "stalls.json"
        module = ("-m", "tests.benchmarks.watched", str(into))
        with stub_aws(max(IDLE), ALARMS, LATENCY_SECONDS) as url, dashboard(url, module) as terminal:
            watch(terminal, seconds)
            terminal.process.send_signal(signal.SIGUSR1)
            terminal.press("q")
            terminal.ends()
        found = json.loads(into.read_text())
    yield Row("2,000 queues from the start on, stalls p99", found["p99"], P99_MS, "ms")
    yield Row("2,000 queues from the start on, largest stall", found["largest"], LARGEST_MS, "ms")


@contextmanager
def dashboard(url: str, program: tuple[str, ...] = ("-m", "evwatch"), settings: str = "") -> Iterator[Terminal]:
    """The dashboard on a terminal, with a home of its own and this in its settings file."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": REGION,
            "HOME": home,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "XDG_CACHE_HOME": f"{home}/cache",
            "XDG_STATE_HOME": f"{home}/state",
            "XDG_CONFIG_HOME": f"{home}/config",
        }
        file = Path(home) / "config" / "evwatch" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(settings)
        with Terminal(environment, program=program) as terminal:
            terminal.shows("Queues")
            yield terminal


def watch(terminal: Terminal, seconds: float) -> None:
    """Take in what is painted, or the dashboard would wait for its terminal."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        terminal.look()
        select.select([], [], [], 0.1)


def counts(url: str) -> dict[str, int]:
    """How often the stub was called, by operation."""
    with urllib.request.urlopen(url + COUNTS) as answer:
        found: dict[str, int] = json.load(answer)
    return found


def _processor(process: int) -> float:
    """Seconds of processor time so far (proc(5), `stat`: utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(process: int) -> float:
    """Resident memory now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
