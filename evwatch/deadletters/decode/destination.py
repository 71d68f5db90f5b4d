"""Given up by a function that has an on-failure destination: the record says which function, why, and of what."""

from __future__ import annotations

from typing import Final

from evwatch.deadletters.decode.eventbridge import KIND as EVENTBRIDGE
from evwatch.deadletters.decode.form import Opened, Peeled, Verdict, failure, member, text
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.model.deadletter import JsonValue

KIND: Final = "function-destination"
_LATEST = ":$LATEST"
_BUS_SOURCE = "lambda"
_BUS_TYPE = "Lambda Function Invocation Result"


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """Take the original event out of the invocation record (Lambda developer guide, retaining records)."""
    if "requestPayload" in value and text(member(value.get("requestContext"), "condition")):
        payload = value["requestPayload"]
        # A text is what the caller sent, and not a message with something inside.
        return Peeled(KIND, payload, last=type(payload) is str)
    return None


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By the invocation record, whether it came straight, by a topic, or by a bus as the detail of an event."""
    record = opened.layer(KIND) or _from_bus(opened.layer(EVENTBRIDGE))
    if record is None:
        return None
    context = record.get("requestContext")
    condition = text(member(context, "condition"))
    if condition is None or condition == "Success":
        return None
    arn = text(member(context, "functionArn"))
    said = record.get("responsePayload")
    error = failure(condition, text(member(said, "errorType")), text(member(said, "errorMessage")))
    if arn is None:
        reason = "not known: the record does not name the function"
        return Verdict(KIND, None, None, reason, error)
    target = arn.removesuffix(_LATEST)
    reason = "the function, with the payload that it was invoked with"
    return Verdict(KIND, unqualified(arn), target, reason, error, (target,))


def unqualified(function_arn: str) -> str:
    """The function without version or alias, as the flow knows it."""
    return ":".join(function_arn.split(":")[:7])


def _from_bus(event: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
    if event is None or event.get("source") != _BUS_SOURCE or not str(event["detail-type"]).startswith(_BUS_TYPE):
        return None
    detail = event.get("detail")
    return detail if type(detail) is dict and peel(detail) else None
