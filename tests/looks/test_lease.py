"""What a lease holds is shown again on whatever way it is left."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.deadletters.lease import Lease
from evwatch.demo.gateway.operation import Operation
from evwatch.model.clock import Clock
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.faults import Faults, partial
from tests.redrive.seeding import dead_letter_queue, texts


@pytest.fixture(autouse=True)
def keys(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


async def test_whoever_leaves_while_a_receive_is_under_way_shows_again_what_it_brings(aws: Account) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(5))
    hidden, may_answer = asyncio.Event(), asyncio.Event()

    async def late(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        hidden.set()
        await may_answer.wait()
        return answer

    async with calling(aws, Faults().on("sqs:ReceiveMessage", late)) as caller:
        async with Lease(caller, dead.dlq_url, 60, Clock(), Random(1)) as lease:
            receiving = asyncio.create_task(lease.receive(10))
            await hidden.wait()
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
            may_answer.set()
        assert lease.released
    assert dead.depth() == (5, 0)


@pytest.mark.parametrize(("times", "released", "hidden"), [(1, True, 0), (None, False, 2)])
async def test_what_was_refused_to_be_shown_again_is_tried_again_and_never_called_released(
    aws: Account, times: int | None, released: bool, hidden: int
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(5))
    # The first asks whether messages could be released.
    faults = Faults().on("sqs:ChangeMessageVisibilityBatch", partial({0, 1}), after=1, times=times)
    async with calling(aws, faults) as caller:
        async with Lease(caller, dead.dlq_url, 60, Clock(), Random(1)) as lease:
            while lease.holding < 5:
                await lease.receive(10)
        assert lease.released is released
    assert dead.depth() == (5 - hidden, hidden)
