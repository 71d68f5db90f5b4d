"""The invocation of a function that a dead letter tells of."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.deadletters.decode import eventbridge, sns
from evwatch.deadletters.decode.form import attribute, member, text
from evwatch.deadletters.decode.opening import open_message
from evwatch.model.deadletter import DeadLetter


def request_ids(letter: DeadLetter) -> tuple[str, ...]:
    """The ids of the request that failed, by which logs and Lambda's answer to the caller know it.

    Lambda's DLQ says it in the attribute `RequestID`, which travels in SNS's envelope where the DLQ is a topic; the
    record for a destination in itself, which may be the detail of a bus's event (Lambda developer guide).
    """
    return tuple(dict.fromkeys(name for name in _told(letter) if name))


def _told(letter: DeadLetter) -> Iterator[str | None]:
    yield attribute(letter.message.attributes, "RequestID")
    for layer in open_message(letter.message).layers:
        if layer.kind == sns.KIND:
            yield attribute(sns.attributes(layer.value), "RequestID")
        record = layer.value.get("detail") if layer.kind == eventbridge.KIND else layer.value
        yield text(member(member(record, "requestContext"), "requestId"))
