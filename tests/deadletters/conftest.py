"""What the tests of dead letters share: a DLQ, the flow around it, and messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import pytest

from evwatch.deadletters.decode import Surroundings, decode
from evwatch.model.deadletter import DeadLetter, Message, MessageAttribute
from evwatch.model.flow import Edge, Flow
from evwatch.model.queue import Queue

DLQ = "arn:aws:sqs:us-east-1:111122223333:failures"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
SENT = datetime(2026, 11, 1, tzinfo=UTC)

Around = Callable[..., Surroundings]
LetterOf = Callable[..., DeadLetter]


@pytest.fixture(scope="session")
def around() -> Around:
    """Surroundings of one DLQ that keeps messages for 14 days."""

    def make(
        edges: Iterable[Edge] = (), *, fifo: bool = False, retention: int | None = 1_209_600, now: datetime = NOW
    ) -> Surroundings:
        queue = Queue(DLQ, "", "failures", "111122223333", "us-east-1", fifo, retention)
        return Surroundings(queue, Flow(edges=tuple(edges)), now)

    return make


@pytest.fixture(scope="session")
def letter_of(around: Around) -> LetterOf:
    """A dead letter decoded from a body, attributes and system attributes."""

    def make(
        body: str,
        attributes: Mapping[str, str | bytes] | None = None,
        *,
        id: str = "m-1",
        surroundings: Surroundings | None = None,
        **system: str,
    ) -> DeadLetter:
        found = {
            name: MessageAttribute("Binary" if isinstance(value, bytes) else "String", value)
            for name, value in (attributes or {}).items()
        }
        given = {"SentTimestamp": str(int(SENT.timestamp() * 1000)), "ApproximateReceiveCount": "1", **system}
        return decode(Message(id, body, attributes=found, system=given), surroundings or around())

    return make
