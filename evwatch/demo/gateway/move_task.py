"""One SQS message move task at work: receive, send, delete, on behalf of whoever started it.

As in SQS the set is counted once at the start, messages that are hidden then are left where they are, what arrives is a
new message with a new id, and a cancel takes effect only after a while.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from evwatch.demo.gateway.sqs_protocol import SqsError
from evwatch.demo.gateway.trace_headers import send_batch
from evwatch.demo.gateway.upstream import Upstream

Status = Literal["RUNNING", "COMPLETED", "CANCELLING", "CANCELLED", "FAILED"]
_BATCH = 10
_HIDDEN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds. The defaults are what an operator meets; tests take shorter ones."""

    before_first: float = 1.0
    """From the start to the first message; the task runs, but does not know yet how many it will move."""
    between_batches: float = 0.05
    """Where no rate was asked for."""
    until_cancelled: float = 2.0
    """From the cancel to its effect, during which moving goes on."""


class MoveTask:
    """A task and its counters. Raises nothing: what goes wrong is its status and failure reason."""

    def __init__(
        self,
        source_arn: str,
        source_url: str,
        destination_arn: str | None,
        rate: int | None,
        caller: Mapping[str, str],
        pace: Pace,
    ) -> None:
        self.id = str(uuid.uuid4())
        self.source_arn = source_arn
        self.destination_arn = destination_arn
        self.rate = rate
        self.status: Status = "RUNNING"
        self.moved = 0
        self.to_move: int | None = None
        self.failure_reason: str | None = None
        self.started_ms = int(time.time() * 1000)
        self._source_url = source_url
        self._caller = caller
        self._pace = pace
        self._cancelled_at: float | None = None
        self._cancelled = asyncio.Event()

    @property
    def active(self) -> bool:
        """True while it holds its source: no second one may start."""
        return self.status in ("RUNNING", "CANCELLING")

    def cancel(self) -> None:
        """Ask it to stop. It still moves messages for a while."""
        self.status = "CANCELLING"
        self._cancelled_at = time.monotonic()
        self._cancelled.set()

    async def run(self, upstream: Upstream) -> None:
        """Move until the set is moved, nothing more is visible, it was cancelled, or something failed."""
        try:
            await self._wait(self._pace.before_first)
            counted = await upstream.sqs(
                self._caller,
                "GetQueueAttributes",
                {"QueueUrl": self._source_url, "AttributeNames": ["ApproximateNumberOfMessages"]},
            )
            self.to_move = int(counted["Attributes"]["ApproximateNumberOfMessages"])
            while self.moved < self.to_move and not self._cancel_has_taken_effect():
                if not await self._move_some(upstream, self.to_move - self.moved):
                    break
            self.status = "CANCELLED" if self.status == "CANCELLING" else "COMPLETED"
        except SqsError as error:
            self.status, self.failure_reason = "FAILED", error.code

    async def _wait(self, seconds: float) -> None:
        """So long, but no longer than until a cancel takes effect."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._cancelled.wait()
                await asyncio.sleep(self._pace.until_cancelled)

    def _cancel_has_taken_effect(self) -> bool:
        if self._cancelled_at is None:
            return False
        return time.monotonic() - self._cancelled_at >= self._pace.until_cancelled

    async def _move_some(self, upstream: Upstream, most: int) -> bool:
        """Move one batch and wait as the rate asks. False where nothing was visible."""
        began = time.monotonic()
        received = await upstream.sqs(
            self._caller,
            "ReceiveMessage",
            {
                "QueueUrl": self._source_url,
                "MaxNumberOfMessages": min(_BATCH, most, self.rate or _BATCH),
                "VisibilityTimeout": _HIDDEN_SECONDS,
                "MessageSystemAttributeNames": ["All"],
                "MessageAttributeNames": ["All"],
            },
        )
        messages = received.get("Messages", [])
        try:
            for destination, group in (await self._by_destination(upstream, messages)).items():
                await self._move(upstream, destination, group)
        except SqsError:
            await self._release(upstream, messages)
            raise
        wait = len(messages) / self.rate if self.rate else self._pace.between_batches
        await self._wait(max(0.0, wait - (time.monotonic() - began)))
        return bool(messages)

    async def _by_destination(
        self, upstream: Upstream, messages: list[dict[str, Any]]
    ) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for message in messages:
            arn = self.destination_arn or message["Attributes"].get("DeadLetterQueueSourceArn")
            if arn is None:
                raise SqsError("CouldNotDetermineMessageSource", "It was not moved here by a redrive policy.")
            found.setdefault(arn, []).append(message)
        return {await queue_url(upstream, self._caller, arn): group for arn, group in found.items()}

    async def _move(self, upstream: Upstream, destination: str, messages: list[dict[str, Any]]) -> None:
        entries = [_entry(str(index), message) for index, message in enumerate(messages)]
        sent = await send_batch(upstream, self._caller, destination, entries)
        accepted = [messages[int(entry["Id"])] for entry in sent.get("Successful", [])]
        if accepted:
            handles = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(accepted)]
            await upstream.sqs(self._caller, "DeleteMessageBatch", {"QueueUrl": self._source_url, "Entries": handles})
            self.moved += len(accepted)
        for refused in sent.get("Failed", []):
            raise SqsError(refused["Code"], refused.get("Message", ""))

    async def _release(self, upstream: Upstream, messages: list[dict[str, Any]]) -> None:
        handles = [
            {"Id": str(i), "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 0} for i, m in enumerate(messages)
        ]
        await upstream.sqs(
            self._caller, "ChangeMessageVisibilityBatch", {"QueueUrl": self._source_url, "Entries": handles}
        )


async def queue_url(upstream: Upstream, caller: Mapping[str, str], arn: str) -> str:
    """The URL of the queue with this ARN. Raises SqsError where there is none."""
    *_, account, name = arn.split(":")
    found = await upstream.sqs(caller, "GetQueueUrl", {"QueueName": name, "QueueOwnerAWSAccountId": account})
    return str(found["QueueUrl"])


def _entry(entry_id: str, message: Mapping[str, Any]) -> dict[str, Any]:
    system = message["Attributes"]
    entry: dict[str, Any] = {"Id": entry_id, "MessageBody": message["Body"]}
    if "MessageAttributes" in message:
        entry["MessageAttributes"] = message["MessageAttributes"]
    if "AWSTraceHeader" in system:
        trace = {"DataType": "String", "StringValue": system["AWSTraceHeader"]}
        entry["MessageSystemAttributes"] = {"AWSTraceHeader": trace}
    if "MessageGroupId" in system:
        entry["MessageGroupId"] = system["MessageGroupId"]
    if "SequenceNumber" in system:  # FIFO; the original deduplication id would have it swallowed within 5 minutes
        entry["MessageDeduplicationId"] = message["MessageId"]
    return entry
