"""What stands behind a message in its FIFO group waits for it, also where the lease on that one ran out unseen."""

from __future__ import annotations

import json
import time
from random import Random

import pytest

from evwatch.deadletters.lease import Lease
from evwatch.model.clock import Clock
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.faults import Faults, partial, refused
from tests.redrive.conftest import Operating
from tests.redrive.seeding import dead_letter_queue, texts


@pytest.mark.parametrize(("in_order", "told"), [(True, []), (False, ["1", "2"])])
async def test_nothing_is_told_of_a_group_whose_earlier_message_is_still_worked_on(
    aws: Account, monkeypatch: pytest.MonkeyPatch, in_order: bool, told: list[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    dead = dead_letter_queue(aws, fifo=True)
    for number in range(3):
        body = {"MessageBody": str(number), "MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        dead.sqs.send_message(QueueUrl=dead.dlq_url, **body)
    # The first asks whether a lease could be renewed; from then on none is.
    faults = Faults().on("sqs:ChangeMessageVisibilityBatch", refused("throttled"), after=1, times=None)
    async with calling(aws, faults) as caller:
        lease = Lease(caller, dead.dlq_url, 1, Clock(), Random(1), in_order=in_order)
        async with lease:
            (first,) = await lease.receive(1)
            handle = lease.handle(first.id)
            deadline = time.monotonic() + 20
            came: list[str] = []
            while lease.handle(first.id) == handle:
                assert time.monotonic() < deadline
                came += [message.body for message in await lease.receive(10)]
            assert came == told
            lease.drop(lease.names)
            faults.clear()
    assert dead.depth()[0] + dead.depth()[1] == 3


async def test_a_group_stops_at_the_first_message_that_does_not_go_and_the_others_go_on(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws, fifo=True)
    dead.fail(
        {**message, "MessageGroupId": f"g{place % 2}", "MessageDeduplicationId": f"d{place}"}
        for place, message in enumerate(texts(10))
    )
    faults = Faults().on("sqs:SendMessageBatch", partial({0}, "InvalidMessageContents", sender=True), after=1)
    async with operating(faults) as operator:
        report = await operator.redrive(dead.name)
    arrived, left = (
        [json.loads(body)["number"] for body in bodies] for bodies in (dead.bodies(), dead.bodies(dead.dlq_url))
    )
    stopped = left[0] % 2
    assert len(report.failed) == 1
    assert [number for number in left if number % 2 != stopped] == [], "the other group went on to its end"
    assert left == [number for number in range(10) if number % 2 == stopped][-len(left) :], "in their order"
    assert [number for number in arrived if number % 2 == stopped] == [
        number for number in range(10) if number % 2 == stopped and number not in left
    ]
    assert len(arrived) == report.sent == 10 - len(left)
