"""Amazon EventBridge Scheduler: schedules, what they start, and their DLQs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from evwatch.aws.integrations import Where, resources
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Edge, EdgeKind, Flow, Node, merge
from evwatch.model.json_object import json_object

LIST_SCHEDULES = Call(
    "scheduler",
    "ListSchedules",
    paging=Paging("NextToken", "NextToken", "MaxResults", 100),
    why="find schedules",
    trial=Trial({"MaxResults": 1}, {"schedule": "Schedules[0].Name", "schedules": "Schedules[0].GroupName"}),
)
GET_SCHEDULE = Call(
    "scheduler",
    "GetSchedule",
    # Counted apart from the rest, and allowed at least 250 times a second (Scheduler quotas).
    own_pace=50,
    why="see a schedule's target and DLQ, which the list lacks",
    trial=Trial({"Name": "$schedule", "GroupName": "$schedules"}),
)
SERVICE = Service("scheduler", (LIST_SCHEDULES, GET_SCHEDULE), requests_per_second=20, burst=30)

_MOST = 20_000
"""Some systems make a schedule for each customer or reminder, millions of them; a picture of all would show nothing."""
_MOST_ASKED = 1_000
"""So many are asked in one reading, which takes about twenty seconds; the others' turn comes with the next ones."""
_TOLD_APART = 100
"""More than so many in one group with the same target differ in nothing that a picture could show."""
_KEEP_SECONDS = 86_400.0
"""The list says when each was last changed."""
_ALIKE = ("api", "message-group", "role")
"""What of the links is the same for all that one program made; their inputs are not."""
_Read = tuple[dict[str, Any], dict[str, Any] | None]
"""A schedule as it is listed, and as it was described where it was asked."""


async def discover(survey: Survey) -> Flow:
    """Schedules with their targets and DLQs. The list has no DLQ, so each is asked, a thousand at a time.

    Those that a program made by the hundred, all for one target, are one node together.
    """
    listed = await survey.items(LIST_SCHEDULES, "Schedules", at_most=_MOST)
    schedules = [item for item in listed if text(item, "Arn")]
    unknown = [item for item in schedules if not survey.knows(GET_SCHEDULE, _version(item))]
    later = {text(item, "Arn") for item in unknown[_MOST_ASKED:]}
    read = await survey.each(schedules, lambda item: _schedule(survey, item, later))
    if later:
        said = f"{len(later):,} of {len(schedules):,} schedules are still to be asked for their DLQs"
        survey.gap(GET_SCHEDULE, f"{said}, {_MOST_ASKED:,} with each reading")
    alike: dict[tuple[str, str, bool], list[_Read]] = {}
    for item, answer in read:
        alike.setdefault((_group(item), text(item, "Target", "Arn"), _enabled(item)), []).append((item, answer))
    apart = [each for found in alike.values() if len(found) <= _TOLD_APART for each in found]
    groups: dict[str, list[_Read]] = {}
    for (group, _, _), found in alike.items():
        if len(found) > _TOLD_APART:
            groups.setdefault(group, []).extend(found)
    parts = [_one(item, answer or {}) for item, answer in apart]
    parts += [_many(group, found) for group, found in groups.items()]
    return merge(parts)


def _one(item: dict[str, Any], answer: dict[str, Any]) -> Flow:
    return Flow((_node(item, answer),), tuple(_edges(item, answer)))


def _many(group: str, found: list[_Read]) -> Flow:
    """One node for schedules that were made by the hundred, under the ARN of their group."""
    first = text(found[0][0], "Arn")
    arn = f"{first.partition(':schedule/')[0]}:schedule-group/{group}"
    without = sum(answer is not None and not text(answer, "Target", "DeadLetterConfig", "Arn") for _, answer in found)
    shown = details(group=group, schedules=len(found), without_dlq=without, for_example=text(found[0][0], "Name"))
    on = any(_enabled(item) for item, _ in found)
    node = Node.of(arn, "schedule", f"{group}: {len(found):,} schedules", None if on else "DISABLED", shown)
    ends: dict[tuple[str, EdgeKind], Edge] = {}
    for item, answer in found:
        for edge in _edges(item, answer or {}):
            detail = tuple(pair for pair in edge.detail if pair[0] in _ALIKE)
            known = ends.get((edge.target, edge.kind), Edge(arn, edge.target, edge.kind, False))
            ends[edge.target, edge.kind] = replace(
                known, enabled=known.enabled or edge.enabled, detail=known.detail or detail
            )
    return Flow((node,), tuple(ends.values()))


def _group(item: dict[str, Any]) -> str:
    return text(item, "GroupName") or "default"


def _enabled(item: dict[str, Any]) -> bool:
    return text(item, "State") != "DISABLED"


def _version(item: dict[str, Any]) -> str:
    return f"{text(item, 'Arn')} {item.get('LastModificationDate')}"


async def _schedule(survey: Survey, item: dict[str, Any], later: Collection[str]) -> dict[str, Any] | None:
    if text(item, "Arn") in later:
        return None
    group = _group(item)
    return await survey.kept(GET_SCHEDULE, _version(item), _KEEP_SECONDS, Name=text(item, "Name"), GroupName=group)


def _node(item: dict[str, Any], answer: dict[str, Any]) -> Node:
    shown = details(
        schedule=text(answer, "ScheduleExpression"),
        zone=text(answer, "ScheduleExpressionTimezone"),
        group=text(item, "GroupName"),
        description=text(answer, "Description"),
    )
    return Node.of(text(item, "Arn"), "schedule", text(item, "Name"), text(item, "State") or None, shown)


def _edges(item: dict[str, Any], answer: dict[str, Any]) -> list[Edge]:
    arn, target = text(item, "Arn"), text(answer, "Target", "Arn") or text(item, "Target", "Arn")
    described = answer.get("Target") or {}
    retry = described.get("RetryPolicy") or {}
    shown = details(
        input=text(described, "Input"),
        message_group=text(described, "SqsParameters", "MessageGroupId"),
        retries=retry.get("MaximumRetryAttempts"),
        max_age_seconds=retry.get("MaximumEventAgeInSeconds"),
        role=text(described, "RoleArn"),
    )
    enabled = _enabled(item)
    edges = [
        Edge(arn, end, "schedules", enabled, shown if end == target else (("api", target), *shown))
        for end in resources(target, _parameters(text(described, "Input")), Where.of(arn))
    ]
    if dlq := text(described, "DeadLetterConfig", "Arn"):
        edges.append(Edge(arn, dlq, "dead-letters"))
    return edges


def _parameters(given: str) -> dict[str, Any]:
    """The input of a universal target holds the parameters of the API that it calls."""
    return json_object(given)
