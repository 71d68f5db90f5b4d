"""Given up by an EventBridge rule: one of its targets could not be reached."""

from __future__ import annotations

from collections.abc import Mapping

from evwatch.deadletters.decode.form import Opened, Verdict, attribute, failure
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.model.deadletter import MessageAttribute


def recognise(opened: Opened, surroundings: Surroundings) -> Verdict | None:
    """By the attribute `RULE_ARN` (EventBridge user guide, dead-letter queues)."""
    attributes = opened.message.attributes
    rule = attribute(attributes, "RULE_ARN")
    if rule is None:
        return None
    target = attribute(attributes, "TARGET_ARN")
    reason = (
        "the one target that failed; the rule's other targets had the event"
        if target
        else "not known: the message does not name the target that failed"
    )
    return Verdict(
        "rule",
        rule,
        target,
        reason,
        failure(attribute(attributes, "ERROR_CODE"), None, attribute(attributes, "ERROR_MESSAGE")),
        (rule, target or ""),
        retries(attributes),
    )


def retries(attributes: Mapping[str, MessageAttribute]) -> tuple[str, ...]:
    """How long EventBridge tried. It names a condition only where the error was one that retrying might have cured."""
    attempts = attribute(attributes, "RETRY_ATTEMPTS")
    condition = attribute(attributes, "EXHAUSTED_RETRY_CONDITION")
    if condition:
        return (f"given up after {attempts or 'an unknown number of'} retries: {condition}",)
    return ("not retried: the error is a permanent one",) if attempts == "0" else ()
