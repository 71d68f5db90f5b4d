"""Which pictures there are, and how one gets to what they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.config import Settings
from evwatch.present.svg import aligned
from tests.pictures.held import HELD
from tests.pictures.source import HeldDemo, HeldSession
from tests.ui.reading import shows

_ROUNDS = 200
_STILL = 8


@dataclass(frozen=True)
class Scene:
    """One picture: its size, and keys to press, each time with the text to wait for."""

    name: str
    size: tuple[int, int]
    steps: tuple[tuple[tuple[str, ...], str], ...] = ()
    says: tuple[str, ...] = ()
    """What must stand on it, besides what the picture in the repository says."""


_TO_DEAD_LETTERS = (
    ((":", *"send-confirmation-dlq"), "send-confirmation-dlq"),
    (("enter",), "Queues"),
    (("d",), "Look into send-confirmation-dlq"),
    (("3",), "all released"),
)
_TO_A_PLAN = (
    ((":", *"order-events-dlq"), "order-events-dlq"),
    (("enter",), "Queues"),
    (("d",), "Look into order-events-dlq"),
    (("3",), "all released"),
    (("j", "r"), "where they go"),
    (("g", "j", "j"), "auto: journal"),
)


def _to_alarm(name: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Screen 4, at this alarm."""
    return (
        ((":", *name), f"alarm     {name}"),
        (("enter",), f"Chart  {name[:10]}"),
        (("4",), "AWS's words"),
    )


SCENES = (
    Scene("overview", (120, 40), says=("order-events-dlq", "2 alarms firing")),
    Scene("overview-narrow", (80, 24), says=("2 alarms firing",)),
    Scene("overview-wide", (200, 50), says=("order-events-dlq", "OrderEventsDLQMessages")),
    Scene("dead-letters", (160, 50), _TO_DEAD_LETTERS),
    Scene("alarm", (160, 50), _to_alarm("OrderEventsDLQMessages")),
    Scene(
        "log",
        (160, 50),
        (
            ((":", *"order-events-dlq"), "order-events-dlq"),
            (("enter",), "Chart  order-events-dlq"),
            (("d",), "Look into order-events-dlq"),
            (("3",), "all released"),
            (("enter", "l"), "found by its message id"),
        ),
    ),
    Scene(
        "slow-consumer",
        (160, 50),
        (*_to_alarm("OrderProcessingLatency"), (("tab", "shift+tab", "enter"), "Duration p99")),
    ),
    Scene("plan", (120, 40), _TO_A_PLAN),
    Scene("run", (120, 40), ((("6",), "the ledger is back"), (("enter",), "3 came back"))),
    Scene("flow", (160, 50), ((("2",), "Findings"), (("g",), "order-events-queue"))),
)


async def paint(demo: HeldDemo, scene: Scene) -> str:
    """Drive the dashboard to a scene and take its picture, an SVG."""
    session = HeldSession(demo)
    app = EvwatchApp(Settings(demo=True), lambda: session, clock=_held_clock)
    async with app.run_test(size=scene.size) as pilot:
        await shows(pilot, "Queues", *scene.says)
        for keys, text in scene.steps:
            await pilot.press(*keys)
            await shows(pilot, text)
        return await _settled(pilot)


async def _settled(pilot: Pilot[None]) -> str:
    """The picture once nothing on it has changed for a while: what a screen adds later shall be on it."""
    before, same = "", 0
    for _ in range(_ROUNDS):
        await pilot.pause(0.05)
        picture = pilot.app.export_screenshot(title="evwatch")
        before, same = picture, same + 1 if picture == before else 0
        if same == _STILL:
            return aligned(picture)
    raise AssertionError("the screen does not come to rest")


def _held_clock() -> datetime:
    return HELD
