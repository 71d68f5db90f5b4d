"""Given up by a queue: SQS moved the message after maxReceiveCount receives."""

from __future__ import annotations

from evwatch.deadletters.decode.form import Opened, Verdict
from evwatch.deadletters.decode.surroundings import Surroundings


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By `DeadLetterQueueSourceArn`, which SQS itself sets with the move; it carries no reason at all."""
    source = opened.message.system.get("DeadLetterQueueSourceArn")
    if not source:
        return None
    return Verdict("queue", source, source, "the queue in which it failed", named=(source,))
