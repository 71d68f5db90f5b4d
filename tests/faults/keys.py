"""`python -m tests.faults keys`: keys at random on every screen of the real dashboard, on answers that are made up.

Keys come from the live bindings, so a new one is pressed as the old ones are. Read-only, so nothing but what the
services declare as reading may arrive; and whatever stands on a screen is inert.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest import mock

from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.aws.catalogue import CALLS
from evwatch.cli.dashboard import live
from evwatch.config import ContextRequest, Settings
from tests.emulator.account import Account
from tests.emulator.made_up import ACCOUNT, REGION, MadeUp
from tests.faults.trying import say
from tests.ui.reading import whole
from tests.ui.test_hostile import assert_inert

_NEVER = {"quit", "app.quit", "command_palette", "app.command_palette", "suspend_process", "app.suspend_process"}
_NEVER_BY_ID = {"quit", "palette", "letters.pager", "hand-over.pager"}
"""They leave the screen: to the shell, to somebody's pager, and to Textual's own palette."""
_AWAY = ("escape", "escape", "1")
_TYPED = ("o", "space", "left_square_bracket", "0", "backspace")
_SETTLE_SECONDS = 0.02
READING = frozenset(f"{call.service}:{call.operation}" for call in CALLS if call.reads) | {
    "dynamodb:ListStreams",  # DynamoDB Streams signs as DynamoDB
    "s3:GetBucketNotification",  # one request, for which S3 has an older name too
    "iam:SimulatePrincipalPolicy",
    "iam:GetRole",
}


@dataclass
class Walk:
    """What was pressed where, and what must not be."""

    pressed: Counter[str] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


async def walked(made_up: MadeUp, url: str, folder: Path, seed: int, presses: int) -> Walk:
    """Press so many keys; every binding of a screen before any of them a second time."""
    settings = Settings(
        contexts=(ContextRequest(region=REGION, endpoint_url=url, read_only=True),),
        read_only=True,
        state_folder=str(folder / "state"),
    )
    app = EvwatchApp(settings, lambda: live(settings))
    walk, random = Walk(), Random(seed)
    async with _running(app) as pilot:
        for _ in range(presses):
            key = _next_key(app, walk, random)
            await pilot.press(*key)
            await asyncio.sleep(_SETTLE_SECONDS)
            if not app.is_running:
                walk.wrong.append(f"the dashboard ended at {key} on {sorted(walk.screens)}")
                break
            walk.screens.add(type(app.screen).__name__)
            try:
                assert_inert(app)
            except AssertionError as error:
                walk.wrong.append(f"after {key} on {type(app.screen).__name__}: {str(error)[:300]}")
                break
    strange = {call.name for call in made_up.calls} - READING
    if strange:
        walk.wrong.append(f"called although it is read-only: {sorted(strange)}")
    return walk


def _next_key(app: EvwatchApp, walk: Walk, random: Random) -> tuple[str, ...]:
    screen = type(app.screen).__name__
    if random.random() < 0.04:
        return _AWAY
    if random.random() < 0.1:
        return (random.choice(_TYPED),)
    live_bindings = [
        (key, active.binding)
        for key, active in app.screen.active_bindings.items()
        if active.enabled and active.binding.id not in _NEVER_BY_ID and active.binding.action not in _NEVER
    ]
    if not live_bindings:
        return ("escape",)
    least = min(walk.pressed[f"{screen} {binding.id or binding.action}"] for _, binding in live_bindings)
    key, binding = random.choice(
        [each for each in live_bindings if walk.pressed[f"{screen} {each[1].id or each[1].action}"] == least]
    )
    walk.pressed[f"{screen} {binding.id or binding.action}"] += 1
    return (key,)


@asynccontextmanager
async def _running(app: EvwatchApp) -> AsyncIterator[Pilot[None]]:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        for _ in range(400):
            if "Queues" in whole(app):
                break
            await pilot.pause(0.02)
        yield pilot


def walk_once(seed: int, folder: Path, presses: int, wrong: float = 0.0) -> Walk:
    """A walk in a loop of its own, in an environment without anybody's AWS."""
    made_up = MadeUp(seed, wrong)
    aws = Account(ACCOUNT, "http://127.0.0.1:9")
    home = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    with aws.threaded_gateway(made_up) as url, mock.patch.dict("os.environ", {**aws.environment(url), **home}):
        return asyncio.run(walked(made_up, url, folder, seed, presses))


def main(arguments: Sequence[str]) -> int:
    """Walk many times; returns 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults keys", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first; each has the next")
    parser.add_argument("--presses", type=int, default=300)
    asked = parser.parse_args(arguments)
    bad = 0
    for seed in range(asked.seed, asked.seed + asked.runs):
        with tempfile.TemporaryDirectory() as folder:
            walk = walk_once(seed, Path(folder), asked.presses, (0.0, 0.002)[seed % 2])
        bad += len(walk.wrong)
        met = f"{len(walk.pressed)} bindings on {len(walk.screens)} screens"
        say(f"seed {seed}: {met}, {len(walk.wrong)} wrong", *walk.wrong)
    return 1 if bad else 0
