"""How long until a message of a megabyte is on screen, and for how long the keys go unheard, against Rich's own JSON.

    python -m tests.benchmarks.inspector

Each message is opened, scrolled while the rest of it is still being found, and scrolled back from its end, at 160x50.
Beside it, in the same run: what `rich.json.JSON` takes to lay the same text out, as much as a plain `Static` would.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.json import JSON
from textual.pilot import Pilot

from evwatch.screens.dead_letters import DeadLettersScreen
from evwatch.screens.wanted import DeadLettersWanted
from tests.benchmarks.stalls import LARGEST_MS
from tests.benchmarks.table import Row
from tests.ui import letter_scenes, scenes
from tests.ui.fakes import make_app
from tests.ui.reading import shows, until, watching

_PAGES = 40
_FRAME_SECONDS = 0.02
LEAST_TIMES = 3.0


def bodies() -> dict[str, str]:
    """Bodies of about a megabyte, each hard in another way."""
    rows = {"rows": [{"sku": f"SKU-{n:06d}", "price": n / 7, "note": "x" * 20} for n in range(11_000)]}
    flat = json.dumps(rows)
    return {
        "objects": flat,
        "500,000 numbers": "[" + ",".join(["1"] * 500_000) + "]",
        "one string": json.dumps({"a": "x" * 1_000_000}),
        "wide characters": json.dumps({"a": "订单失败" * 80_000}, ensure_ascii=False),
        "in an envelope": json.dumps(
            {"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:::t", "Message": flat}
        ),
        "no JSON": "{" + flat,
    }


class Stalls:
    """The longest time for which nothing else on the event loop had its turn."""

    def __init__(self) -> None:
        self._worst = 0.0

    async def watch(self) -> None:
        """Until cancelled."""
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self._worst, last = max(self._worst, now - last - 0.001), now

    def take(self) -> float:
        """The longest since this was last asked."""
        worst, self._worst = self._worst, 0.0
        return worst


async def painted(screen: DeadLettersScreen) -> None:
    """Wait until the inspector has been painted."""
    done = asyncio.Event()
    screen.panels.inspector.call_after_refresh(done.set)
    await done.wait()


async def measure(
    pilot: Pilot[None], screen: DeadLettersScreen, stalls: Stalls, letter: str
) -> tuple[float, float, float, float]:
    """Seconds until the first frame, and the longest stall while opening, scrolling down and scrolling back."""
    inspector = screen.panels.inspector
    await asyncio.sleep(0.2)
    stalls.take()
    began = time.perf_counter()
    screen.panels.messages.action_move(1)
    await until(pilot, lambda: inspector.letter is not None and inspector.letter.id == letter)
    await painted(screen)
    first, opening = time.perf_counter() - began, stalls.take()
    for _ in range(_PAGES):
        inspector.action_scroll_pages(1)
        await asyncio.sleep(_FRAME_SECONDS)
    inspector.action_scroll_to_last()
    await until(pilot, lambda: inspector.found.complete)
    down = stalls.take()
    for _ in range(_PAGES):
        inspector.action_scroll_pages(-1)
        await asyncio.sleep(_FRAME_SECONDS)
    return first, opening, down, stalls.take()


def rich_json(body: str) -> float | None:
    """Seconds that Rich takes for the same; None where it is no JSON."""
    began = time.perf_counter()
    try:
        text = JSON(body).text
    except ValueError:
        return None
    console = Console(width=86, force_terminal=True)
    list(console.render(text, console.options))
    return time.perf_counter() - began


def tell(line: str) -> None:
    """One line of the result."""
    sys.stdout.write(f"{line}\n")


def rows(*, quick: bool) -> Iterator[Row]:
    """How much sooner than Rich's own JSON the first frame is there, and the largest stall."""
    worst = asyncio.run(main())
    yield Row("a message of a megabyte in the inspector, x quicker than Rich", worst[0], LEAST_TIMES, at_least=True)
    yield Row("the same opened and scrolled, largest stall", worst[1] * 1000, LARGEST_MS, "ms")


async def main() -> tuple[float, float]:
    """Print a line for each body; the least ratio to Rich, and the largest stall in seconds."""
    least, largest = float("inf"), 0.0
    base = scenes.trouble()
    named = bodies()
    sent = [letter_scenes.message(0, "{}", sent_ago=10_000)]
    sent += [letter_scenes.message(n, body, sent_ago=9_000 - n) for n, body in enumerate(named.values(), 1)]
    look = letter_scenes.look(sent, letter_scenes.queue_of(base))
    app = make_app(letter_scenes.ReadableSession(letter_scenes.with_look(base, look)))
    tell(f"{'milliseconds':<18}{'first frame':>12}{'stalls: open':>14}{'down':>8}{'back':>8}{'Rich':>12}{'ratio':>8}")
    async with watching(app, size=(160, 50)) as pilot:
        app.screen.post_message(DeadLettersWanted(letter_scenes.KEY))
        await shows(pilot, f"seen {len(sent)}")
        screen = app.screen
        assert isinstance(screen, DeadLettersScreen)
        stalls = Stalls()
        watcher = asyncio.create_task(stalls.watch())
        gc.collect()
        gc.freeze()
        for number, (name, body) in enumerate(named.items(), 1):
            found = await measure(pilot, screen, stalls, sent[number].id)
            other = rich_json(body)
            row = "".join(f"{1000 * each:>{width}.0f}" for each, width in zip(found, (12, 14, 8, 8), strict=True))
            least, largest = min(least, other / found[0] if other else least), max(largest, *found[1:])
            beside = f"{1000 * other:>12.0f}{other / found[0]:>8.0f}" if other else f"{'–':>12}"  # noqa: RUF001 - the en dash stands for missing
            tell(f"{name:<18}{row}{beside}")
        watcher.cancel()
    return least, largest


if __name__ == "__main__":
    asyncio.run(main())
