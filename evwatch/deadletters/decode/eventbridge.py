"""The event of an EventBridge bus: the innermost thing that is peeled to, its detail stays in it."""

from __future__ import annotations

from evwatch.deadletters.decode.form import Peeled
from evwatch.model.deadletter import JsonValue

KIND = "eventbridge"


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """The event itself: `detail-type`, `source` and `detail` are always there (EventBridge user guide, events)."""
    if type(value.get("detail-type")) is str and type(value.get("source")) is str and "detail" in value:
        return Peeled(KIND, value, last=True)
    return None
