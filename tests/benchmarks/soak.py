"""What stays behind when the dashboard runs for hours, in minutes: everything is read as often as the settings allow.

    python -m tests.benchmarks soak

Meanwhile its screens are opened and left again and again. What counts is what the last quarter of the time has more
than the second one, when everything was read and opened at least once.
"""

from __future__ import annotations

import json
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.scale import ALARM_SECONDS, counts, dashboard, memory_mb, watch
from tests.benchmarks.stub_aws import stub_aws
from tests.benchmarks.table import Row

QUEUES, ALARMS = 300, 100
MEMORY_MB = 5.0
MORE = 2.0
"""Files, sockets and tasks that may be there by chance at the moment of counting."""
_SETTINGS = """
[cadence]
alarms = 1
metrics = 10
flow = 10
depths = 1
depth_reads_per_second = 200
"""
_WALK = ("2", "\x1b", "4", "\r", "\x1b", "\x1b", "\r", "\x1b", "]", "[", "6", "\x1b", "?", "\x1b", "s", "j", "z", "z")


def rows(*, quick: bool) -> Iterator[Row]:
    """Growth of memory, files and sockets, and tasks."""
    seconds = 90.0 if quick else 300.0
    memory: list[float] = []
    files: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "tasks.json"
        module = ("-m", "tests.benchmarks.watched", str(into))
        with stub_aws(QUEUES, ALARMS, 0.0) as url, dashboard(url, module, _SETTINGS) as terminal:
            process, begun, step = terminal.process.pid, time.monotonic(), 0
            while time.monotonic() - begun < seconds:
                terminal.press(_WALK[step % len(_WALK)])
                step += 1
                watch(terminal, 0.5)
                memory.append(memory_mb(process))
                files.append(float(len(list(Path(f"/proc/{process}/fd").iterdir()))))
            made = counts(url)
            terminal.press("\x1b")
            watch(terminal, 1.0)
            terminal.press("1")
            watch(terminal, 1.0)
            terminal.process.send_signal(signal.SIGUSR1)
            terminal.press("q")
            terminal.ends()
        tasks = [float(count) for count in json.loads(into.read_text())["tasks"]]
    hours = made["DescribeAlarms"] * ALARM_SECONDS / 3600
    yield Row("soak, hours of reading alarms that it stands for", hours, seconds / 240, "h", at_least=True)
    yield Row("soak, growth of memory", _growth(memory), MEMORY_MB, "MB")
    yield Row("soak, growth of open files and sockets", _growth(files), MORE)
    yield Row("soak, growth of tasks", _growth(tasks), MORE)


def _growth(samples: Sequence[float]) -> float:
    """How much more the last quarter has than the second."""
    quarter = len(samples) // 4
    return max(0.0, statistics.median(samples[-quarter:]) - statistics.median(samples[quarter : 2 * quarter]))
