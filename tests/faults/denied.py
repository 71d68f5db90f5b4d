"""`python -m tests.faults denied`: each IAM action denied in turn, over every command that calls it.

What a command calls is seen in a run where nothing is denied, on answers that are made up; so a call that is new is
denied too. Whatever came of it, the action is named: in the error, or among the faults of what was printed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from evwatch.aws.catalogue import CALLS
from evwatch.aws.iam import GET_ROLE, SIMULATE
from evwatch.aws.service import Call
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.made_up import ACCOUNT, MadeUp
from tests.emulator.recording import Recording
from tests.faults.commands import every_command
from tests.faults.made_up import NOWHERE
from tests.faults.trying import Ended, say, shared_models, tried

_ON_THE_WIRE = {"dynamodbstreams": "dynamodb", "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification"}
SILENT = frozenset({GET_ROLE.iam_action, SIMULATE.iam_action})
"""Asked by `doctor` alone, whose lines then say that acting could not be tried."""


UNTOLD = {("delete", "sqs:ListMessageMoveTasks"), ("import", "sqs:ListMessageMoveTasks")}
"""A glance whether SQS itself moves messages meanwhile, which harms neither; a plan tells it as a warning."""


def wire_name(call: Call) -> str:
    """As the gateway names it."""
    service = _ON_THE_WIRE.get(call.service, call.service)
    return _ON_THE_WIRE.get(call.name) or f"{service}:{call.operation}"


def denied(seed: int, *, once: bool, folder: Path) -> Iterator[tuple[Call, Ended]]:
    """Each action denied over the commands that call it; with `once`, over the first of them alone."""
    seen: set[str] = set()
    with shared_models():
        for words in every_command(folder).values():
            words = [*words, "-o", "json"]
            called, _ = _run(words, seed, folder, None)
            for call in CALLS:
                if wire_name(call) in called and not (once and call.name in seen):
                    met, ended = _run(words, seed, folder, call)
                    if wire_name(call) in met:
                        seen.add(call.name)
                        yield call, ended


def unnamed(call: Call, ended: Ended) -> str:
    """What is wrong with how a command ended where this was denied, or nothing."""
    if found := ended.wrong():
        return f"{call.iam_action} denied: {found}"
    if call.iam_action not in ended.out + ended.err and not _untold(call, ended):
        return f"{call.iam_action} denied: {' '.join(ended.words)} ends with {ended.code} and does not name it"
    return ""


def _untold(call: Call, ended: Ended) -> bool:
    return call.iam_action in SILENT or (ended.words[1], call.iam_action) in UNTOLD


def _run(words: list[str], seed: int, folder: Path, call: Call | None) -> tuple[set[str], Ended]:
    made_up, aws = MadeUp(seed), Account(ACCOUNT, NOWHERE)
    recording, denying = Recording(), Denying(*([wire_name(call)] if call else []))
    with aws.threaded_gateway(recording, denying, made_up) as url, tempfile.TemporaryDirectory() as state:
        for left in folder.glob("letters.jsonl"):
            left.unlink()
        environment = {**aws.environment(url), "EVWATCH_STATE_FOLDER": state, "HOME": str(folder)}
        ended = tried(words, environment | {"XDG_CACHE_HOME": state})
    return set(recording.names), ended


def main(arguments: Sequence[str]) -> int:
    """Deny each; returns 1 where one was not named."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults denied", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--once", action="store_true", help="each action over one command alone")
    asked = parser.parse_args(arguments)
    bad, met = 0, set()
    with tempfile.TemporaryDirectory() as folder:
        for call, ended in denied(asked.seed, once=asked.once, folder=Path(folder)):
            met.add(call.iam_action)
            if found := unnamed(call, ended):
                bad += 1
                say(found)
    never = sorted({call.iam_action for call in CALLS} - met)
    say(f"{len(met)} actions denied, {bad} not named; met by no command: {' '.join(never) or 'none'}")
    return 1 if bad else 0
