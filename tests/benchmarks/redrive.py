"""How fast dead letters are redriven, beside what one would write by hand and beside another tool.

    python -m tests.benchmarks.redrive [--messages N] [--rounds N] [--phoenix PYTHON]

All move the same messages between standard queues of one emulator, each in a process of its own, in turn, for several
rounds; the best round of each counts, as it has the least of the machine's other work in it. evwatch runs as its
command line, with the engine `journal` and each flush of its journal on disk, from the start of the run to its end,
which includes two looks whether anything is left. The loop receives, sends and deletes ten messages a time with boto3.
phoenix-letter comes from PyPI into an environment of its own; where that cannot be had, its calls are made for it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from evwatch.demo.emulator import Emulator
from evwatch.demo.gateway.app import create_gateway, running
from tests.benchmarks.table import Row, head, say, tell
from tests.emulator.account import Account
from tests.emulator.latency import Latency
from tests.redrive.seeding import Dead, dead_letter_queue

AWAY_SECONDS = 0.02
PHOENIX = "phoenix-letter==0.3.7"
GOALS = {"20 ms a call": (3.0, 10.0), "nothing added": (1.0, 0.0)}
"""By distance: how many times as fast as the loop, and as phoenix-letter."""


@dataclass(frozen=True)
class Bench:
    """What every contender is given."""

    account: Account
    url: str
    folder: Path

    def environment(self) -> dict[str, str]:
        """The variables that lead an AWS client there, and nowhere else."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EVWATCH_"))}
        own = {"AWS_EC2_METADATA_DISABLED": "true", "EVWATCH_STATE_FOLDER": str(self.folder)}
        return kept | self.account.environment(self.url) | {"AWS_DEFAULT_REGION": self.account.region} | own

    def output(self, command: list[str]) -> str:
        """Run it to its end; what it prints. Raises CalledProcessError."""
        done = subprocess.run(command, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr}")
        return done.stdout


Contender = Callable[[Bench, Dead], float]
"""Moves all of a DLQ to its source queue, and gives the seconds that took."""


def by_evwatch(bench: Bench, dead: Dead) -> float:
    """The command line, from the start of its run to the end of it."""
    command = [sys.executable, "-m", "evwatch", "dlq", "redrive", dead.name]
    options = ["--engine", "journal", "--watch", "0", "--yes", "-o", "json"]
    report = json.loads(bench.output([*command, *options]))
    began, ended = (datetime.fromisoformat(report[name]) for name in ("started_at", "ended_at"))
    return (ended - began).total_seconds()


def by_loop(bench: Bench, dead: Dead) -> float:
    """A loop in a process of its own, from its first receive to the one that finds nothing."""
    return float(bench.output([sys.executable, "-m", __spec__.name, "--loop", dead.dlq_url, dead.source_url]))


def by_phoenix(python: str, count: int) -> Contender:
    """phoenix-letter, from its first call to its last message."""
    code = (
        "import contextlib, io, sys, time; from phoenix_letter.main import main; began = time.perf_counter()\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(sys.argv[1:])\n"
        "print(time.perf_counter() - began)"
    )

    def move(bench: Bench, dead: Dead) -> float:
        ends = ["--src", dead.name, "--dst", dead.name.removesuffix("-dlq"), "--region", bench.account.region]
        return float(bench.output([python, "-c", code, *ends, "--max", str(count)]))

    return move


def by_its_calls(bench: Bench, dead: Dead) -> float:
    """What phoenix-letter does: a receive of up to ten, then a send and a delete for each message."""
    return float(bench.output([sys.executable, "-m", __spec__.name, "--singly", dead.dlq_url, dead.source_url]))


def rows(*, quick: bool) -> Iterator[Row]:
    """How many times as fast as the loop, far away and near, and as phoenix-letter."""
    yield from measured(messages=2000 if quick else 3000, rounds=2 if quick else 5)


def measured(*, messages: int, rounds: int, phoenix: str | None = None) -> Iterator[Row]:
    """The rows; each rate is printed on the way. `phoenix` is an interpreter that has phoenix-letter."""
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        account = Account("111122223333", emulator.url)
        few = max(20, messages // 20)
        other, singly = _phoenix(phoenix, Path(folder), few)
        for distance, seconds in (("20 ms a call", AWAY_SECONDS), ("nothing added", 0.0)):
            with _served(emulator.url, seconds) as url:
                contenders: list[tuple[str, Contender, int]] = [
                    ("evwatch", by_evwatch, messages),
                    ("a boto3 loop", by_loop, messages),
                ]
                if seconds:
                    contenders.append((other, singly, few))
                say(f"{distance}:")
                best = _best(Bench(account, url, Path(folder) / "state"), contenders, rounds)
            for name, rate in best.items():
                if name != "evwatch":
                    bound = GOALS[distance][name == other]
                    yield Row(f"redrive, {distance}, x {name}", best["evwatch"] / rate, bound, at_least=True)
        account.close()


def main() -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.redrive")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--phoenix", metavar="PYTHON", help="an interpreter that has phoenix-letter")
    for inner in ("--loop", "--singly", "--serve"):
        parser.add_argument(inner, nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(_serve(asked.serve[0], float(asked.serve[1])))
        return 0
    if asked.loop or asked.singly:
        move = _loop if asked.loop else _singly
        say(str(move(*(asked.loop or asked.singly))))
        return 0
    found = list(measured(messages=asked.messages, rounds=asked.rounds, phoenix=asked.phoenix))
    head()
    for row in found:
        tell(row)
    return 0 if all(row.held for row in found) else 1


def _best(bench: Bench, contenders: Sequence[tuple[str, Contender, int]], rounds: int) -> dict[str, float]:
    """Messages a second of each in its best round."""
    rates: dict[str, list[float]] = {name: [] for name, _, _ in contenders}
    for turn in range(rounds):
        for name, move, count in contenders[:: 1 if turn % 2 else -1]:
            rates[name].append(count / _once(bench, move, count))
    for name, found in rates.items():
        say(f"  {name:30}{max(found):10,.0f} messages/s   of {', '.join(f'{rate:,.0f}' for rate in found)}")
    return {name: max(found) for name, found in rates.items()}


_numbers = itertools.count(1)


def _once(bench: Bench, move: Contender, count: int) -> float:
    """Fill a new DLQ, let it be moved, and see that all of it was."""
    dead = dead_letter_queue(bench.account, f"orders-{next(_numbers)}")
    dead.fail(_orders(count))
    seconds = move(bench, dead)
    if (dead.depth(), dead.depth(dead.source_url)) != ((0, 0), (count, 0)):
        raise SystemExit(f"{move} left {dead.depth()} and moved {dead.depth(dead.source_url)} of {count}")
    for url in (dead.source_url, dead.dlq_url):
        dead.sqs.delete_queue(QueueUrl=url)
    return seconds


def _orders(count: int) -> list[dict[str, Any]]:
    attribute = {"tenant": {"DataType": "String", "StringValue": "north"}}
    lines = [{"sku": f"A-{place}", "amount": 12.5, "note": "as ordered by telephone"} for place in range(4)]
    return [
        {"MessageBody": json.dumps({"order": number, "lines": lines}), "MessageAttributes": attribute}
        for number in range(count)
    ]


def _loop(source: str, target: str) -> float:
    """Receive, send and delete ten at a time. Seconds until nothing is left."""
    sqs = _client()
    began = time.perf_counter()
    while received := _received(sqs, source):
        entries = [{"Id": str(place), **_copy(message)} for place, message in enumerate(received)]
        assert not sqs.send_message_batch(QueueUrl=target, Entries=entries).get("Failed")
        handles = [{"Id": str(place), "ReceiptHandle": each["ReceiptHandle"]} for place, each in enumerate(received)]
        assert not sqs.delete_message_batch(QueueUrl=source, Entries=handles).get("Failed")
    return time.perf_counter() - began


def _singly(source: str, target: str) -> float:
    sqs = _client()
    began = time.perf_counter()
    while received := _received(sqs, source):
        for message in received:
            sqs.send_message(QueueUrl=target, **_copy(message))
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
    return time.perf_counter() - began


def _client() -> Any:
    import boto3

    return boto3.client("sqs")


def _received(sqs: Any, url: str) -> list[dict[str, Any]]:
    asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
    found: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=60, **asked).get("Messages", [])
    return found


def _copy(message: dict[str, Any]) -> dict[str, Any]:
    return {"MessageBody": message["Body"], "MessageAttributes": message.get("MessageAttributes", {})}


def _phoenix(python: str | None, folder: Path, count: int) -> tuple[str, Contender]:
    if python is None:
        say(f"installing {PHOENIX}")
        made = folder / "phoenix"
        venv.create(made, with_pip=True)
        python = str(made / "bin" / "python")
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PHOENIX]
        if subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            say(f"{PHOENIX} cannot be had here: its calls are made for it")
            return "phoenix-letter's calls", by_its_calls
    return "phoenix-letter", by_phoenix(python, count)


@contextmanager
def _served(upstream: str, seconds: float) -> Iterator[str]:
    """The emulator behind a gateway in a process of its own, that far away."""
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, "--serve", upstream, str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(timeout=10)


async def _serve(upstream: str, seconds: float) -> None:
    from evwatch.demo.gateway.aws_behaviour import aws_behaviour

    async with running(create_gateway(upstream, [Latency(seconds), *aws_behaviour()])) as url:
        say(url)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    sys.exit(main())
