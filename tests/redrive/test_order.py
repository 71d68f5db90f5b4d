"""What stands behind a message in its FIFO group waits for it, also where the lease on that one ran out unseen."""

from __future__ import annotations

import time
from random import Random

import pytest

from evwatch.deadletters.lease import Lease
from evwatch.model.clock import Clock
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.redrive.seeding import dead_letter_queue


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
