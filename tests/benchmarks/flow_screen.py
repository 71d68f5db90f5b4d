"""How long the event loop stands still while screen 2 shows a large flow.

    python -m tests.benchmarks.flow_screen [WAYS]

A way is five resources, so 200 ways are a thousand; four of them are in trouble. Everything runs in one process on
hand-made snapshots: no AWS, no network.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator

from textual.pilot import Pilot

from tests.benchmarks.stalls import Stalls, bounds, measured, polled
from tests.benchmarks.table import Row, say
from tests.ui import flow_scenes
from tests.ui.fakes import FakeSession, HeldClock, make_app

_SIZE = (160, 50)
_POLLS = 40
_SETTLE_SECONDS = 0.6


async def found(ways: int) -> list[tuple[str, Stalls]]:
    """Each thing that happens, with the stalls that it made."""
    clock = HeldClock()
    session = FakeSession(flow_scenes.ways(ways, broken=frozenset(range(0, ways, max(1, ways // 4)))))
    app = make_app(session, clock)
    steps: list[tuple[str, Stalls]] = []

    async def step(name: str, act: Callable[[Pilot[None]], Awaitable[None]]) -> None:
        async with measured() as stalls:
            await act(pilot)
        steps.append((name, stalls))

    async def polls(_pilot: Pilot[None]) -> None:
        for turn in range(_POLLS):
            session.put(polled(session.snapshot, clock, turn))
            await asyncio.sleep(0.05)

    def keys(*pressed: str) -> Callable[[Pilot[None]], Awaitable[None]]:
        return lambda pilot: pilot.press(*pressed)

    async with app.run_test(size=_SIZE) as pilot:
        await asyncio.sleep(3 * _SETTLE_SECONDS)
        await step("open", keys("2"))
        await step(f"{_POLLS} polls", polls)
        await step("move", keys(*"jjjjjjjj"))
        await step("unfold all", keys("E"))
        await step(f"{_POLLS} polls, all open", polls)
        await step("page through", keys(*["pagedown"] * 8))
        await step("one way alone, and back", keys("a", "a"))
        await step("filter, letter by letter", keys("slash", *"queue 19"))
    return steps


def rows(*, quick: bool) -> Iterator[Row]:
    """The largest and the 99th percentile of each."""
    for name, stalls in asyncio.run(found(200)):
        yield from bounds(f"1,001 resources on screen 2: {name}", stalls)


def main(ways: int) -> None:
    """Print the table."""
    say(f"{ways * flow_scenes.EACH + 1:,} resources{'':14} {'largest ms':>10} {'p99 ms':>8}")
    for name, stalls in asyncio.run(found(ways)):
        say(f"{name:30} {stalls.largest:10.1f} {stalls.p99:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
