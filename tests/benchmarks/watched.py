"""The dashboard as the command starts it; how long its event loop kept anybody waiting, and how many tasks it had each
second, written to a file.

python -m tests.benchmarks.watched FILE
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

from evwatch.cli import dashboard
from evwatch.cli.entry import run
from evwatch.config import Settings
from evwatch.session import Session

_TICK_SECONDS = 0.002


def main(into: Path) -> int:
    """Run it; returns its exit code."""
    late: list[float] = []
    tasks: list[int] = []

    async def tick() -> None:
        counted = time.perf_counter()
        while True:
            before = time.perf_counter()
            if before - counted >= 1.0:
                counted = before
                tasks.append(len(asyncio.all_tasks()))
            await asyncio.sleep(_TICK_SECONDS)
            late.append((time.perf_counter() - before - _TICK_SECONDS) * 1000)

    live = dashboard.live

    @asynccontextmanager
    async def watched(settings: Settings) -> AsyncIterator[Session]:
        ticking = asyncio.create_task(tick())
        try:
            async with live(settings) as session:
                yield session
        finally:
            ticking.cancel()

    with mock.patch.object(dashboard, "live", watched):
        code = run([])
    late.sort()
    into.write_text(json.dumps({"p99": late[int(len(late) * 0.99)], "largest": late[-1], "tasks": tasks}))
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
