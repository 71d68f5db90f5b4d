"""The log of the function is found for every dead letter that a function made, and says why it failed."""

from __future__ import annotations

import asyncio

import pytest

from evwatch.config import ContextRequest, Settings
from evwatch.model.deadletter import DeadLetter
from evwatch.model.log_lines import PROOFS, LogRequest
from evwatch.model.look import LookRequest
from evwatch.session import Session
from tests.demo.conftest import Demo

MADE_BY_FUNCTIONS = {
    "order-events-dlq": 12,
    "inventory-dlq": 4,
    "payment-consumers-dlq": 5,
    "offboarding-dlq.fifo": 5,
    "send-confirmation-dlq": 5,
    "reconcile-payments-failures": 3,
    "order-projection-failures": 2,
    "order-audit-failures": 2,
}
"""How many of each; the others were made by a rule, a topic, a schedule or a pipe, or never reached their function."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, frozen: Demo) -> None:
    """The demo's credentials, and no waiting for a quota that an emulator does not have."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", frozen.aws.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", frozen.aws.secret_access_key)

    async def now(self: object) -> None:
        pass

    monkeypatch.setattr("evwatch.aws.pace.Pace.wait", now)


async def test_the_failure_of_every_dead_letter_that_a_function_made_is_in_its_log(frozen: Demo) -> None:
    where = ContextRequest(region=frozen.aws.region, endpoint_url=frozen.aws.endpoint_url)
    async with Session(Settings(contexts=(where,), demo=True)) as session:
        proven = await asyncio.gather(*(_proven(session, name) for name in MADE_BY_FUNCTIONS))
        found = dict(zip(MADE_BY_FUNCTIONS, proven, strict=True))
        kept = session.snapshot.contexts[0].log_reasons
    assert found == MADE_BY_FUNCTIONS
    assert len(kept) == sum(MADE_BY_FUNCTIONS.values())
    assert {reason.error.type for reason in kept.values()} >= {"KeyError", "UnknownStatusError", "Timeout"}


async def _proven(session: Session, name: str) -> int:
    """Of how many dead letters of a queue the log proves why they failed."""
    queue = await session.find(name)
    look = await session.look(queue, LookRequest(fifo=True), lambda _: None)
    return sum(await asyncio.gather(*(_reason(session, queue.queue.arn, letter) for letter in look.letters)))


async def _reason(session: Session, arn: str, letter: DeadLetter) -> bool:
    """Whether the log proves why it failed; what a destination told of the error, its log tells too."""
    now = letter.sent_at
    reading = await session.logs(LogRequest(arn, now, now, letter=letter))
    if reading.clue not in PROOFS or reading.reason is None:
        return False
    assert any(line.matched for line in reading.lines)
    if letter.origin == "function-destination" and letter.error:
        assert (reading.reason.type, reading.reason.message) == (letter.error.type, letter.error.message)
    return True
