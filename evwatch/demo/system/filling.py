"""Puts messages into the queues as they would have got there: dead letters of the past, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system.dead_letters import Failed, Letter
from evwatch.demo.system.queues import SOURCES, queue_url

_BATCH = 10
_APART = 7.0  # seconds between two messages of the past
_MAX_RECEIVES = {queue.name: queue.max_receive_count for queue in SOURCES}


class Filling:
    """Sends to the queues of one endpoint."""

    def __init__(self, api: Api, endpoint_url: str) -> None:
        self._api = api
        self._endpoint_url = endpoint_url

    def fail(self, failed: Failed) -> tuple[list[str], float]:
        """Let messages go through their queue to its DLQ: received as often as the policy allows, and never deleted.

        SQS counts a receive that hides nothing too. The queue must be empty and not consumed. Gives their MessageIds,
        and how many seconds ago they were received.
        """
        ids = self.send(failed.queue, failed.bodies, failed.ago)
        received = failed.ago - _APART * len(failed.bodies)
        self._api.ago(received)
        rounds = _MAX_RECEIVES[failed.queue] * -(-len(failed.bodies) // _BATCH)
        for _ in range(rounds):
            self._receive(failed.queue)
        self._receive(failed.queue)  # what is due to move moves when the next receive looks at the queue
        self._api.ago(0)
        return ids, received

    def receive_before(self, queue: str, bodies: Sequence[str], times: int, ago: float) -> None:
        """Leave messages in a queue that were received so often already."""
        self.send(queue, bodies, ago)
        self._api.ago(ago - _APART * len(bodies))
        for _ in range(times):
            self._receive(queue)
        self._api.ago(0)

    def put(self, letter: Letter) -> None:
        """Put a letter in its DLQ at its time."""
        self._api.ago(letter.ago)
        self._sqs.send_message(
            QueueUrl=queue_url(self._endpoint_url, letter.queue),
            MessageBody=letter.layout.body,
            MessageAttributes=letter.layout.attributes,
        )
        self._api.ago(0)

    def send(self, queue: str, bodies: Sequence[str], ago: float) -> list[str]:
        """Send messages one after the other, the first so many seconds ago; gives their MessageIds."""
        ids: list[str] = []
        group = {"MessageGroupId": "offboarding"} if queue.endswith(".fifo") else {}
        for number, body in enumerate(bodies):
            self._api.ago(max(ago - _APART * number, 0.0))
            sent = self._sqs.send_message(QueueUrl=queue_url(self._endpoint_url, queue), MessageBody=body, **group)
            ids.append(str(sent["MessageId"]))
        self._api.ago(0)
        return ids

    def wait_in(self, queue: str, bodies: Sequence[str], oldest: float) -> None:
        """Let messages wait in a queue, in batches that were sent between so many seconds ago and now."""
        for first in range(0, len(bodies), _BATCH):
            self._api.ago(oldest * (1 - first / len(bodies)))
            entries: list[dict[str, Any]] = [
                {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies[first : first + _BATCH])
            ]
            self._sqs.send_message_batch(QueueUrl=queue_url(self._endpoint_url, queue), Entries=entries)
        self._api.ago(0)

    def _receive(self, queue: str) -> None:
        self._sqs.receive_message(
            QueueUrl=queue_url(self._endpoint_url, queue), MaxNumberOfMessages=_BATCH, VisibilityTimeout=0
        )

    @property
    def _sqs(self) -> Any:
        return self._api.client("sqs")
