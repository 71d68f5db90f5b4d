"""`python -m tests.faults tour`: every key of every screen pressed on the real dashboard, over hostile texts.

Keys come from the live bindings: whatever a key opens is explored in the same way before one comes back. Ways lead to
where a key has something to do. What no tour presses is told, so a key that is new is pressed too, or named as one that
is not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from evwatch.app import EvwatchApp
from evwatch.cli.appearance import binding_ids
from evwatch.cli.dashboard import live
from evwatch.cli.elsewhere import Places
from evwatch.cli.entry import read_once
from evwatch.cli.invocation import Invocation
from evwatch.config import ContextRequest, Settings
from evwatch.demo.emulator import Emulator
from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.faults.keys import READING
from tests.faults.trying import say
from tests.redrive.seeding import Dead, dead_letter_queue
from tests.redrive.test_targets import function
from tests.ui.reading import whole
from tests.ui.test_hostile import HOSTILE, assert_inert

ELSEWHERE_PROVED = {
    "palette": "tests/ui/test_keys.py",
    "suspend": "tests/ui/test_suspending.py",
    "quit": "every test that ends a dashboard",
    "mfa.later": "tests/ui/test_mfa.py",
    "plan.all-the-same": "tests/ui/test_redrive.py",
    "run.pause": "tests/ui/test_redrive.py",  # these runs are SQS's own, which cannot be held
    "run.send-undecided": "tests/ui/test_redrive.py",
}
"""Keys that a tour cannot press, and where they are proved."""
Way = tuple[tuple[str, str], ...]
"""Keys with what the screen says once each was answered (one of several); a text in quotes is typed and entered."""
_PATIENCE_SECONDS = 20.0
_SETTLE_SECONDS = 0.04
_DEPTH = 4
_LETTERS = 10
_IN_UTF_8 = (
    *(text for text in HOSTILE if text.isascii() or text.encode(errors="replace").decode() == text),
    "[ERROR] x",
)
_LAST = ("back", "no", "stay", "leave", "yes", "later", "clear", "keep")
"""Keys that leave come last."""

_LOOKED: Way = (
    ("1", "Queues"),
    ("d", "read all|complete"),
    ("ctrl+r", "read all"),
    ("3", "complete"),
)
_PLANNED: Way = (*_LOOKED, ("r", "Plan"))
_BEGUN: Way = (
    *_PLANNED,
    ("g", ""),
    ("j", ""),
    ("enter", "a second at most"),
    ("'1'", "at most 1 message"),
    ("b", "Type orders-dlq"),
    ("'orders-dlq'", "under way"),
)
READING_WAYS: dict[str, Way] = {
    "overview": (("1", "Queues"),),
    "filter": (("1", "Queues"), ("slash", "filter")),
    "alarms": (("1", "Queues"), ("4", "watches")),
    "chart": (("1", "Queues"), ("4", "watches"), ("v", ""), ("left", "")),
    "document": (("1", "Queues"), ("y", "{")),
    "hand-over": (("1", "Queues"), ("H", "hand-over")),
    "flow": (("1", "Queues"), ("2", "Findings")),
    "resource": (("1", "Queues"), ("2", "Findings"), ("g", ""), ("enter", "m more charts")),
    "logs": (("1", "Queues"), ("l", "searched")),
    "dead letters": _LOOKED,
    "before a look": _LOOKED[:3],
    "groups": (*_LOOKED, ("j", "")),
    "a message": (*_LOOKED, ("j", ""), ("enter", "")),
    "runs": (("1", "Queues"), ("6", "Runs"), ("enter", "")),
}
ACTING_WAYS: dict[str, Way] = {
    "plan": _PLANNED,
    "a value of the plan": (*_PLANNED, ("enter", "")),
    "a delete": (*_LOOKED, ("ctrl+d", "Type orders-dlq"), ("'orders-dlq'", "completed")),
    "a run": _BEGUN,
    "a run that was ended": (*_BEGUN, ("x", "safe point"), ("y", "cancelled|interrupted|completed")),
    "runs": (("1", "Queues"), ("6", "Runs"), ("enter", "")),
}


@dataclass
class Tour:
    """What was pressed, where one was, and what must not be."""

    pressed: Counter[str] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    """Ways that led elsewhere."""
    wrong: list[str] = field(default_factory=list)


def create(aws: Account) -> Dead:
    """A queue with a consumer that logs, a rule before it, an alarm about it and dead letters behind it, in which
    every text that somebody chooses is hostile."""
    dead = dead_letter_queue(aws, "orders")
    dead.fail(_bodies())
    arn = function(aws, "process-orders")
    aws.boto("lambda").create_event_source_mapping(
        EventSourceArn=dead.source_arn, FunctionName="process-orders", Enabled=False
    )
    events, cloudwatch, logs = aws.boto("events"), aws.boto("cloudwatch"), aws.boto("logs")
    pattern = json.dumps({"source": list(HOSTILE[:3])})
    events.put_rule(Name="paid", EventPattern=pattern, Description=HOSTILE[0])
    events.put_targets(Rule="paid", Targets=[{"Id": "q", "Arn": dead.source_arn}, {"Id": "f", "Arn": arn}])
    for number, text in enumerate((HOSTILE[0], HOSTILE[1], "漢字 👩‍👩‍👧")):
        cloudwatch.put_metric_alarm(
            AlarmName=f"{text} {number}",
            AlarmDescription=f"{text} https://ok.example/{text}",
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": "orders"}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )
        cloudwatch.set_alarm_state(AlarmName=f"{text} {number}", StateValue="ALARM", StateReason=HOSTILE[2])
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    visible = {
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": "orders"}],
    }
    data = [{**visible, "Timestamp": minute - timedelta(minutes=ago), "Value": float(ago)} for ago in range(1, 20)]
    cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=data)
    group = "/aws/lambda/process-orders"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    now = int(datetime.now(UTC).timestamp() * 1000)
    lines = [{"timestamp": now - 1000 * ago, "message": text} for ago, text in enumerate(_IN_UTF_8, 1)]
    logs.put_log_events(
        logGroupName=group, logStreamName="one", logEvents=sorted(lines, key=lambda line: int(str(line["timestamp"])))
    )
    return dead


def refill(dead: Dead) -> None:
    """As many dead letters as a run is busy with for a while; what earlier runs sent fails once more."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    if _letters(dead) < _LETTERS:
        for body in _bodies():
            dead.sqs.send_message(QueueUrl=dead.source_url, **body)
    while _letters(dead) < _LETTERS and time.monotonic() < deadline:
        dead.sqs.receive_message(QueueUrl=dead.source_url, MaxNumberOfMessages=10, VisibilityTimeout=0)


def _letters(dead: Dead) -> int:
    asked = ["ApproximateNumberOfMessages"]
    return int(dead.sqs.get_queue_attributes(QueueUrl=dead.dlq_url, AttributeNames=asked)["Attributes"][asked[0]])


def _bodies() -> list[dict[str, Any]]:
    """What SQS takes of it; the rest comes escaped in JSON."""
    bodies = [json.dumps({"source": text, "detail-type": text, "detail": {text: [text]}}) for text in HOSTILE]
    return [{"MessageBody": body} for body in (*bodies, HOSTILE[0], HOSTILE[4])]


async def toured(
    aws: Account,
    dead: Dead,
    folder: Path,
    ways: dict[str, Way],
    known: set[str],
    *,
    read_only: bool,
    recording: Recording,
) -> Tour:
    """Go every way and press what was not pressed yet; `known` are the ids of every key."""
    tour = Tour()
    async with aws.gateway(recording) as url:
        request = ContextRequest(region=aws.region, endpoint_url=url, read_only=read_only)
        settings = Settings(contexts=(request,), read_only=read_only, state_folder=str(folder / "state"))
        invocation = Invocation({}, read_once)

        def elsewhere() -> Places:
            return Places(invocation, settings, live)

        app = EvwatchApp(settings, lambda: live(settings), elsewhere=elsewhere)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            walker = Walker(app, pilot, tour, known)
            await walker.shows("▲ dead letters")
            for name, way in ways.items():
                before = -1
                while before != len(tour.pressed) and not tour.wrong and (read_only or before < 0):
                    before = len(tour.pressed)
                    await asyncio.to_thread(refill, dead)
                    if await walker.go(name, way):
                        await walker.explore(app.screen, _DEPTH)
    if read_only and (strange := set(recording.names) - READING):
        tour.wrong.append(f"called although it is read-only: {sorted(strange)}")
    return tour


class Walker:
    """Presses keys and looks what came of it."""

    def __init__(self, app: EvwatchApp, pilot: Pilot[None], tour: Tour, known: set[str]) -> None:
        self._app = app
        self._pilot = pilot
        self._tour = tour
        self._known = known

    async def go(self, name: str, way: Way) -> bool:
        """Follow a way from the overview; False where it leads elsewhere."""
        await self._home()
        for key, shown in way:
            if key.startswith("'"):
                found = self._app.focused
                if isinstance(found, Input):
                    found.value = key.strip("'")
                key = "enter"
            elif (active := self._app.screen.active_bindings.get(key)) and active.binding.id in self._known:
                self._tour.pressed[active.binding.id] += 1
            await self._press(key)
            if shown and not await self.shows(shown):
                self._tour.lost.append(f"{name}: no {shown!r} after {key} on\n{whole(self._app)}")
                return False
        return True

    async def explore(self, screen: Screen[Any], depth: int) -> None:
        """Press every key of this screen that was not pressed yet, those that leave it last."""
        while self._app.screen is screen and not self._tour.wrong and (key := self._next()):
            await self._press(key)
            deeper = self._app.screen
            if deeper is not screen and screen in self._app.screen_stack and depth:
                await self.explore(deeper, depth - 1)
                await self._back(screen)

    def _next(self) -> str | None:
        found = []
        for key, active in self._app.screen.active_bindings.items():
            name = active.binding.id
            if name and name not in ELSEWHERE_PROVED and name in self._known and not self._tour.pressed[name]:
                found.append((name.rpartition(".")[2] in _LAST, name, key))
        if not found:
            return None
        _, name, key = min(found)
        self._tour.pressed[name] += 1
        return key

    async def _press(self, key: str) -> None:
        await self._pilot.press(key)
        await self._pilot.pause(_SETTLE_SECONDS)
        self._tour.screens.add(type(self._app.screen).__name__)
        if not self._app.is_running:
            said = f"the dashboard ended at {key} with {self._app.return_code} ({self._app._exception!r})"
            self._tour.wrong.append(f"{said} after {dict(list(self._tour.pressed.items())[-4:])}")
            return
        try:
            assert_inert(self._app)
        except AssertionError as error:
            name = type(self._app.screen).__name__
            self._tour.wrong.append(f"after {key} on {name}: {str(error)[:300]}\n{whole(self._app)}")

    async def _back(self, screen: Screen[Any]) -> None:
        for _ in range(4):
            if self._app.screen is screen or screen not in self._app.screen_stack:
                return
            await self._press("escape")

    async def _home(self) -> None:
        for _ in range(6):
            if len(self._app.screen_stack) <= 2:
                break
            await self._press("escape")
        for key in ("escape", "escape", "g"):
            await self._press(key)

    async def shows(self, text: str) -> bool:
        """Whether the screen says this, within patience."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if any(each in whole(self._app) for each in text.split("|")):
                return True
            await asyncio.sleep(_SETTLE_SECONDS)
        return False


def environment(aws: Account, folder: Path) -> Any:
    """The operator's own, without anybody else's AWS."""
    home = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    keys = {"AWS_ACCESS_KEY_ID": aws.number, "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": aws.region}
    return mock.patch.dict("os.environ", {**home, **keys, "EDITOR": "true", "PAGER": "true"})


def missing(tours: Sequence[Tour], known: set[str]) -> list[str]:
    """Keys that no tour has pressed, and that are proved nowhere else."""
    pressed = {name for tour in tours for name in tour.pressed}
    return sorted(known - pressed - ELSEWHERE_PROVED.keys())


def main(arguments: Sequence[str]) -> int:
    """Both tours; returns 1 where a key was pressed in neither, or something was wrong."""
    argparse.ArgumentParser(prog="python -m tests.faults tour", description=__doc__).parse_args(arguments)
    known = binding_ids()
    tours: list[Tour] = []
    with Emulator() as emulator, tempfile.TemporaryDirectory() as name:
        account, folder = Account("400000000001", emulator.url), Path(name)
        dead = create(account)
        with environment(account, folder):
            for ways, read_only in ((READING_WAYS, True), (ACTING_WAYS, False)):
                left, recording = set(missing(tours, known)), Recording()
                tours.append(
                    asyncio.run(toured(account, dead, folder, ways, left, read_only=read_only, recording=recording))
                )
        account.close()
    never = missing(tours, known)
    pressed, screens = len(set().union(*(each.pressed for each in tours))), set().union(*(t.screens for t in tours))
    say(f"{pressed} of {len(known)} keys pressed on {len(screens)} screens; never: {' '.join(never) or 'none'}")
    for tour in tours:
        say(*tour.lost, *tour.wrong)
    return 1 if never or any(tour.wrong for tour in tours) else 0
