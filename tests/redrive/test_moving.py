"""The engine `journal`: everything arrives once, as it was, and what did not is named."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation
from evwatch.model.plan import RedriveRequest
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused
from tests.emulator.recording import Recording
from tests.redrive.conftest import Operating, Operator
from tests.redrive.seeding import dead_letter_queue, texts


async def test_every_message_goes_back_to_its_source_once_and_the_dlq_is_empty(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(137))
    assert dead.depth() == (137, 0)
    recording = Recording()
    async with operating(recording) as operator:
        report = await operator.redrive(dead.name)
    assert (report.status, report.planned, report.sent, report.deleted, report.remaining) == (
        "completed",
        137,
        137,
        137,
        0,
    )
    assert report.clean
    assert sorted(json.loads(body)["number"] for body in dead.bodies()) == list(range(137))
    assert dead.depth() == (0, 0)
    assert recording.count("sqs:SendMessageBatch") <= 16


LEGAL = "".join(map(chr, (0x9, 0xA, 0xD, *range(0x20, 0xD800), *range(0xE000, 0xFFFE))))
ASTRAL = [range(start, min(start + 0x40000, 0x110000)) for start in range(0x10000, 0x110000, 0x40000)]
"""What SQS takes beyond that, in parts that are a MiB each (API reference of SendMessage)."""
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "text": {"DataType": "String", "StringValue": "\u202eénergie 🚲\t"},
    "tenant": {"DataType": "String.uuid", "StringValue": "north"},
    "amount": {"DataType": "Number", "StringValue": "10.10"},
    "price": {"DataType": "Number.decimal", "StringValue": "-0"},
    "seal": {"DataType": "Binary", "BinaryValue": bytes(range(256))},
    "picture": {"DataType": "Binary.png", "BinaryValue": b"\x89PNG\x00"},
}


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_bodies_of_every_size_and_character_and_attributes_of_every_type_arrive_byte_exact(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    bodies = ["x", "y" * 1_048_576, LEGAL, *("".join(map(chr, part)) for part in ASTRAL)]
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}}
    full = {"MessageBody": '{"n": 1.50}', "MessageAttributes": ATTRIBUTES, "MessageSystemAttributes": trace}
    dead.sqs.send_message(QueueUrl=dead.source_url, **full)
    for body in bodies:
        dead.fail([{"MessageBody": body}])
    async with operating() as operator:
        report = await operator.redrive(dead.name)
    assert (report.sent, report.deleted) == (len(bodies) + 1, len(bodies) + 1)
    arrived = dead.drain()
    assert sorted(message["Body"] for message in arrived) == sorted([*bodies, '{"n": 1.50}'])
    (found,) = [message for message in arrived if message["Body"] == '{"n": 1.50}']
    assert found["MessageAttributes"] == ATTRIBUTES
    assert found["Attributes"]["AWSTraceHeader"] == "Root=1-2-3"


async def test_no_request_is_larger_than_its_target_takes_and_what_is_stays_where_it_is(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail({"MessageBody": f"{number:02d}" + "x" * 600} for number in range(11))
    dead.fail([{"MessageBody": "too large" + "x" * 2_100}])
    dead.sqs.set_queue_attributes(QueueUrl=dead.source_url, Attributes={"MaximumMessageSize": "2048"})
    attribute = {"tenant": {"DataType": "String", "StringValue": "x" * 1_500}}
    dead.sqs.send_message(QueueUrl=dead.dlq_url, MessageBody="with" + "x" * 600, MessageAttributes=attribute)
    recording = Recording()
    async with operating(recording) as operator:
        found = await operator.session.find("orders")
        to = await operator.session.redriver.queue(found.context, "orders")
        report = await operator.redrive(dead.name, to=to)
    assert (report.sent, [each.code for each in report.skipped], report.remaining) == (11, ["too-large"] * 2, 2)
    sizes = [sum(len(entry["MessageBody"]) for entry in call.parameters["Entries"]) for call in _sends(recording)]
    assert max(sizes) <= 2_048
    assert len(sizes) < 11, "as many together as fit"
    assert len(dead.bodies()) == 11


def _sends(recording: Recording) -> list[Operation]:
    return recording.of("sqs:SendMessageBatch")


async def test_a_fifo_group_arrives_in_order_and_none_is_swallowed_as_a_repetition(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws, fifo=True)
    messages = [
        {**message, "MessageGroupId": "customer-7", "MessageDeduplicationId": f"d-{place}"}
        for place, message in enumerate(texts(30))
    ]
    dead.fail(messages)
    dead.sqs.send_message(QueueUrl=dead.source_url, **messages[0])
    assert dead.depth(dead.source_url) == (0, 0), "the source takes the original deduplication ids for repetitions"
    async with operating() as operator:
        report = await operator.redrive(dead.name)
    assert (report.sent, report.deleted, report.remaining) == (30, 30, 0)
    assert [json.loads(body)["number"] for body in dead.bodies()] == list(range(30))


async def test_a_pause_shows_what_was_held_and_a_cancel_says_what_was_left(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(150))
    async with operating() as operator:
        plan = await operator.plan(dead.name, RedriveRequest(engine="journal", watch_seconds=0, rate=40))
        began = time.monotonic()
        running = asyncio.create_task(operator.start(plan))
        await operator.moving.wait()
        operator.control.pause(True)
        sent = (await operator.until(lambda progress: progress.phase == "paused")).sent
        assert await asyncio.to_thread(dead.depth) == (150 - sent, 0), "nothing is hidden while it is held"
        operator.control.pause(False)
        await operator.until(lambda progress: progress.sent >= sent + 10)
        (under_way,) = await operator.session.redriver.runs()
        await operator.session.redriver.cancel(under_way.run)
        report = await running
        took = time.monotonic() - began
    assert under_way.status == "running"
    assert report.status == "cancelled"
    assert report.sent == report.deleted < 150
    assert report.sent <= 40 * took + 20, "no faster than was asked for"
    assert dead.depth() == (150 - report.sent, 0)
    assert len(dead.bodies()) == report.sent


async def test_what_arrives_meanwhile_cannot_keep_a_run_going_for_ever(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(20))

    @web.middleware
    async def as_many_arrive(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if request.headers.get("X-Amz-Target", "").endswith(".SendMessageBatch"):
            entries = [{"Id": str(place), **message} for place, message in enumerate(texts(10))]
            await asyncio.to_thread(dead.sqs.send_message_batch, QueueUrl=dead.dlq_url, Entries=entries)
        return answer

    async with operating(as_many_arrive) as operator:
        found = await operator.session.find("orders")
        to = await operator.session.redriver.queue(found.context, "orders")
        async with asyncio.timeout(60):
            report = await operator.redrive(dead.name, to=to)
    assert report.status == "completed"
    assert 100 <= report.sent <= 20 + 100 + 80, "a hundred more than there were, and what was under way"
    assert (report.remaining or 0) > 0


async def test_what_is_received_and_not_meant_does_not_count_towards_the_rate(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(60))
    async with operating() as operator:
        look = await operator.look(dead.name)
        last = max(look.letters, key=lambda letter: int(json.loads(letter.message.body)["number"]))
        request = RedriveRequest(engine="journal", watch_seconds=0, rate=1)
        plan = await operator.plan(dead.name, request, (last,), look)
        async with asyncio.timeout(40):  # one a second would take a minute
            report = await operator.start(plan)
    assert (report.sent, report.remaining) == (1, 59)


async def test_that_leases_cannot_be_ended_is_a_gap_only_until_a_run_could_end_them(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    faults = Faults().on("sqs:ChangeMessageVisibilityBatch", refused("denied"), times=None)
    async with operating(faults) as operator:
        await operator.redrive(dead.name)
        assert _gaps(operator) == ["sqs:ChangeMessageVisibility"]
        faults.clear()
        dead.fail(texts(3))
        await operator.redrive(dead.name)
        assert _gaps(operator) == []


def _gaps(operator: Operator) -> list[str]:
    return [fault.source for context in operator.session.snapshot.contexts for fault in context.faults]
