"""How long the event loop stands still while 2,000 queues are on the dashboard.

    python -m tests.benchmarks.stalls [QUEUES]

Each line is something that happens on a real account; the loop is asked for its turn every millisecond, and what it
comes late by is a stall. Everything runs in one process on hand-made snapshots: no AWS, no network.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from textual.pilot import Pilot

from evwatch.model.feed import Feed
from evwatch.model.queue import Depth
from evwatch.model.snapshot import Snapshot
from tests.benchmarks.table import Row, say
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app

_TICK_SECONDS = 0.001
_SIZE = (120, 40)
_UPDATES = 40
_READ_IN_A_POLL = 60
_SETTLE_SECONDS = 0.6
P99_MS, LARGEST_MS = 50.0, 150.0


@dataclass
class Stalls:
    """Lateness of each turn, in milliseconds."""

    late: list[float] = field(default_factory=list)

    @property
    def largest(self) -> float:
        """The worst one."""
        return max(self.late, default=0.0)

    @property
    def p99(self) -> float:
        """All but one in a hundred turns are no later than this."""
        return sorted(self.late)[int(len(self.late) * 0.99)] if self.late else 0.0


@asynccontextmanager
async def measured() -> AsyncIterator[Stalls]:
    """Measure what happens within."""
    found = Stalls()

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK_SECONDS)
            found.late.append((time.perf_counter() - before - _TICK_SECONDS) * 1000)

    task = asyncio.create_task(tick())
    try:
        yield found
        await asyncio.sleep(_SETTLE_SECONDS)
    finally:
        task.cancel()


def polled(snapshot: Snapshot, clock: HeldClock, turn: int) -> Snapshot:
    """The next snapshot: some depths are new, the time has moved."""
    clock.now += timedelta(seconds=0.25)
    first = snapshot.contexts[0]
    queues = first.queues.value or ()
    depths = dict(first.depths)
    for step in range(_READ_IN_A_POLL):
        queue = queues[(turn * _READ_IN_A_POLL + step) % len(queues)]
        depths[queue.arn] = Feed(Depth((turn * 7 + step) % 90, step % 4, 0, clock.now), clock.now)
    return replace(snapshot, contexts=(replace(first, depths=depths),), taken_at=clock.now)


async def found(queues: int) -> list[tuple[str, Stalls]]:
    """Each thing that happens, with the stalls that it made."""
    clock = HeldClock()
    session = FakeSession(scenes.nothing())
    app = make_app(session, clock)
    steps: list[tuple[str, Stalls]] = []
    large = scenes.large(queues)

    async def step(name: str, act: Callable[[Pilot[None]], Awaitable[None]]) -> None:
        async with measured() as stalls:
            await act(pilot)
        steps.append((name, stalls))

    async def first(_pilot: Pilot[None]) -> None:
        session.put(scenes.large(queues, read=0))

    async def depths(_pilot: Pilot[None]) -> None:
        session.put(large)

    async def polls(_pilot: Pilot[None]) -> None:
        for turn in range(_UPDATES):
            session.put(polled(session.snapshot, clock, turn))
            await asyncio.sleep(0.05)

    async def keys(pilot: Pilot[None]) -> None:
        await pilot.press(*"jjjjjjjjjj", "pagedown", "pagedown", "G", "g")

    async def sort(pilot: Pilot[None]) -> None:
        await pilot.press("s", "s", "s", "s")

    async def type_filter(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"service 19", "escape")

    async def jump(pilot: Pilot[None]) -> None:
        await pilot.press("colon", *"1999 ev", "escape")

    async with app.run_test(size=_SIZE) as pilot:
        await asyncio.sleep(_SETTLE_SECONDS)
        await step(f"{queues:,} queues appear", first)
        await step("all depths at once", depths)
        await step(f"{_UPDATES} polls of {_READ_IN_A_POLL}", polls)
        await step("move and page", keys)
        await step("sort four times", sort)
        await step("filter, letter by letter", type_filter)
        await step("jump, letter by letter", jump)
    return steps


def rows(*, quick: bool) -> Iterator[Row]:
    """The largest and the 99th percentile of each."""
    for name, stalls in asyncio.run(found(2_000)):
        yield from bounds(f"2,000 queues on the overview: {name}", stalls)


def bounds(what: str, stalls: Stalls) -> Iterator[Row]:
    """Stalls against what they may be at most."""
    yield Row(f"{what}, largest stall", stalls.largest, LARGEST_MS, "ms")
    yield Row(f"{what}, p99", stalls.p99, P99_MS, "ms")


def main(queues: int) -> None:
    """Print the table."""
    say(f"{'':28} {'largest ms':>10} {'p99 ms':>8}   (at most {LARGEST_MS:.0f} and {P99_MS:.0f})")
    for name, stalls in asyncio.run(found(queues)):
        say(f"{name:28} {stalls.largest:10.1f} {stalls.p99:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
