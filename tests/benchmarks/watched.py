"""The dashboard as the command starts it; how long its event loop kept anybody waiting, and how many tasks it had each
second, written to a file.

    python -m tests.benchmarks.watched FILE

It counts until SIGUSR1: while the dashboard ends nobody waits for it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

from evwatch.cli import dashboard
from evwatch.cli.entry import run
from evwatch.config import Settings
from evwatch.session import Session

_TICK_SECONDS = 0.002
_BUCKETS_PER_MS = 10


def main(into: Path) -> int:
    """Run it; returns its exit code."""
    late: Counter[int] = Counter()
    """By bucket: what a long run meets must not grow with it, or it would measure itself."""
    tasks: list[int] = []

    async def tick() -> None:
        counted = time.perf_counter()
        while True:
            before = time.perf_counter()
            if before - counted >= 1.0:
                counted = before
                tasks.append(len(asyncio.all_tasks()))
            await asyncio.sleep(_TICK_SECONDS)
            late[round((time.perf_counter() - before - _TICK_SECONDS) * 1000 * _BUCKETS_PER_MS)] += 1

    live = dashboard.live

    @asynccontextmanager
    async def watched(settings: Settings) -> AsyncIterator[Session]:
        ticking = asyncio.create_task(tick())
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, ticking.cancel)
        try:
            async with live(settings) as session:
                yield session
        finally:
            ticking.cancel()

    with mock.patch.object(dashboard, "live", watched):
        code = run([])
    found = {"p99": _percentile(late, 0.99), "largest": _percentile(late, 1.0), "tasks": tasks}
    into.write_text(json.dumps(found))
    return code


def _percentile(late: Counter[int], share: float) -> float:
    """Milliseconds within which this share of the turns came."""
    left = late.total() * share
    for bucket in sorted(late):
        left -= late[bucket]
        if left <= 0:
            return bucket / _BUCKETS_PER_MS
    raise ValueError("nothing was measured")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
