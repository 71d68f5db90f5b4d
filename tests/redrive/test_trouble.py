"""One request in the middle of a run goes wrong: nothing is lost, and what may be there twice is named."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import pytest

from evwatch.redrive.control import Control
from tests.emulator.account import Account
from tests.emulator.faults import (
    Fault,
    Faults,
    empty,
    error_after,
    html_page,
    partial,
    refused,
    reset_after,
    reset_before,
    slow,
    truncated,
)
from tests.redrive.conftest import Operating
from tests.redrive.seeding import Dead, dead_letter_queue, texts


@dataclass(frozen=True)
class Case:
    """What goes wrong with the second request of three, and what must come of its ten messages."""

    fault: Fault
    undecided: int = 0
    failed: int = 0
    twice: int = 0
    """Messages that are at the target and in the DLQ too."""
    times: int = 1


CASES: dict[str, Case] = {
    "throttled": Case(refused("throttled"), times=3),
    "KMS throttled": Case(partial(range(10), "KMS.ThrottlingException", sender=True), times=2),
    "500 before": Case(refused("internal"), undecided=10),
    "500 after": Case(error_after, undecided=10, twice=10),
    "a proxy's page": Case(html_page, undecided=10),
    "reset before": Case(reset_before, undecided=10),
    "reset after": Case(reset_after, undecided=10, twice=10),
    "empty 200": Case(empty, undecided=10, twice=10),
    "cut off": Case(truncated, undecided=10, twice=10),
    "some failed of themselves": Case(partial({0, 3, 4})),
    "some refused for good": Case(partial({1, 2}, "InvalidMessageContents", sender=True), failed=2),
    "some not mentioned": Case(partial({1, 2}, silently=True), undecided=2),
    "slow": Case(slow(0.3)),
}


async def test_a_request_that_goes_wrong_loses_nothing_and_doubles_only_what_is_named(
    aws: Account, operating: Operating
) -> None:
    faults = Faults()
    queues = {name: dead_letter_queue(aws, f"q{place}") for place, name in enumerate(CASES)}
    for dead in queues.values():
        dead.fail(texts(30))
    async with operating(faults) as operator:
        for name, dead in queues.items():
            case = CASES[name]
            faults.clear()
            faults.on("sqs:SendMessageBatch", case.fault, after=1, times=case.times)
            report = await operator.redrive(dead.name)
            assert report.planned == 30, name
            assert (len(report.undecided), len(report.failed)) == (case.undecided, case.failed), name
            assert report.sent == report.deleted == 30 - case.undecided - case.failed, name
            faults.clear()
            again = await operator.redrive(dead.name)
            assert (again.sent, len(again.undecided)) == (case.failed, case.undecided), f"{name}: a later run"
            assert set(again.undecided) == set(report.undecided), name
            _judge(name, case, dead, set(report.undecided))


def _judge(name: str, case: Case, dead: Dead, named: set[str]) -> None:
    arrived = Counter(json.loads(body)["number"] for body in dead.bodies())
    left = {message["MessageId"]: json.loads(message["Body"])["number"] for message in dead.drain(dead.dlq_url)}
    assert max(arrived.values()) == 1, name
    assert arrived.keys() | set(left.values()) == set(range(30)), f"{name}: nothing is lost"
    assert left.keys() == named, f"{name}: what stays is named"
    assert len(arrived.keys() & set(left.values())) == case.twice, name


async def test_credentials_that_expire_in_the_middle_and_are_renewed_lose_nothing(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(40))
    faults = Faults().on("sqs:*Message*", refused("expired"), after=6, times=4)
    async with operating(faults) as operator:
        report = await operator.redrive(dead.name)
    assert (report.status, report.sent, report.deleted, report.undecided) == ("completed", 40, 40, ())
    assert sorted(json.loads(body)["number"] for body in dead.bodies()) == list(range(40))


async def test_what_is_undecided_is_sent_again_only_when_that_is_asked_for(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(20))
    async with operating(Faults().on("sqs:SendMessageBatch", reset_after)) as operator:
        redriver = operator.session.redriver
        report = await operator.redrive(dead.name)
        assert (report.sent, len(report.undecided)) == (10, 10)
        untouched = await redriver.resume(report.run, Control(), operator.tell)
        assert (untouched.sent, untouched.undecided) == (10, report.undecided)
        again = await redriver.resume(report.run, Control(), operator.tell, send_undecided=True)
    assert (again.sent, again.deleted, again.undecided) == (20, 20, ())
    arrived = Counter(json.loads(body)["number"] for body in dead.bodies())
    assert sorted(arrived.values()) == [1] * 10 + [2] * 10, "twice is what was named, and nothing else"
    assert dead.depth() == (0, 0)


@pytest.mark.parametrize("denied", ["sqs:SendMessageBatch", "sqs:DeleteMessageBatch"])
async def test_what_is_denied_ends_the_run_with_the_action_and_leaves_every_message_accounted_for(
    aws: Account, operating: Operating, denied: str
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(25))
    async with operating(Faults().on(denied, refused("denied"), times=None)) as operator:
        report = await operator.redrive(dead.name)
    assert report.sent + len(report.failed) + len(report.skipped) == report.planned
    assert not report.clean
    assert dead.depth() == (25, 0), "nothing is deleted and nothing stays hidden"
    assert len(dead.bodies()) == report.sent == len(report.not_deleted)
    said = str(report.fault) + "".join(each.message for each in report.failed)
    assert denied.removesuffix("Batch") in said


async def test_a_refusal_proves_nothing_of_an_attempt_before_it_that_may_have_arrived(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws, fifo=True)  # which is asked once more, as it knows repetitions
    dead.fail([{"MessageBody": "only", "MessageGroupId": "g", "MessageDeduplicationId": "d"}])
    faults = Faults().on("sqs:SendMessageBatch", reset_after)
    faults.on("sqs:SendMessageBatch", refused("denied"), after=1, times=None)
    async with operating(faults) as operator:
        report = await operator.redrive(dead.name)
    assert (report.sent, len(report.undecided), report.failed) == (0, 1, ())
    assert (dead.bodies(), dead.depth()) == (["only"], (1, 0)), "it had arrived"


async def test_a_target_that_never_answers_leaves_no_more_in_doubt_than_it_takes_to_see_that(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(100))
    async with operating(Faults().on("sqs:SendMessageBatch", reset_before, times=None)) as operator:
        report = await operator.redrive(dead.name)
    assert report.fault
    assert (report.status, report.fault.code, report.sent) == ("stopped", "network", 0)
    assert 0 < len(report.undecided) <= 30, "three requests"
    assert dead.depth() == (100, 0), "and nothing stays hidden"
