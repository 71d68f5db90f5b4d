"""`python -m tests.faults denied`: each IAM action denied in turn, over every command that calls it.

What a command calls is seen in a run where nothing is denied, on an account that has one of everything; so a call that
is new is denied too. Whatever came of it, the action is named: in the error, or among the faults of what was printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evwatch.aws.catalogue import CALLS
from evwatch.aws.iam import GET_ROLE, SIMULATE
from evwatch.aws.policy import policy
from evwatch.aws.service import Call
from evwatch.demo.emulator import Emulator
from evwatch.demo.gateway.move_task import Pace
from tests.emulator.account import QUICK, Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.faults.commands import every_command
from tests.faults.system import MUTES, TARGETS_DLQ, System, create, left_to_sqs
from tests.faults.trying import Ended, say, shared_models, tried

_ON_THE_WIRE = {"dynamodbstreams": "dynamodb", "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification"}
SILENT = frozenset({GET_ROLE.iam_action, SIMULATE.iam_action})
"""Asked by `doctor` alone, whose lines then say that acting could not be tried."""
BY_SQS = frozenset({"kms:Decrypt", "kms:GenerateDataKey"})
"""Called by SQS for the caller, never by evwatch: a denial comes as KMS.AccessDeniedException, see tests/aws."""
TOLD_OTHERWISE = frozenset({"sqs:ListDeadLetterSourceQueues"})
"""What each queue's own policy says is read in its place, which tells the same."""
_SLOW = Pace(before_first=60.0, between_batches=0.0, until_cancelled=0.05)


@dataclass
class Bench:
    """An account, a gateway before it, and a state folder of its own for each command."""

    system: System
    folder: Path
    url: str
    recording: Recording = field(default_factory=Recording)
    denying: Denying = field(default_factory=Denying)

    def run(self, words: Sequence[str]) -> Ended:
        """One command."""
        home = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder)}
        state = {"EVWATCH_STATE_FOLDER": str(self.folder / "state")}
        return tried([*words, "-o", "json"], self.system.aws.environment(self.url) | home | state)


@dataclass(frozen=True)
class Case:
    """A command, and what it finds."""

    name: str
    words: Callable[[Bench], Sequence[str]]
    """Puts everything back to what the command needs, and says how it is called."""
    pace: Pace = QUICK


def cases(system: System, folder: Path) -> tuple[Case, ...]:
    """Every command, and those that act in each way in which they do."""
    made = every_command(folder, queue=system.dead.name, function="fan-bill", rule=system.rule, to="billing")

    def filled(words: Sequence[str]) -> Callable[[Bench], Sequence[str]]:
        def fill(bench: Bench) -> Sequence[str]:
            for left in folder.glob("letters.jsonl"):
                left.unlink()
            system.fill()
            system.import_file(folder / "import.jsonl")
            return words

        return fill

    def deleted(bench: Bench) -> Sequence[str]:
        system.fill()
        return ["dlq", "undo", json.loads(bench.run(made["dlq delete"]).out)["run"], "--yes"]

    def left(verb: str, *options: str) -> Callable[[Bench], Sequence[str]]:
        def leave(bench: Bench) -> Sequence[str]:
            system.fill()
            run = asyncio.run(left_to_sqs(system.aws, system.dead.name, bench.url, bench.folder / "state"))
            return ["dlq", verb, run, *options]

        return leave

    def switched(mapping: bool, on: bool) -> Callable[[Bench], Sequence[str]]:
        def switch(_: Bench) -> Sequence[str]:
            system.switch(on=not on)
            return ["resume" if on else "pause", system.mapping if mapping else system.rule, "--yes"]

        return switch

    acting = {
        "dlq undo": deleted,
        "dlq cancel": left("cancel"),
        "dlq resume": left("resume", "--yes"),
        "pause": switched(mapping=False, on=False),
        "resume": switched(mapping=False, on=True),
    }
    found = [Case(name, acting.get(name) or filled(words)) for name, words in made.items()]
    found = [Case(each.name, each.words, _SLOW) if each.name == "dlq cancel" else each for each in found]
    redrive = ["dlq", "redrive", system.dead.name, "--yes", "--watch", "0"]
    return (
        *found,
        Case("redrive to every kind of target", filled(["dlq", "redrive", TARGETS_DLQ, "--yes", "--watch", "0"])),
        Case("redrive by evwatch itself", filled([*redrive, "--engine", "journal"])),
        Case("pause a consumer", switched(mapping=True, on=False)),
        Case("resume a consumer", switched(mapping=True, on=True)),
    )


def wire_name(call: Call) -> str:
    """As the gateway names it."""
    service = _ON_THE_WIRE.get(call.service, call.service)
    return _ON_THE_WIRE.get(call.name) or f"{service}:{call.operation}"


def called_by(system: System, case: Case, folder: Path) -> list[Call]:
    """What a command calls where nothing is denied."""
    met, _ = _run(system, case, folder, None)
    return [call for call in CALLS if wire_name(call) in met]


def denied(system: System, case: Case, call: Call, folder: Path) -> Ended | None:
    """How a command ends where this is denied; None where it came out otherwise and did not call it."""
    met, ended = _run(system, case, folder, call)
    return ended if wire_name(call) in met else None


def unnamed(case: str, call: Call, ended: Ended) -> str:
    """What is wrong with how a command ended where this was denied, or nothing."""
    if found := ended.wrong():
        return f"{call.iam_action} denied: {found}"
    if call.iam_action not in ended.out + ended.err and call.iam_action not in SILENT | TOLD_OTHERWISE:
        return f"{call.iam_action} denied: {case} ends with {ended.code} and does not name it: {ended.err}"
    return ""


def asked_for() -> set[str]:
    """Every action that `evwatch iam-policy` lists."""
    return {action for statement in policy("operate")["Statement"] for action in statement["Action"]}


def _run(system: System, case: Case, folder: Path, call: Call | None) -> tuple[set[str], Ended]:
    recording, denying = Recording(), Denying()
    with (
        system.aws.threaded_gateway(recording, denying, *MUTES, pace=case.pace) as url,
        tempfile.TemporaryDirectory(dir=folder) as own,
    ):
        bench = Bench(system, Path(own), url, recording, denying)
        words = case.words(bench)
        recording.clear()
        denying.patterns = {wire_name(call)} if call else set()
        ended = bench.run(words)
    return set(recording.names), ended


def main(arguments: Sequence[str]) -> int:
    """Deny each; returns 1 where one was not named."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults denied", description=__doc__)
    parser.add_argument("--once", action="store_true", help="each action over one command alone")
    parser.add_argument("--case", action="append", help="this command alone; may be repeated")
    asked = parser.parse_args(arguments)
    bad, runs, met = 0, 0, set[str]()
    with Emulator() as emulator, tempfile.TemporaryDirectory() as name, shared_models():
        account, folder = Account("300000000001", emulator.url), Path(name)
        system = create(account)
        for case in cases(system, folder):
            if asked.case and case.name not in asked.case:
                continue
            began, before = time.monotonic(), runs
            for call in called_by(system, case, folder):
                if asked.once and call.iam_action in met:
                    continue
                if ended := denied(system, case, call, folder):
                    runs += 1
                    met.add(call.iam_action)
                    if found := unnamed(case.name, call, ended):
                        bad += 1
                        say(found)
            say(f"{case.name}: {runs - before} denials in {time.monotonic() - began:.0f} s")
        account.close()
    never = [] if asked.case else sorted(asked_for() - met - BY_SQS)
    say(f"{len(met)} actions denied in {runs} runs, {bad} not named; met by no command: {' '.join(never) or 'none'}")
    return 1 if bad or never else 0
