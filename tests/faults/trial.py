"""One redrive in a process of its own that is killed on the way, taken up again, and judged by what is where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

from tests.emulator.account import Account
from tests.emulator.latency import Latency
from tests.faults.killing import Kill, Killer
from tests.faults.trouble import Trouble
from tests.redrive.seeding import Dead, dead_letter_queue

After = Literal["resume", "new run"]
LEASE_SECONDS = 3
PATIENCE_SECONDS = 120


@dataclass
class Trial:
    """What was done and what came of it."""

    seed: int
    fifo: bool
    after: After
    messages: int
    kills: int = 0
    """How often the process was killed."""
    troubles: int = 0
    """How many calls went wrong."""
    undecided: int = 0
    at_target: int = 0
    wrong: list[str] = field(default_factory=list)
    """What must not be."""

    def __str__(self) -> str:
        kind = "FIFO" if self.fifo else "standard"
        what = f"seed {self.seed}, {kind}, {self.after}: {self.kills} kills, {self.troubles} troubles"
        what += f", {self.at_target} at the target"
        return f"{what}, {self.undecided} undecided" + "".join(f"\n  WRONG: {each}" for each in self.wrong)


def kill_and_go_on(aws: Account, folder: Path, seed: int, *, fifo: bool, after: After, messages: int = 300) -> Trial:
    """Redrive so many messages in a process that is killed once or twice; then see that each is where it should be."""
    random = Random(seed)
    trial = Trial(seed, fifo, after, messages)
    dead = dead_letter_queue(aws, f"orders-{seed}", fifo=fifo)
    dead.fail(numbered(messages, fifo=fifo, random=random))
    killer = Killer()
    calls = messages if fifo else messages // 3
    with aws.threaded_gateway(killer, Latency(0.002)) as url:
        process = Evwatch(aws, url, folder)
        killer.plan(Kill.drawn(random, calls))
        redrive = ["dlq", "redrive", dead.name, *OPTIONS]
        trial.kills += process.killed(killer, redrive)
        again = redrive if after == "new run" else ["dlq", "resume", process.newest_run(), "--yes", "-o", "json"]
        if random.random() < 0.4:
            killer.plan(Kill.drawn(random, calls))
            trial.kills += process.killed(killer, again)
        killer.plan(None)
        if after == "resume":
            again = ["dlq", "resume", process.newest_run(), "--yes", "-o", "json"]
        report = process.done(again, trial.wrong)
    judge(trial, dead, report)
    return trial


def through_trouble(aws: Account, folder: Path, seed: int, *, fifo: bool, messages: int = 200) -> Trial:
    """Redrive on a network and a service that fail all the time, then once more where all is well."""
    random = Random(seed)
    trial = Trial(seed, fifo, "resume", messages)
    dead = dead_letter_queue(aws, f"trouble-{seed}", fifo=fifo)
    dead.fail(numbered(messages, fifo=fifo, random=random))
    trouble = Trouble(random, random.choice((0.05, 0.15, 0.4)))
    with aws.threaded_gateway(trouble) as url:
        process = Evwatch(aws, url, folder)
        report = process.done(["dlq", "redrive", dead.name, *OPTIONS], trial.wrong, codes=(0, 1, 3, 4))
        trouble.share = 0.0
        report = process.done(["dlq", "resume", process.newest_run(), "--yes", "-o", "json"], trial.wrong)
    trial.troubles = trouble.met.total()
    judge(trial, dead, report)
    return trial


def choose_of_many(aws: Account, folder: Path, seed: int, *, chosen: int, messages: int) -> Trial:
    """Redrive some of many by what is in them: they arrive once, and the others stay where they are and visible."""
    trial = Trial(seed, False, "resume", messages)
    dead = dead_letter_queue(aws, f"chosen-{seed}")
    dead.fail(numbered(messages, fifo=False, random=Random(seed)))
    where = ["--where", f"event.number < `{chosen}`"]
    with aws.threaded_gateway() as url:
        report = Evwatch(aws, url, folder).done(
            ["dlq", "redrive", dead.name, *where, *OPTIONS], trial.wrong, codes=(0,)
        )
    if dead.depth() != (messages - chosen, 0):
        trial.wrong.append(f"visible and hidden in the DLQ: {dead.depth()}")
    if report.get("remaining") != messages - chosen:
        trial.wrong.append(f"the report says that {report.get('remaining')} remain")
    arrived = [json.loads(body)["number"] for body in dead.bodies()]
    left = [json.loads(body)["number"] for body in dead.bodies(dead.dlq_url)]
    trial.at_target = len(arrived)
    if sorted(arrived) != list(range(chosen)) or sorted(left) != list(range(chosen, messages)):
        trial.wrong.append(f"{len(arrived)} arrived and {len(left)} are left, but not the right ones once each")
    return trial


OPTIONS = ("--engine", "journal", "--watch", "0", "--lease", str(LEASE_SECONDS), "--yes", "-o", "json")


class Evwatch:
    """The command line in processes of their own, with a journal of their own."""

    def __init__(self, aws: Account, url: str, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EVWATCH_"))}
        self._environment = {**kept, **aws.environment(url), "EVWATCH_STATE_FOLDER": str(folder)}

    def start(self, arguments: list[str]) -> subprocess.Popen[str]:
        """Start one."""
        return subprocess.Popen(
            [sys.executable, "-m", "evwatch", *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def killed(self, killer: Killer, arguments: list[str]) -> int:
        """Run one that may be killed; returns 1 where it was."""
        process = self.start(arguments)
        killer.pid = process.pid
        process.communicate(timeout=PATIENCE_SECONDS)
        return int(process.returncode < 0)

    def done(self, arguments: list[str], wrong: list[str], codes: tuple[int, ...] = (0, 1)) -> dict[str, Any]:
        """Run one to its end; returns its report."""
        process = self.start(arguments)
        out, said = process.communicate(timeout=PATIENCE_SECONDS)
        if process.returncode not in codes:
            wrong.append(f"exit {process.returncode}: {said}")
            return {}
        report: dict[str, Any] = json.loads(out)
        return report

    def newest_run(self) -> str:
        """The id of the newest run."""
        out, _ = self.start(["dlq", "runs", "-o", "json"]).communicate(timeout=PATIENCE_SECONDS)
        return str(json.loads(out)[0]["run"])


def numbered(count: int, *, fifo: bool, random: Random) -> list[dict[str, Any]]:
    """Messages that say which they are; in FIFO each also how many of its group came before it."""
    if not fifo:
        return [{"MessageBody": json.dumps({"number": number})} for number in range(count)]
    places: Counter[str] = Counter()
    made = []
    for number in range(count):
        group = f"g{random.randrange(12)}"
        body = json.dumps({"number": number, "group": group, "place": places[group]})
        places[group] += 1
        made.append({"MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": f"d{number}"})
    return made


def judge(trial: Trial, dead: Dead, report: dict[str, Any]) -> None:
    """Every message must be at the target once or still in the DLQ; where it is both, it must have been named."""
    arrived = [json.loads(message["Body"]) for message in dead.drain()]
    left = {message["MessageId"]: json.loads(message["Body"])["number"] for message in dead.drain(dead.dlq_url)}
    counts = Counter(body["number"] for body in arrived)
    named = set(report.get("undecided", []))
    trial.at_target, trial.undecided = len(arrived), len(named)
    hidden = dead.depth()[1]
    if hidden:
        trial.wrong.append(f"{hidden} messages are hidden in the DLQ")
    for number in range(trial.messages):
        if counts[number] > 1:
            trial.wrong.append(f"message {number} is {counts[number]} times at the target")
        if not counts[number] and number not in left.values():
            trial.wrong.append(f"message {number} is lost")
    for message_id, number in left.items():
        if message_id not in named and not (trial.fifo and _stopped(report)):
            trial.wrong.append(f"message {number} is left in the DLQ and not named")
    if extra := named - set(left):
        trial.wrong.append(f"named undecided, but not in the DLQ: {sorted(extra)}")
    if trial.fifo:
        _judge_order(trial, arrived)
    if report and report["planned"] != sum(
        (report["sent"], len(report["failed"]), len(report["skipped"]), len(report["undecided"]))
    ):
        trial.wrong.append(f"the counts of the report do not add up: {report}")


def _stopped(report: dict[str, Any]) -> bool:
    """A group of FIFO whose head is undecided stays as it is."""
    return bool(report.get("undecided"))


def _judge_order(trial: Trial, arrived: list[dict[str, Any]]) -> None:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for body in arrived:
        places[body["group"]].append(body["place"])
    for group, found in places.items():
        if found != list(range(len(found))):
            trial.wrong.append(f"group {group} arrived as {found}")
