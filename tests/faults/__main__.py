"""`python -m tests.faults [--runs N] [--seed S] [--at-once K]`: kills and faults at random, many times over.

`python -m tests.faults made-up`: every command on answers that are strange or wrong. `keys`: every key of every screen
on them, read-only. `denied`: each IAM action denied over every command that calls it. `weather`: the dashboard where
5 % of all answers go wrong. `tour`: every key there is, pressed where it has something to do.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from evwatch.demo.emulator import Emulator
from tests.emulator.account import Account
from tests.faults.trial import Trial, choose_of_many, kill_and_go_on, through_trouble

Kind = Callable[[Account, Path, int], Trial]

KINDS: dict[str, Kind] = {
    "killed, resumed": lambda aws, folder, seed: kill_and_go_on(aws, folder, seed, fifo=False, after="resume"),
    "killed, a new run": lambda aws, folder, seed: kill_and_go_on(aws, folder, seed, fifo=False, after="new run"),
    "FIFO killed, resumed": lambda aws, folder, seed: kill_and_go_on(
        aws, folder, seed, fifo=True, after="resume", messages=120
    ),
    "FIFO killed, a new run": lambda aws, folder, seed: kill_and_go_on(
        aws, folder, seed, fifo=True, after="new run", messages=120
    ),
    "through trouble": lambda aws, folder, seed: through_trouble(aws, folder, seed, fifo=False),
    "FIFO through trouble": lambda aws, folder, seed: through_trouble(aws, folder, seed, fifo=True, messages=60),
    "chosen": lambda aws, folder, seed: choose_of_many(aws, folder, seed, chosen=2_000, messages=5_000),
}
ONCE = ("chosen",)
"""Where nothing is left to chance once is enough."""


OTHERS = {
    "made-up": "tests.faults.made_up",
    "keys": "tests.faults.keys",
    "denied": "tests.faults.denied",
    "weather": "tests.faults.weather",
    "tour": "tests.faults.tour",
}
"""What `python -m tests.faults NAME` runs instead: a module with a `main` for the rest of the words."""


def main() -> int:
    """Run them; returns 1 where anything was lost, doubled or not named."""
    if sys.argv[1:2] and sys.argv[1] in OTHERS:
        other: Callable[[list[str]], int] = importlib.import_module(OTHERS[sys.argv[1]]).main
        return other(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of the first; each has the next")
    parser.add_argument("--at-once", type=int, default=3)
    parser.add_argument("--kind", choices=list(KINDS), action="append")
    asked = parser.parse_args()
    logging.getLogger("aiohttp.server").disabled = True  # whoever is killed leaves requests half said
    began = time.monotonic()
    trials: list[Trial] = []
    numbers = map(str, itertools.count(200_000_000_001))
    with Emulator() as emulator, tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.at_once) as pool:

        def one(kind: Kind, seed: int, number: str) -> Trial:
            account = Account(number, emulator.url)
            try:
                return kind(account, Path(folder) / number, seed)
            finally:
                account.close()

        emulator.url  # noqa: B018 - waits until it answers
        for name in asked.kind or KINDS:
            seeds = range(asked.seed, asked.seed + (1 if name in ONCE else asked.runs))
            found = list(pool.map(one, [KINDS[name]] * len(seeds), seeds, [next(numbers) for _ in seeds]))
            trials += found
            wrong = [trial for trial in found if trial.wrong]
            kills, troubles = sum(trial.kills for trial in found), sum(trial.troubles for trial in found)
            undecided = sum(trial.undecided for trial in found)
            met = f"{kills} kills, {troubles} troubles, {undecided} named undecided"
            say(f"{name}: {len(found)} runs, {met}, {len(wrong)} wrong")
            for trial in wrong:
                say(str(trial))
    say(f"{len(trials)} runs in {time.monotonic() - began:.0f} s")
    return 1 if any(trial.wrong for trial in trials) else 0


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
