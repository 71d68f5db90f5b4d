"""Given up by EventBridge Scheduler: a schedule's target could not be called."""

from __future__ import annotations

from evwatch.deadletters.decode.form import Opened, Verdict, attribute, failure
from evwatch.deadletters.decode.rule import retries
from evwatch.deadletters.decode.surroundings import Surroundings

_UNIVERSAL = ":aws-sdk:"


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By the attribute `SCHEDULE_ARN` (EventBridge Scheduler user guide, configuring a dead-letter queue)."""
    attributes = opened.message.attributes
    schedule = attribute(attributes, "SCHEDULE_ARN")
    if schedule is None:
        return None
    target = attribute(attributes, "TARGET_ARN")
    notes = retries(attributes)
    if (attribute(attributes, "IS_PAYLOAD_TRUNCATED") or "").lower() == "true":
        notes += ("the payload was truncated by EventBridge Scheduler",)
        reached, reason = None, "nowhere: the payload was truncated, and a part of it would be something else"
    elif target is None:
        reached, reason = None, "not known: the message does not name the target that failed"
    elif _UNIVERSAL in target:
        action = target.rsplit(_UNIVERSAL, 1)[1]
        reached, reason = target, f"the API call {action}, whose parameters are the body"
    else:
        reached, reason = target, "the schedule's target"
    return Verdict(
        "schedule",
        schedule,
        reached,
        reason,
        failure(attribute(attributes, "ERROR_CODE"), None, attribute(attributes, "ERROR_MESSAGE")),
        (schedule, target or ""),
        notes,
    )
