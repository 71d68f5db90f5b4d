"""The engine `journal`: everything arrives once, as it was, and what did not is named."""

from __future__ import annotations

import json

from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.redrive.conftest import Operating
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
