"""What comes back is known by the id that the target gave, stops what was to stop, and is told group by group."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from evwatch.model.plan import RedriveRequest
from evwatch.redrive.engine.bounces import Watched
from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.redrive.conftest import Operating
from tests.redrive.seeding import Dead, dead_letter_queue, texts


@contextmanager
def consumer(dead: Dead, fails: Callable[[int], bool]) -> Iterator[list[int]]:
    """A consumer of the source queue that fails on some numbers, which SQS then gives up on; gives what it did."""
    sqs, ended, done = dead.aws.boto("sqs"), threading.Event(), []

    def consume() -> None:
        while not ended.is_set():
            messages = sqs.receive_message(QueueUrl=dead.source_url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            for message in messages.get("Messages", ()):
                number = json.loads(message["Body"])["number"]
                if not fails(number):
                    sqs.delete_message(QueueUrl=dead.source_url, ReceiptHandle=message["ReceiptHandle"])
                    done.append(number)
            ended.wait(0.02)

    thread = threading.Thread(target=consume)
    thread.start()
    try:
        yield done
    finally:
        ended.set()
        thread.join()


async def test_a_canary_that_comes_back_stops_the_run_before_the_rest_is_sent(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(30))
    async with operating() as operator:
        with consumer(dead, lambda _: True):
            report = await operator.redrive(dead.name, canary=3, watch_seconds=20.0)
    assert (report.status, report.verdict, report.sent) == ("stopped", "bounced", 3)
    assert len(report.bounced) == 3
    assert not report.clean
    left = {message["MessageId"] for message in dead.drain(dead.dlq_url)}
    assert len(left) == 30
    assert set(report.bounced) <= left


async def test_a_canary_that_does_not_come_back_lets_the_rest_go_and_a_short_watch_proves_nothing(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(30))
    async with operating() as operator:
        plan = await operator.plan(dead.name, RedriveRequest(engine="journal", canary=3, watch_seconds=1.0))
        assert "watch-too-short" in [warning.code for warning in plan.warnings]
        with consumer(dead, lambda _: False) as done:
            report = await operator.start(plan)
    assert (report.status, report.verdict, report.sent, report.bounced) == ("completed", "unproven", 30, ())
    assert sorted(done) == list(range(30))
    phases = [progress.phase for progress in operator.told]
    assert phases.index("watching") < phases.index("releasing")  # the canary was watched before the rest went


async def test_what_comes_back_is_told_by_its_id_and_by_its_group_and_is_not_sent_again(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail([*texts(20), *({"MessageBody": json.dumps({"number": n, "poison": True})} for n in range(20, 25))])
    async with operating() as operator:
        with consumer(dead, lambda number: number >= 20) as done:
            report = await operator.redrive(dead.name, watch_seconds=3.0)
    assert (report.status, report.sent, report.verdict) == ("completed", 25, "bounced")
    assert sorted(done) == list(range(20))
    left = dead.drain(dead.dlq_url)
    assert sorted(json.loads(message["Body"])["number"] for message in left) == list(range(20, 25))
    assert sorted(report.bounced) == sorted(message["MessageId"] for message in left)
    assert [(group.sent, group.bounced, group.verdict) for group in report.groups] == [
        (20, 0, "unproven"),
        (5, 5, "bounced"),
    ]
    assert report.probably_bounced == 0


async def test_the_canary_is_of_as_many_kinds_of_failure_as_it_can_be(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail([*texts(25), {"MessageBody": '{"another": "shape"}'}])
    recording = Recording()
    async with operating(recording) as operator:
        report = await operator.redrive(dead.name, canary=2)
    assert report.sent == 26
    first = [
        json.loads(entry["MessageBody"]) for entry in recording.of("sqs:SendMessageBatch")[0].parameters["Entries"]
    ]
    assert sorted(tuple(body) for body in first) == [("another",), ("number",)]


async def test_new_failures_of_the_same_kind_are_probable_bounces_and_stop_nothing(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(5))
    async with operating() as operator:
        plan = await operator.plan(dead.name, RedriveRequest(engine="journal", watch_seconds=3.0))
        watching = threading.Event()

        def arrive() -> None:
            watching.wait(20)
            dead.drain()
            dead.fail(texts(2))

        thread = threading.Thread(target=arrive)
        thread.start()
        operator.when("watching", watching.set)
        report = await operator.start(plan)
        thread.join()
    assert (report.bounced, report.probably_bounced, report.verdict) == ((), 2, "unproven")


async def test_the_breaker_ends_a_run_of_which_too_much_comes_back(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(200))
    async with operating() as operator:
        with consumer(dead, lambda _: True):
            report = await operator.redrive(dead.name, rate=40.0, stop_on_bounce=10.0)
    assert (report.status, report.verdict) == ("stopped", "bounced")
    assert 0 < report.sent < 200
    assert len(dead.drain(dead.dlq_url)) + len(dead.drain()) == 200


@pytest.mark.parametrize(
    ("watched", "seconds", "verdict"),
    [
        (Watched(0, 0, whole=True), 120, "passed"),
        (Watched(0, 9, whole=True), 120, "passed"),
        (Watched(1, 0, whole=True), 120, "bounced"),
        (Watched(0, 0, whole=True), 119, "unproven"),
        (Watched(0, 0, whole=False), 120, "unproven"),
    ],
)
def test_only_a_watch_as_long_as_a_bounce_takes_proves_that_nothing_comes_back(
    watched: Watched, seconds: float, verdict: str
) -> None:
    assert watched.verdict(seconds, 120) == verdict
    assert watched.verdict(seconds, None) == ("bounced" if watched.bounced else "unproven")
