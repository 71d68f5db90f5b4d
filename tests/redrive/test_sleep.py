"""The machine sleeps in the middle of a run, so that leases run out and five minutes pass: nothing is doubled."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from random import Random

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.deadletters.lease import Lease
from evwatch.demo.gateway.operation import Operation
from evwatch.model.clock import Clock, elapsed
from evwatch.model.plan import RedriveRequest
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.faults import Fault, Faults, reset_after, reset_before
from tests.emulator.recording import Recording
from tests.redrive.conftest import Operating
from tests.redrive.seeding import dead_letter_queue, texts

HOUR = 3600.0


@dataclass
class Sleeper:
    """A machine that sleeps when it is told to."""

    slept: float = 0.0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(monotonic=lambda: elapsed() + self.slept)

    def during(self, then: Fault) -> Fault:
        """The machine sleeps for an hour while a request is under way, which then ends like this."""

        async def fault(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
            answer = await then(request, call, handler)
            self.slept += HOUR
            return answer

        return fault


async def said_done(request: web.Request, call: Operation, _: Handler) -> web.StreamResponse:
    """SQS says that it has deleted, as it may to an outdated handle, and has not."""
    entries = json.loads(await request.read())["Entries"]
    done = {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}
    return web.json_response(done, content_type="application/x-amz-json-1.0")


async def passed_on(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
    return await handler(request)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="macOS and BSD have one monotonic clock, that goes on")
def test_time_asleep_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "clock_gettime", {time.CLOCK_BOOTTIME: HOUR, time.CLOCK_MONOTONIC: 1.0}.__getitem__)
    assert Clock().monotonic() == HOUR


@pytest.mark.parametrize(("said", "deleted"), [(said_done, 20), (passed_on, 10)])
async def test_a_delete_by_an_outdated_handle_proves_nothing_and_what_is_still_there_is_deleted_anew(
    aws: Account, operating: Operating, said: Fault, deleted: int
) -> None:
    dead, sleeper = dead_letter_queue(aws), Sleeper()
    dead.fail(texts(20))
    faults = Faults().on("sqs:DeleteMessageBatch", sleeper.during(said))
    async with operating(faults, clock=sleeper.clock) as operator:
        report = await operator.redrive(dead.name, lease_seconds=2)
    assert (report.sent, report.deleted, report.clean) == (20, deleted, True)
    assert (report.remaining, dead.depth()) == (0, (0, 0))
    assert sorted(json.loads(body)["number"] for body in dead.bodies()) == list(range(20))


async def test_what_fifo_would_have_recognised_before_is_not_sent_again_after_an_hour(
    aws: Account, operating: Operating
) -> None:
    dead, sleeper = dead_letter_queue(aws, fifo=True), Sleeper()
    dead.fail([{**texts(1)[0], "MessageGroupId": "g", "MessageDeduplicationId": "d"}])
    recording = Recording()
    faults = Faults().on("sqs:SendMessageBatch", sleeper.during(reset_after))
    async with operating(recording, faults, clock=sleeper.clock) as operator:
        report = await operator.redrive(dead.name, lease_seconds=3)
    assert (report.sent, len(report.undecided)) == (0, 1)
    assert recording.count("sqs:SendMessageBatch") == 1
    assert len(dead.bodies()) == 1


@pytest.mark.parametrize("chosen", [False, True], ids=["the whole queue", "what was chosen"])
async def test_what_waited_while_its_lease_ran_out_is_received_anew_before_it_is_sent(
    aws: Account, operating: Operating, chosen: bool
) -> None:
    dead, sleeper = dead_letter_queue(aws), Sleeper()
    dead.fail(texts(20))
    recording, faults = Recording(), Faults()
    async with operating(recording, faults, clock=sleeper.clock) as operator:
        request = RedriveRequest(engine="journal", watch_seconds=0, lease_seconds=3)
        look = await operator.look(dead.name) if chosen else None
        plan = await operator.plan(dead.name, request, look.letters if look else None, look)

        async def once_the_second_waits(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
            begun = "SELECT count(*) FROM messages WHERE state IN ('sending', 'undecided')"
            with closing(sqlite3.connect(operator.session.redriver.journal.path)) as journal:
                for _attempt in range(1_000):
                    if journal.execute(begun).fetchone() == (20,):
                        break
                    await asyncio.sleep(0.01)
            return await handler(request)

        async def lost(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
            faults.on("sqs:GetQueueAttributes", sleeper.during(once_the_second_waits))
            return await reset_before(request, call, handler)

        # The first request is lost. The second waits until AWS answers again, and that takes an hour.
        faults.on("sqs:SendMessageBatch", lost)
        recording.clear()
        report = await operator.start(plan)
    assert sleeper.slept
    assert (report.sent, len(report.undecided)) == (10, 10)
    names = [name for name in recording.names if name in ("sqs:SendMessageBatch", "sqs:ReceiveMessage")]
    assert names[:4] == ["sqs:ReceiveMessage", "sqs:SendMessageBatch", "sqs:ReceiveMessage", "sqs:ReceiveMessage"]
    assert set(Counter(json.loads(body)["number"] for body in dead.bodies()).values()) == {1}


async def test_a_lease_that_has_run_out_is_neither_renewed_nor_released(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    dead, sleeper, recording, renewed = dead_letter_queue(aws), Sleeper(), Recording(), asyncio.Event()
    for message in texts(2):
        dead.sqs.send_message(QueueUrl=dead.dlq_url, **message)

    async def tell(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        renewed.set()
        return answer

    # The first asks whether a lease could be renewed.
    faults = Faults().on("sqs:ChangeMessageVisibilityBatch", tell, after=2, times=None)
    async with calling(aws, recording, faults) as caller:
        async with Lease(caller, dead.dlq_url, 20, sleeper.clock, Random(1), renew_share=0.99) as lease:
            (old,) = await lease.receive(1)
            sleeper.slept += HOUR
            (new,) = await lease.receive(1)
            recording.clear()
            async with asyncio.timeout(20):
                await renewed.wait()
            assert not lease.left(old.id)
            assert lease.left(new.id)
        asked = recording.of("sqs:ChangeMessageVisibilityBatch")
    assert {entry["ReceiptHandle"] for call in asked for entry in call.parameters["Entries"]} == {new.receipt_handle}
