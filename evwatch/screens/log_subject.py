"""Whose log lines belong to what the cursor is on."""

from __future__ import annotations

from datetime import datetime, timedelta

from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.flow import Flow
from evwatch.model.log_lines import LogRequest
from evwatch.present.picture import Picture
from evwatch.screens.targets import AlarmTarget, QueueTarget, ResourceTarget, Target

_USUAL = timedelta(minutes=15)
_BEFORE = timedelta(minutes=10)


def log_request(picture: Picture, target: Target | None, now: datetime) -> LogRequest | None:
    """A function's own lines, a queue's consumers', those of what an alarm is about from before it fired.

    None where nothing that logs is known there.
    """
    match target:
        case QueueTarget():
            return LogRequest(target.key[1], now - _USUAL, now, context=target.key[0])
        case ResourceTarget():
            arn = _function_or_queue(target.node.arn, picture.flow_of(target.key[0]))
            return LogRequest(arn, now - _USUAL, now, context=target.key[0]) if arn else None
        case AlarmTarget():
            row = picture.alarm_by_key.get(target.key)
            if row is None:
                return None
            arns = sorted(row.alarm.resource_arns, key=lambda arn: _service(arn) != "lambda")
            found = (_function_or_queue(arn, picture.flow_of(target.key[0])) for arn in arns)
            arn = next((each for each in found if each), "")
            since = row.alarm.since if row.alarm.fires else None
            start = since - _BEFORE if since and since > now - timedelta(days=1) else now - _USUAL
            end = min(now, start + timedelta(hours=1))
            return LogRequest(arn, start, end, context=target.key[0]) if arn else None
    return None


def title(request: LogRequest) -> str:
    """What the screen is about before anything was read."""
    return f"logs of {arn_name(request.subject)}"


def _function_or_queue(arn: str, flow: Flow | None) -> str:
    """Itself, or the first function or queue that it leads to."""
    if _service(arn) in ("lambda", "sqs"):
        return arn
    for edge in flow.outgoing.get(arn, ()) if flow else ():
        if (
            edge.kind in ("targets", "subscribes", "consumes", "schedules", "pipes")
            and _service(edge.target) == "lambda"
        ):
            return edge.target
    return ""


def _service(arn: str) -> str:
    parts = parse_arn(arn)
    return parts.service if parts else ""
