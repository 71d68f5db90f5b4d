"""What reading AWS costs evwatch, against a stub that answers from the loopback.

    python -m tests.benchmarks.reading

One table: processor time of polling while nothing happens, the time of one complete reading beside that of the bare
SDK, and how long the event loop stands still while datapoints are parsed. Figures of a run compare with each other;
those of two machines do not.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evwatch.aws import cloudwatch
from evwatch.aws.catalogue import SERVICES
from evwatch.aws.clients import Caller
from evwatch.aws.meter import Meter
from evwatch.config import ContextRequest, Settings
from evwatch.model import catalogue
from evwatch.model.context import Context
from evwatch.model.interest import Interest
from evwatch.model.snapshot import Snapshot
from evwatch.pollers.metrics import POINTS_AT_ONCE
from evwatch.session import Session
from tests.benchmarks.stub_aws import ACCOUNT, REGION, stub_aws

IDLE_SECONDS = 30.0
SETTLE_SECONDS = 15.0
ON_SCREEN = 30
TICK_SECONDS = 0.001
LATENCY_SECONDS = 0.02


@dataclass
class Stall:
    """How long the loop kept anybody waiting, in milliseconds."""

    longest: float = 0.0


@asynccontextmanager
async def stalls() -> AsyncIterator[Stall]:
    """Measure the longest stall of what happens within."""
    found = Stall()

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            found.longest = max(found.longest, (time.perf_counter() - before - TICK_SECONDS) * 1000)

    task = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    found.longest = 0.0
    try:
        yield found
    finally:
        await asyncio.sleep(0.01)
        task.cancel()


@contextmanager
def sessions(url: str) -> Iterator[Session]:
    """A session for the stub, with nothing left of it on disk."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(contexts=(ContextRequest(region=REGION, endpoint_url=url),), state_folder=folder)
        yield Session(settings, environment={}, cache_folder=Path(folder) / "cache")


async def idle(url: str) -> tuple[float, float, float]:
    """Processor milliseconds and calls a second of polling, and the longest stall, once the start is over."""
    with sessions(url) as made:
        async with made as session:
            told: list[Snapshot] = []
            session.subscribe(told.append)
            task = asyncio.create_task(session.run())
            names = [f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-{number:05}" for number in range(ON_SCREEN)]
            session.show(Interest(queues=frozenset(names)))
            await asyncio.sleep(SETTLE_SECONDS)
            told.clear()
            calls = _calls(session)
            spent, begun = time.process_time(), time.perf_counter()
            await asyncio.sleep(IDLE_SECONDS)
            spent, took = time.process_time() - spent, time.perf_counter() - begun
            made_calls = (_calls(session) - calls) / took
            async with stalls() as stall:  # apart, because asking for turns every millisecond costs more than polling
                await asyncio.sleep(IDLE_SECONDS)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return spent * 1000 / took, made_calls, stall.longest


def _calls(session: Session) -> int:
    return sum(count for _, count in session.snapshot.usage.calls)


async def one_reading(url: str) -> tuple[float, float]:
    """Seconds, and processor seconds, of one complete reading."""
    with sessions(url) as made:
        async with made as session:
            begun, spent = time.perf_counter(), time.process_time()
            await session.read()
            return time.perf_counter() - begun, time.process_time() - spent


async def bare_sdk(url: str) -> tuple[float, float]:
    """The same depths by the SDK alone, eight at once."""
    from aiobotocore.session import AioSession

    begun, spent = time.perf_counter(), time.process_time()
    async with AioSession().create_client("sqs", region_name=REGION, endpoint_url=url) as client:
        slots = asyncio.Semaphore(8)
        urls: list[str] = []
        async for page in client.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 1000}):
            urls += page["QueueUrls"]

        async def read(queue: str) -> Any:
            async with slots:
                return await client.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])

        await asyncio.gather(*map(read, urls))
    return time.perf_counter() - begun, time.process_time() - spent


async def parsing(url: str, series: int, points: int) -> tuple[float, float]:
    """Longest stall, and processor milliseconds, of one GetMetricData answer with so many series of so many points."""
    context = Context("bench", REGION, endpoint_url=url)
    now = datetime.now(UTC)
    end = now.timestamp() // 60 * 60
    queries = [catalogue.visible(f"queue-{number:05}") for number in range(series)]
    async with Caller(context, SERVICES, Meter(time.monotonic), time.monotonic) as caller:
        await cloudwatch.read_series(caller, queries[:1], end - 60, end, 60, now)
        longest, spent = [], []
        for _ in range(5):
            async with stalls() as stall:
                before = time.process_time()
                await cloudwatch.read_series(caller, queries, end - points * 60, end, 60, now)
                spent.append((time.process_time() - before) * 1000)
            longest.append(stall.longest)
    return min(longest), min(spent)  # the rest is what others did on this machine


def row(what: str, figure: str, ratio: str = "") -> None:
    """One line of the table."""
    print(f"{what:<62}{figure:>18}{ratio:>28}", flush=True)  # noqa: T201 - a benchmark prints


def main() -> None:
    """Measure and print."""
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench", AWS_EC2_METADATA_DISABLED="true")
    row("", "measured", "ratio")
    few = _idle_rows(200, None)
    _idle_rows(2000, few)
    _reading_rows()
    _parsing_rows()


def _idle_rows(queues: int, fewer: float | None) -> float:
    with stub_aws(queues) as url:
        spent, calls, stall = asyncio.run(idle(url))
    row(
        f"polling {queues} queues, processor", f"{spent:.0f} ms/s", f"{spent / fewer:.1f} x 200 queues" if fewer else ""
    )
    row(f"polling {queues} queues, calls", f"{calls:.1f} /s", f"{spent / calls:.1f} ms processor a call")
    row(f"polling {queues} queues, longest stall", f"{stall:.0f} ms", f"{stall / 33:.1f} frames of 33 ms")
    return spent


def _reading_rows() -> None:
    with stub_aws(2000, latency=LATENCY_SECONDS) as url:
        bare, bare_cpu = asyncio.run(bare_sdk(url))
        took, cpu = asyncio.run(one_reading(url))
    row("2,000 depths by the SDK alone, 20 ms away", f"{bare:.1f} s")
    row("one complete reading of 2,000 queues, 20 ms away", f"{took:.1f} s", f"{took / bare:.2f} x the SDK alone")
    row("its processor time", f"{cpu:.1f} s", f"{cpu / bare_cpu:.2f} x the SDK alone")


def _parsing_rows() -> None:
    with stub_aws(1) as url:
        for series, points in ((16, 180), (33, 180), (50, 180), (66, 180), (200, 180), (500, 180)):
            stall, spent = asyncio.run(parsing(url, series, points))
            each = spent * 1000 / (series * points)
            row(
                f"{series} series x {points} points parsed in one go, longest stall",
                f"{stall:.0f} ms",
                f"{each:.1f} us processor a point",
            )
    row("points that are asked for at once", f"{POINTS_AT_ONCE}")


if __name__ == "__main__":
    main()
