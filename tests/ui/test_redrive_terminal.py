"""Redrives as an operator meets them: a real process in a pseudo-terminal, AWS's protocol behind it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from evwatch.demo.gateway.operation import Operation
from evwatch.model.clock import Clock
from evwatch.redrive.redriver import Redriver
from tests.emulator.account import Account
from tests.emulator.faults import Faults
from tests.redrive.seeding import Dead, dead_letter_queue
from tests.ui.acting import two_kinds
from tests.ui.terminals import Terminal

_EDITOR = """#!/bin/sh
stat -c '%a %n' "$1" >> {log}
turn=$(wc -l < {log})
case $turn in
  1) ;;
  2) sed -i 's/"wrong"/"wrong/' "$1" ;;
  *) sed -i 's/"wrong/"mended"/' "$1" ;;
esac
"""


@contextmanager
def terminal(aws: Account, folder: Path, *middlewares: Middleware, **more: str) -> Iterator[Terminal]:
    """The dashboard in a terminal, with its journal in this folder."""
    with (
        aws.threaded_gateway(*middlewares) as url,
        Terminal({**aws.environment(url), "EVWATCH_STATE_FOLDER": str(folder), **more}) as found,
    ):
        yield found


def read_dead_letters(seen: Terminal, amount: int) -> None:
    """From the overview into the DLQ, and all of it."""
    seen.shows("orders-dlq", "▲ dead letters")
    seen.press("d")
    seen.shows("read all, about")
    seen.press("3")
    seen.shows(f"seen {amount} of about {amount}, complete", "all released")


def change(seen: Terminal, option: int, title: str, text: str, then: str) -> None:
    """Change what the plan's list has in this place."""
    seen.press("g" + "j" * option + "\r")
    seen.shows(title)
    seen.forget()
    seen.press(text + "\r")
    seen.shows(then)


def in_the_middle_of_a_run(seen: Terminal, dead: Dead, option: tuple[int, str, str, str]) -> None:
    """Thirty messages on their way, eight a second, with the first of them arrived; planned with one more `option`."""
    read_dead_letters(seen, 30)
    seen.press("r")
    seen.shows("nothing is done", "where they go")
    change(seen, 1, "Messages a second at most", "8", "8/s at most")
    change(seen, *option)
    seen.press("b")
    seen.shows("Type orders-dlq")
    seen.press("orders-dlq\r")
    seen.shows("▶ under way", "of about 30")
    while not dead.depth(dead.source_url)[0]:
        seen.look()


def give_up_again(dead: Dead, amount: int) -> None:
    """The consumer fails on what was sent to it, and SQS gives up on it."""
    for _ in range(amount + 1):
        dead.sqs.receive_message(QueueUrl=dead.source_url, MaxNumberOfMessages=10, VisibilityTimeout=0)


def test_a_canary_of_a_poison_group_comes_back_and_the_rest_stays(aws: Account, tmp_path: Path) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 8, 3)
    with terminal(aws, tmp_path) as seen:
        read_dead_letters(seen, 11)
        seen.press("jr")
        seen.shows("only some messages are meant", "queue in which it failed")
        change(seen, 2, "Send a few first", "2", "2 first")
        change(seen, 4, "Watch for what comes back", "15", "watch-too-short")
        seen.press("b")
        seen.shows("Type orders-dlq", "2 first; the rest only where none of them comes back")
        seen.press("orders-dlq\r")
        seen.shows("watching the canary")
        give_up_again(dead, 2)
        seen.shows("■ stopped", "↩ bounces", "2 came back", "2 of 2 came back")
        seen.press("q")
        assert seen.ends() == 0
    assert dead.depth(dead.source_url) == (0, 0)
    assert sorted(json.loads(body).get("order", -1) for body in dead.bodies(dead.dlq_url)) == [-1, -1, -1, *range(8)]


def test_an_edited_copy_takes_the_place_of_the_original_and_what_was_not_edited_is_as_it_was(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail([{"MessageBody": '{"order":7, "price": 10.10,"state": "wrong", "note":"\\u00e4 ä"}'}])
    editor, log = tmp_path / "editor", tmp_path / "log"
    editor.write_text(_EDITOR.format(log=log))
    editor.chmod(0o700)
    with terminal(aws, tmp_path / "state", EDITOR=str(editor)) as seen:
        read_dead_letters(seen, 1)
        seen.press("e")
        seen.shows("unchanged: nothing is done")
        seen.press("e")
        seen.shows("That is no JSON", "line 4, column", "back into the editor")
        seen.press("y")
        seen.shows("edited copy of", '-  "state": "wrong"', '+  "state": "mended"')
        seen.press("b")
        seen.shows("Send the edited copy, and then delete the original of", "Type orders-dlq")
        assert dead.depth() == (1, 0)
        seen.press("orders-dlq\r")
        seen.shows("edit of orders-dlq", "everything was moved; watching")
        assert dead.bodies() == ['{"order":7, "price": 10.10,"state": "mended", "note":"\\u00e4 ä"}']
        seen.press("x")
        seen.shows("✓ completed", "unproven")
        seen.press("q")
        assert seen.ends() == 0
    files = [line.split(" ", 1) for line in log.read_text().splitlines()]
    assert [mode for mode, _ in files] == ["600"] * 3
    assert not any(Path(name).exists() or Path(name).parent.exists() for _, name in files)
    assert not any(Path(name).is_relative_to(Path.cwd()) for _, name in files)
    assert dead.depth() == (0, 0)


async def test_a_run_whose_dashboard_was_killed_is_interrupted_and_taken_up_with_nothing_doubled(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 30, 0)
    with terminal(aws, tmp_path) as seen:
        in_the_middle_of_a_run(seen, dead, (3, "Stop when too many come back", "50", "above 50 %"))
        os.kill(seen.process.pid, signal.SIGKILL)
        seen.process.wait()
    assert dead.depth()[0] > 0
    with terminal(aws, tmp_path) as seen:
        seen.shows("1 run interrupted")
        seen.press("6")
        seen.shows("▲ interrupted")
        seen.press("\r")
        seen.shows("still open", "the same from a script")
        seen.press("r")
        seen.shows("Take up the run of", "Type orders-dlq")
        seen.press("orders-dlq\r")
        seen.shows("everything was moved; watching for what comes back")
        seen.press("x")
        seen.shows(" completed")  # well, or with what was on its way at the kill in doubt
        seen.press("q")
        assert seen.ends() == 0
    redriver = Redriver(lambda: (), tmp_path, Clock())
    (report,) = await redriver.runs()
    await redriver.close()
    assert report.status == "completed"
    arrived = Counter(json.loads(body)["order"] for body in dead.bodies())
    left = Counter(json.loads(body)["order"] for body in dead.bodies(dead.dlq_url))
    assert set(arrived.values()) == {1}
    assert arrived.keys() | left.keys() == set(range(30))
    assert len(arrived.keys() & left.keys()) <= len(report.undecided)


@pytest.mark.parametrize(("number", "gone"), [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGHUP, True)])
async def test_a_signal_in_the_middle_of_a_run_ends_it_at_a_safe_point_and_the_dashboard_with_it(
    aws: Account, tmp_path: Path, number: int, gone: bool
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 30, 0)
    with terminal(aws, tmp_path) as seen:
        in_the_middle_of_a_run(seen, dead, (5, "Who moves the messages", "journal", "--engine journal"))
        if gone:
            seen.hang_up()
        seen.process.send_signal(number)
        assert seen.ends() == 130
        seen.look()
    redriver = Redriver(lambda: (), tmp_path, Clock())
    (report,) = await redriver.runs()
    await redriver.close()
    assert (report.status, report.undecided, report.not_deleted) == ("interrupted", (), ())
    assert gone or f"evwatch: redrive of orders-dlq was interrupted: evwatch dlq resume {report.run}" in seen.text
    assert dead.depth() == (30 - report.sent, 0), "nothing stays hidden"
    both = [*dead.bodies(), *dead.bodies(dead.dlq_url)]
    assert sorted(json.loads(body)["order"] for body in both) == list(range(30))


async def test_a_second_signal_ends_it_at_once_and_what_was_on_its_way_is_named(aws: Account, tmp_path: Path) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 12, 0)
    asked = threading.Event()

    async def hang(_: web.Request, __: Operation, ___: Handler) -> web.StreamResponse:
        asked.set()
        for_ever: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
        return await for_ever

    with terminal(aws, tmp_path, Faults().on("sqs:SendMessageBatch", hang, times=None)) as seen:
        read_dead_letters(seen, 12)
        seen.press("jr")
        seen.shows("only some messages are meant", "queue in which it failed")
        seen.press("b")
        seen.shows("Type orders-dlq")
        seen.press("orders-dlq\r")
        while not asked.is_set():
            seen.look()
        seen.process.send_signal(signal.SIGTERM)
        seen.look()
        assert seen.process.poll() is None, "it waits for the answer"
        seen.process.send_signal(signal.SIGTERM)
        assert seen.ends() == 130
    redriver = Redriver(lambda: (), tmp_path, Clock())
    (report,) = await redriver.runs()
    codes = [each["code"] for each in (await redriver.run(report.run)).messages if each["outcome"] == "undecided"]
    await redriver.close()
    assert (report.status, report.sent, codes) == ("interrupted", 0, ["process-ended"] * 10), "no time-out"
    assert (dead.depth(), dead.depth(dead.source_url)) == ((12, 0), (0, 0)), "nothing stays hidden"
