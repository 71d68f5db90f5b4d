"""Amazon CloudWatch: what an alarm did. CloudWatch keeps it for some weeks, also after the alarm is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.cloudwatch import DESCRIBE_ALARM_CONTRIBUTORS, DESCRIBE_ALARM_HISTORY
from evwatch.aws.errors import AwsError
from evwatch.aws.survey import text
from evwatch.model.alarm import Alarm, AlarmState
from evwatch.model.alarm_history import AlarmEvent, AlarmHistory, Contributor, EventKind
from evwatch.model.json_object import json_object

_TYPES = {"metric": "MetricAlarm", "composite": "CompositeAlarm", "log": "LogAlarm"}
_KINDS: dict[str, EventKind] = {"StateUpdate": "state", "Action": "action", "ConfigurationUpdate": "configuration"}
_STATES: tuple[AlarmState, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
_MOST = 300
"""Three pages: an alarm that flaps has thousands of entries."""


async def alarm_history(caller: Caller, alarm: Alarm, now: datetime) -> AlarmHistory:
    """The newest entries of an alarm's history, with the series for which it fires where it judges many.

    Raises AwsError where the history itself cannot be read.
    """
    found: list[AlarmEvent] = []
    complete = True
    # Without the type CloudWatch gives entries of metric alarms alone.
    types = [_TYPES.get(alarm.type, "MetricAlarm")]
    async for page in caller.pages(
        DESCRIBE_ALARM_HISTORY, AlarmName=alarm.name, AlarmTypes=types, ScanBy="TimestampDescending"
    ):
        found += [_event(item) for item in page.get("AlarmHistoryItems") or () if isinstance(item, Mapping)]
        if len(found) >= _MOST and page.get("NextToken"):
            complete = False
            break
    found.sort(key=lambda event: event.at, reverse=True)
    history = AlarmHistory(tuple(found), complete, now)
    if not alarm.of_many_series or alarm.state != "ALARM":
        return history
    try:
        return replace(history, contributors=await _contributors(caller, alarm))
    except AwsError as error:
        return history if error.unsupported else replace(history, contributors_fault=error.fault)


async def _contributors(caller: Caller, alarm: Alarm) -> tuple[Contributor, ...]:
    """The series for which an alarm on a query fires. Raises AwsError."""
    found: list[Contributor] = []
    async for page in caller.pages(DESCRIBE_ALARM_CONTRIBUTORS, AlarmName=alarm.name):
        for item in page.get("AlarmContributors") or ():
            attributes = item.get("ContributorAttributes") or {}
            name = ", ".join(f"{key}={value}" for key, value in sorted(attributes.items()))
            since = item.get("StateTransitionedTimestamp")
            moment = since.astimezone(UTC) if isinstance(since, datetime) else None
            found.append(Contributor(name or text(item, "ContributorId"), text(item, "StateReason"), moment))
        if len(found) >= _MOST:
            break
    return tuple(found)


def _event(item: Mapping[str, Any]) -> AlarmEvent:
    at = item.get("Timestamp")
    data = json_object(item.get("HistoryData"))
    new, old = data.get("newState"), data.get("oldState")
    new, old = (new if isinstance(new, dict) else {}), (old if isinstance(old, dict) else {})
    return AlarmEvent(
        at.astimezone(UTC) if isinstance(at, datetime) else datetime.fromtimestamp(0, UTC),
        _KINDS.get(str(item.get("HistoryItemType")), "other"),
        str(item.get("HistorySummary") or ""),
        _state(new),
        _state(old),
        text(new, "stateReason"),
        _datapoints(new.get("stateReasonData")),
    )


def _state(item: Mapping[str, Any]) -> AlarmState | None:
    return next((state for state in _STATES if state == item.get("stateValue")), None)


def _datapoints(data: Any) -> tuple[tuple[datetime, float], ...]:
    """What was judged by: CloudWatch writes `evaluatedDatapoints`, newest first, into a metric alarm's reason data."""
    document = data if isinstance(data, dict) else json_object(data)
    listed = document.get("evaluatedDatapoints")
    found = []
    for point in listed if isinstance(listed, list) else ():
        value, at = (point.get("value"), point.get("timestamp")) if isinstance(point, dict) else (None, None)
        if isinstance(value, (int, float)) and isinstance(at, str):
            try:
                moment = datetime.fromisoformat(at)
            except ValueError:
                continue
            found.append((moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC), float(value)))
    return tuple(sorted(found))
