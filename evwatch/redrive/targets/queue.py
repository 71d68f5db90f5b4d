"""Queues as targets: the message as it was, without what those who gave up on it wrote upon it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from evwatch.aws.clients import Caller
from evwatch.aws.messages import BATCH
from evwatch.aws.sending import BATCH_BYTES, Answer, Outgoing, send_batch
from evwatch.model.deadletter import DeadLetter, Message, MessageAttribute
from evwatch.model.queue import Queue

_LAMBDA = frozenset({"RequestID", "ErrorCode", "ErrorMessage"})
_EVENTBRIDGE = frozenset(
    {"RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS"}
)
_SCHEDULER = _EVENTBRIDGE - {"RULE_ARN"} | {"SCHEDULE_ARN", "EXECUTION_ID", "IS_PAYLOAD_TRUNCATED", "SCHEDULED_TIME"}
FAILURE_ATTRIBUTES = {"function": _LAMBDA, "rule": _EVENTBRIDGE, "schedule": _SCHEDULER}
"""What each producer adds to a message that it gives up on. A consumer must not see it, and ten attributes are the most
that a message may have."""


@dataclass(frozen=True, slots=True)
class QueueTarget:
    """A queue that can be sent to."""

    caller: Caller
    queue: Queue

    @property
    def arn(self) -> str:
        """The queue's ARN."""
        return self.queue.arn

    @property
    def repeatable(self) -> bool:
        """FIFO recognises a deduplication id for five minutes."""
        return self.queue.fifo

    @property
    def most(self) -> int:
        """Ten."""
        return BATCH

    @property
    def most_bytes(self) -> int:
        """A queue that takes less than SQS allows takes no more than that in one request either."""
        return min(BATCH_BYTES, self.queue.maximum_message_bytes or BATCH_BYTES)

    async def send(self, messages: Sequence[Outgoing], seconds: float) -> Answer:
        """SendMessageBatch, once."""
        return await send_batch(self.caller, self.queue.url, messages, seconds)


def outgoing(letter: DeadLetter, *, fifo: bool, body: str | None = None) -> Outgoing:
    """The message to send for a letter.

    The deduplication id is the MessageId, as in SQS's own redrive: the original one could be within its five minutes
    still, so that SQS would accept the message and drop it; and whoever sends this letter a second time is recognised.
    """
    message = letter.message
    return Outgoing(
        body=message.body if body is None else body,
        attributes=passed_on(letter),
        trace_header=message.system.get("AWSTraceHeader"),
        group_id=message.system.get("MessageGroupId"),
        deduplication_id=_deduplication_id(message, body) if fifo else None,
    )


def _deduplication_id(message: Message, body: str | None) -> str:
    """Another for each edit of a message: it is another message."""
    if body is None or body == message.body:
        return message.id
    return f"{message.id}-{hashlib.sha256(body.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def whole(message: Message, key: str, *, fifo: bool) -> Outgoing:
    """The message to send so that it is again what it was, what was written upon it included.

    `key` names this sending of it; in FIFO whoever repeats that is recognised.
    """
    return Outgoing(
        body=message.body,
        attributes=message.attributes,
        trace_header=message.system.get("AWSTraceHeader"),
        group_id=message.system.get("MessageGroupId"),
        deduplication_id=hashlib.sha256(key.encode()).hexdigest() if fifo else None,
    )


def passed_on(letter: DeadLetter) -> dict[str, MessageAttribute]:
    """The attributes that were there before somebody gave up on the message."""
    added = FAILURE_ATTRIBUTES.get(letter.origin, frozenset())
    return {name: found for name, found in letter.message.attributes.items() if name not in added}
