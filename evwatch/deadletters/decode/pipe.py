"""Given up by an EventBridge pipe that reads a stream: a record of the failure, without the batch that failed.

A pipe that reads a queue leaves its messages to the redrive policy of that queue.
"""

from __future__ import annotations

from evwatch.deadletters.decode.form import Opened, Peeled, Verdict, failure, member, text
from evwatch.deadletters.decode.stream import batch, stream_arn, where_to_read
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.model.deadletter import JsonValue

KIND = "pipe"


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """Tell a pipe's failure record. AWS does not document it; public records of 2023 and 2024 agree on the layout."""
    context = value.get("context")
    if text(member(context, "partnerResourceArn")) is None or text(member(context, "condition")) is None:
        return None
    return Peeled(KIND, None, last=True) if batch(value) is not None else None


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By the failure record, whether it came straight or by a topic."""
    record = opened.layer(KIND)
    if record is None:
        return None
    context = record.get("context")
    source = text(member(context, "partnerResourceArn"))
    error = failure(text(member(context, "condition")), None, None)
    reason = f"nowhere: a pipe reads its source alone, and the message holds no payload: {where_to_read(record)}"
    return Verdict("pipe", source, None, reason, error, (source or "", stream_arn(record) or ""))
