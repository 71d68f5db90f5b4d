"""Documents with `Records`, which services hand to functions and queues. All but SNS's stay whole."""

from __future__ import annotations

from evwatch.deadletters.decode.form import Peeled, member
from evwatch.model.deadletter import JsonValue

_KINDS: dict[str, str] = {
    "aws:s3": "s3",
    "aws:sqs": "sqs",
    "aws:kinesis": "kinesis",
    "aws:dynamodb": "dynamodb",
}
_S3_TEST = "s3:TestEvent"


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """Tell a batch document by the source of its first record.

    Of SNS, which always hands over one record at a time (Lambda developer guide, SNS), the message is taken out. S3
    sends a test event without records when a notification is set up.
    """
    records = value.get("Records")
    if type(records) is not list or not records:
        return Peeled("s3", value, last=True) if value.get("Event") == _S3_TEST else None
    first = records[0]
    if type(first) is not dict:
        return None
    source = first.get("eventSource", first.get("EventSource"))
    if type(source) is not str:
        return None
    if source == "aws:sns" and len(records) == 1:
        message = member(first.get("Sns"), "Message")
        return Peeled("sns", message) if type(message) is str else None
    kind = _KINDS.get(source)
    return Peeled(kind, value, last=True) if kind else None
