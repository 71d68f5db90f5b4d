"""`python -m tests.faults weather`: 5 % of all answers go wrong while the real dashboard is watched and worked with.

Each answer of this AWS has a number, so of every figure it is known when it was given. What is shown may only become
newer by an answer that arrived whole, may never say that it is newer than that answer, and once the weather is over
everything is fresh again. Meanwhile keys are answered.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from aiohttp import web
from aiohttp.typedefs import Handler
from textual.pilot import Pilot

from evwatch.app import EvwatchApp
from evwatch.cli.dashboard import live
from evwatch.config import Cadence, ContextRequest, Settings
from evwatch.demo.gateway.operation import operation
from evwatch.model.feed import Feed
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.session import Session
from tests.emulator.account import Account
from tests.emulator.faults import Fault, empty, error_after, html_page, refused, reset_after, reset_before, truncated
from tests.emulator.latency import Latency
from tests.emulator.made_up import ACCOUNT, REGION
from tests.emulator.misfits import misfit, something_else
from tests.emulator.telling import ANSWER, RULE, Telling
from tests.faults.made_up import NOWHERE
from tests.faults.trying import say
from tests.ui.reading import screen_text, whole

SHARE = 0.05
SLOW_SECONDS = 5.0
QUICK = Cadence(alarms=0.5, metrics=5.0, flow=1.0, depths=0.5, depth_reads_per_second=100.0)
KEY_SECONDS = 8.0
STALL_SECONDS = 4.0
"""Bounds that a machine with other work holds too; what is measured is printed."""
RECOVERY_SECONDS = 40.0
_SLACK_SECONDS = 2.5
"""Ages are painted once a second, and a test that reads the screen on a busy machine may come late."""
_CLOCK_SECONDS = 0.05
_TICK_SECONDS = 0.01
_ROW = re.compile(r"(orders-\d{4}|dead-\d-dlq) +(\d+) +0 +0 .*?(?: (\d+[smhd]))?[▁-█]?$")  # the end of a scrollbar
_ALARM = re.compile(r"answer (\d+)")
_CORNER = re.compile(r"[─━] (Alarms|Queues) .*? ((?:\d+ [smhd] ?)+)ago")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


async def late(request: web.Request, _: Any, handler: Handler) -> web.StreamResponse:
    """A whole answer, given at once and on the way for five seconds."""
    answer = await handler(request)
    await asyncio.sleep(SLOW_SECONDS)
    return answer


WAYS: dict[str, Fault] = {
    "throttled": refused("throttled"),
    "500": refused("internal"),
    "500 after": error_after,
    "503 page": html_page,
    "reset": reset_before,
    "reset after": reset_after,
    "slow": late,
    "truncated": truncated,
    "empty": empty,
    "misfit": misfit(Random(1)),
    "something else": something_else,
}


class Weather:
    """Lets a share of all answers go wrong, each in its own way. It is a middleware itself, before a `Telling`."""

    __middleware_version__ = 1

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.share = 0.0
        self.passed = 0
        self.met: Counter[str] = Counter()
        """How often each way came up."""

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Spoil it, or pass on."""
        if self._random.random() >= self.share:
            self.passed += 1
            return await handler(request)
        name = self._random.choice(sorted(WAYS))
        self.met[name] += 1

        async def spoilt(asked: web.Request) -> web.StreamResponse:
            given = await handler(asked)
            asked[ANSWER].whole = name == "slow"
            return given

        return await WAYS[name](request, await operation(request), spoilt)


@dataclass
class Witness:
    """Hears every snapshot and reads the screen; what is not true of either is in `wrong`."""

    aws: Telling
    limits: dict[str, float]
    """Seconds after which a row and a corner must say that they are old."""
    wrong: list[str] = field(default_factory=list)
    renewed: Counter[str] = field(default_factory=Counter)
    """How often each kind of feed got a newer value."""
    rows_read: int = 0
    _known: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)

    def hear(self, snapshot: Snapshot) -> None:
        """A feed's time moves on only with an answer that came whole, and is never later than that answer."""
        for context in snapshot.contexts:
            for kind, of, feed, number in _feeds(context):
                if feed.taken_at is None or number is None:
                    continue
                source = _SOURCES.get(kind, of)
                before = self._known.get((kind, of))
                self._known[kind, of] = feed.taken_at, number
                if before and before[0] == feed.taken_at:
                    continue
                self.renewed[kind] += 1
                answer = self.aws.answer(source, number)
                if not answer.whole:
                    self._tell(f"{kind} of {source} took answer {number}, which did not come whole")
                elif before and number <= before[1]:
                    self._tell(f"{kind} of {source} is newer, but still has answer {number}")
                elif feed.taken_at.timestamp() > answer.at + _CLOCK_SECONDS:
                    late = feed.taken_at.timestamp() - answer.at
                    self._tell(f"{kind} of {source} says to be {late:.1f} s newer than answer {number}")

    def read(self, lines: Sequence[str]) -> None:
        """No row and no corner of the overview says or suggests that a figure is newer than its answer."""
        now = time.time()
        corners = {found[1]: _seconds(found[2]) for line in lines if (found := _CORNER.search(line))}
        newest: float | None = None
        for line in lines:
            if found := _ROW.search(line):
                self.rows_read += 1
                real = now - self.aws.answer(found[1], int(found[2])).at
                newest = real if newest is None else min(newest, real)
                told = _seconds(found[3]) if found[3] else self.limits["depths"]
                self._compare(f"the row of {found[1]}", real, told, found[3])
            elif "ALARM" in line and (found := _ALARM.search(line)) and "Alarms" in corners:
                real = now - self.aws.answer("DescribeAlarms", int(found[1])).at
                self._compare("the corner of the alarms", real, corners["Alarms"], "m")
        if newest is not None and "Queues" in corners:
            self._compare("the corner of the queues", newest, corners["Queues"], "m")

    def _compare(self, what: str, real: float, told: float, unit: str | None) -> None:
        coarse = 60.0 if unit and unit.endswith("m") and told >= 60 else 1.0
        if real > told + coarse + _SLACK_SECONDS:
            self._tell(f"{what} shows {told:.0f} s, and what it shows is {real:.1f} s old")

    def _tell(self, text: str) -> None:
        if len(self.wrong) < 20:
            self.wrong.append(text)


_SOURCES = {
    "identity": "GetCallerIdentity",
    "queues": "ListQueues",
    "alarms": "DescribeAlarms",
    "flow": "ListRules",
    "row": "GetMetricData",
    "chart": "GetMetricData",
}
"""What answers for each kind of feed; the depth of a queue has a source of its own."""


def _feeds(context: ContextSnapshot) -> Iterator[tuple[str, str, Feed[Any], int | None]]:
    """Kind, of what it is, the feed, and the number of the answer that its value is."""
    yield "identity", "", context.identity, _number(context.identity, lambda who: who.arn)
    yield "queues", "", context.queues, _listed(context)
    yield "alarms", "", context.alarms, _number(context.alarms, lambda alarms: alarms[0].reason)
    yield "flow", "", context.flow, _rule(context)
    for arn, depth in context.depths.items():
        yield "depth", arn.rsplit(":", 1)[-1], depth, depth.value.visible if depth.value else None
    for kind, feeds in (("row", context.series), ("chart", context.chart)):
        for query, series in feeds.items():
            points = series.value.values if series.value else ()
            yield kind, repr(query), series, int(points[-1]) if points else None


def _number(feed: Feed[Any], text: Callable[[Any], str]) -> int | None:
    found = re.search(r"(\d+)$", text(feed.value)) if feed.value else None
    return int(found[1]) if found else None


def _listed(context: ContextSnapshot) -> int | None:
    names = [queue.name for queue in context.queues.value or () if queue.name.startswith("listed-")]
    return int(names[-1].rpartition("-")[2]) if names else None


def _rule(context: ContextSnapshot) -> int | None:
    nodes = context.flow.value.nodes if context.flow.value else ()
    names = [node.name for node in nodes if node.kind == "rule" and node.name.startswith(RULE)]
    return max((int(name.removeprefix(RULE)) for name in names), default=None)


def _seconds(age: str) -> float:
    return float(sum(int(amount) * _UNITS[unit] for amount, unit in re.findall(r"(\d+) ?([smhd])", age)))


@dataclass
class Outcome:
    """What came of one spell of bad weather."""

    wrong: list[str]
    met: Counter[str]
    answers: int
    renewed: Counter[str]
    rows_read: int
    slowest: float
    slowest_key: str
    keys: int
    largest_stall: float
    p99_stall: float
    recovered_after: float
    faults_seen: int

    def __str__(self) -> str:
        """A line of figures."""
        stall = f"stalls p99 {self.p99_stall * 1000:.0f} ms, largest {self.largest_stall * 1000:.0f} ms"
        keys = f"{self.keys} keys, the slowest ({self.slowest_key}) answered after {self.slowest:.2f} s"
        read = f"{sum(self.renewed.values())} feeds renewed, {self.rows_read} rows read from the screen"
        met = f"{sum(self.met.values())} of {self.answers} answers spoilt"
        return f"{met}; {read}; {keys}; {stall}; fresh again {self.recovered_after:.1f} s after"


# Each key, and what the screen says once it was answered.
WALK: tuple[tuple[str, str], ...] = (
    ("s", "by name"),
    ("2", "Findings"),
    ("escape", "Dead letters"),
    ("4", "watches"),
    ("escape", "Dead letters"),
    ("question_mark", "Help"),
    ("escape", "Dead letters"),
    ("s", "by visible"),
    ("z", "Queues"),
    ("z", "Dead letters"),
    ("s", "by oldest"),
    ("6", "Runs"),
    ("escape", "Dead letters"),
    ("s", "problems first"),
)


async def weathered(
    aws: Telling, weather: Weather, url: str, folder: Path, seconds: float, cadence: Cadence = QUICK
) -> Outcome:
    """Watch the dashboard for so long in bad weather, and then until all is well again."""
    sessions: list[Session] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Session]:
        async with live(settings) as session:
            sessions.append(session)
            session.subscribe(witness.hear)
            yield session

    request = ContextRequest(region=REGION, endpoint_url=url, read_only=True)
    settings = Settings(contexts=(request,), read_only=True, cadence=cadence, state_folder=str(folder / "state"))
    app = EvwatchApp(settings, opened)
    overview = max(4 * cadence.depths, 20.0)
    witness = Witness(aws, {"depths": overview})
    waited: list[tuple[float, str]] = []
    stalls: list[float] = []
    faults = 0
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await _until(pilot, witness, says("in 2 queues"), 30.0)
        ticking = asyncio.create_task(_tick(stalls))
        weather.share = SHARE
        ends, step = time.monotonic() + seconds, 0
        while time.monotonic() < ends:
            key, shown = WALK[step % len(WALK)]
            step += 1
            begun = time.monotonic()
            app.simulate_key(key)
            if not await _until(pilot, witness, says(shown), KEY_SECONDS * 2):
                witness.wrong.append(f"{key} was not answered: no {shown!r} on\n{whole(app)}")
                break
            waited.append((time.monotonic() - begun, key))
            faults += len(sessions[-1].snapshot.contexts[0].faults)
            await _watch(pilot, witness, min(0.4, seconds / 40))
        weather.share = 0.0
        begun = time.monotonic()
        ticking.cancel()
        await pilot.press("1", "escape")
        well = await _until(
            pilot, witness, lambda text: "● live" in text and _all_fresh(sessions[-1].snapshot), RECOVERY_SECONDS
        )
        if not well:
            witness.wrong.append(f"not fresh again: {sessions[-1].snapshot.contexts[0].faults}\n{whole(app)}")
        recovered = time.monotonic() - begun
        if not app.is_running or len(sessions) != 1:
            witness.wrong.append("the dashboard did not live through it")
    slowest, slowest_key = max(waited, default=(0.0, ""))
    stalls.sort()
    if slowest > KEY_SECONDS:
        witness.wrong.append(f"{slowest_key} was answered after {slowest:.1f} s")
    if stalls and stalls[-1] > STALL_SECONDS:
        witness.wrong.append(f"the event loop stood still for {stalls[-1]:.1f} s")
    return Outcome(
        witness.wrong,
        weather.met,
        sum(weather.met.values()) + weather.passed,
        witness.renewed,
        witness.rows_read,
        slowest,
        slowest_key,
        len(waited),
        stalls[-1] if stalls else 0.0,
        stalls[int(len(stalls) * 0.99)] if stalls else 0.0,
        recovered,
        faults,
    )


def says(text: str) -> Callable[[str], bool]:
    """Whether a screen says this."""
    return lambda screen: text in screen


def _all_fresh(snapshot: Snapshot) -> bool:
    (context,) = snapshot.contexts
    feeds: list[Feed[Any]] = [context.identity, context.queues, context.alarms, context.flow, *context.depths.values()]
    return not context.faults and not any(feed.fault for feed in feeds)


async def _until(pilot: Pilot[None], witness: Witness, shows: Callable[[str], bool], seconds: float) -> bool:
    assert isinstance(pilot.app, EvwatchApp)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        lines = screen_text(pilot.app)
        witness.read(lines)
        if shows("\n".join(lines)):
            return True
        await asyncio.sleep(0.08)
    return False


async def _watch(pilot: Pilot[None], witness: Witness, seconds: float) -> None:
    await _until(pilot, witness, lambda _: False, seconds)


async def _tick(stalls: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_TICK_SECONDS)
        stalls.append(time.perf_counter() - before - _TICK_SECONDS)


def spell(
    seed: int, folder: Path, seconds: float, queues: int = 12, latency: float = 0.0, cadence: Cadence = QUICK
) -> Outcome:
    """One spell of bad weather in a loop of its own, in an environment without anybody's AWS."""
    aws, weather, account = Telling(queues), Weather(seed), Account(ACCOUNT, NOWHERE)
    home = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    with (
        account.threaded_gateway(Latency(latency), weather, aws) as url,
        mock.patch.dict("os.environ", {**account.environment(url), **home}),
    ):
        return asyncio.run(weathered(aws, weather, url, folder, seconds, cadence))


def main(arguments: Sequence[str]) -> int:
    """Several spells, each over a larger system; returns 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults weather", description=__doc__)
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1, help="of the first; each has the next")
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--queues", type=int, default=300)
    parser.add_argument("--latency", type=float, default=0.05)
    asked = parser.parse_args(arguments)
    logging.getLogger("aiohttp.server").disabled = True  # answers that are cut off, and clients that do not wait
    bad = 0
    for seed in range(asked.seed, asked.seed + asked.runs):
        # Each other one as often as an operator has it, the rest so often that hours go by.
        cadence = (Cadence(), QUICK)[seed % 2]
        with tempfile.TemporaryDirectory() as folder:
            found = spell(seed, Path(folder), asked.seconds, asked.queues, asked.latency, cadence)
        bad += len(found.wrong)
        say(f"seed {seed}: {found}; {len(found.wrong)} wrong", *found.wrong)
        say("  " + ", ".join(f"{name} {count}" for name, count in sorted(found.met.items())))
    return 1 if bad else 0
