"""Given up by an event source mapping on a stream: a record of the failure, without the batch that failed."""

from __future__ import annotations

from evwatch.deadletters.decode.destination import unqualified
from evwatch.deadletters.decode.form import Opened, Peeled, Verdict, failure, member, text
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.deadletters.naming import called
from evwatch.model.deadletter import JsonValue

KIND = "stream"
_BATCHES = ("KinesisBatchInfo", "DDBStreamBatchInfo", "KafkaBatchInfo")


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """Tell a mapping's failure record by what it says of the batch (Lambda developer guide, on-failure destinations).

    Only S3 and Kafka destinations carry the batch, as `payload`.
    """
    if batch(value) is None or not text(member(value.get("requestContext"), "condition")):
        return None
    return Peeled(KIND, value.get("payload"), last=True)


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By the failure record, whether it came straight or by a topic."""
    record = opened.layer(KIND)
    if record is None:
        return None
    context = record.get("requestContext")
    error = failure(text(member(context, "condition")), None, None)
    function = text(member(context, "functionArn"))
    stream = stream_arn(record)
    if function is None:
        return Verdict("stream", None, None, "not known: the record does not name the function", error, (stream or "",))
    source = unqualified(function)
    reason = "the function that reads the stream"
    if opened.event is None:
        reason += f"; the message holds no payload: {where_to_read(record)}"
    return Verdict("stream", source, source, reason, error, (source, stream or ""))


def batch(record: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
    """What the record says of the batch that failed."""
    for name in _BATCHES:
        found = record.get(name)
        if type(found) is dict:
            return found
    return None


def stream_arn(record: dict[str, JsonValue]) -> str | None:
    """The stream (or Kafka cluster) that the batch was read from."""
    info = batch(record)
    return text(member(info, "streamArn")) or text(member(info, "eventSourceArn"))


def where_to_read(record: dict[str, JsonValue]) -> str:
    """Where the records of the batch still are, as a clause: they must be read before the stream drops them."""
    info = batch(record)
    arn = stream_arn(record)
    name = called(arn) if arn else "the stream"
    first, last = text(member(info, "startSequenceNumber")), text(member(info, "endSequenceNumber"))
    if first is None or last is None:
        return f"its records must be read from {name} before they expire there"
    shard = text(member(info, "shardId")) or "an unknown shard"
    return f"records {first} to {last} of {shard} must be read from {name} before they expire there"
