"""`python -m tests.faults made-up`: every command, and the readers below it, on answers made up at random."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.emulator.account import Account
from tests.emulator.made_up import ACCOUNT, MadeUp
from tests.faults.commands import every_command
from tests.faults.trying import Ended, say, shared_models, tried

NOWHERE = "http://127.0.0.1:9"


def commands_against(made_up: MadeUp, folder: Path) -> list[Ended]:
    """Run every command once, each other one for JSON; how each ended."""
    aws = Account(ACCOUNT, NOWHERE)
    found = []
    with shared_models(), aws.threaded_gateway(made_up) as url:
        environment = {**aws.environment(url), "EVWATCH_STATE_FOLDER": str(folder / "state"), "HOME": str(folder)}
        for place, words in enumerate(every_command(folder).values()):
            found.append(tried([*words, *(["-o", "json"] if place % 2 else [])], environment))
    return found


def main(arguments: Sequence[str]) -> int:
    """Try many seeds; returns 1 where a command ended as none may."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults made-up", description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1, help="of the first; each has the next")
    asked = parser.parse_args(arguments)
    wrong = 0
    for seed in range(asked.seed, asked.seed + asked.runs):
        share = (0.0, 0.002, 0.02)[seed % 3]
        with tempfile.TemporaryDirectory() as folder:
            ended = commands_against(MadeUp(seed, share), Path(folder))
        bad = [found for each in ended if (found := each.wrong())]
        wrong += len(bad)
        say(f"seed {seed}, {share:.1%} of the values wrong: {len(ended)} commands, {len(bad)} wrong", *bad)
    return 1 if wrong else 0
