"""Messages that evwatch put into a queue itself still know where they came from, though SQS does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evwatch.model.deadletter import Message
from evwatch.redrive.journal import Journal

_SOURCE = "DeadLetterQueueSourceArn"


async def with_origin(journal: Journal, queue_arn: str, messages: Sequence[Message]) -> list[Message]:
    """The messages; those that an undo or an import put here say again which queue gave up on them.

    SQS sets that mark itself, and only when it moves a message. Raises EvwatchError.
    """
    originals = await journal.originals(queue_arn, [message.id for message in messages])
    return [_restored(message, originals.get(message.id)) for message in messages]


def _restored(message: Message, original: Message | None) -> Message:
    source = original.system.get(_SOURCE) if original else None
    if source is None or _SOURCE in message.system:
        return message
    return replace(message, system={**message.system, _SOURCE: source})
