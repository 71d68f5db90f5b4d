"""Amazon EventBridge Scheduler: schedules, what they start, and their DLQs."""

from __future__ import annotations

from typing import Any

from evwatch.aws.service import Call, Paging, Service
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Edge, Flow, Node

LIST_SCHEDULES = Call(
    "scheduler", "ListSchedules", paging=Paging("NextToken", "NextToken", "MaxResults", 100), why="find schedules"
)
GET_SCHEDULE = Call("scheduler", "GetSchedule", why="see a schedule's target and DLQ, which the list lacks")
SERVICE = Service("scheduler", (LIST_SCHEDULES, GET_SCHEDULE), requests_per_second=20, burst=30)


async def discover(survey: Survey) -> Flow:
    """Schedules with their targets and DLQs; the listing alone has no DLQ, so each is looked at."""
    schedules = await survey.items(LIST_SCHEDULES, "Schedules")
    read = await survey.each(
        schedules,
        lambda item: survey.one(GET_SCHEDULE, Name=text(item, "Name"), GroupName=text(item, "GroupName") or "default"),
    )
    nodes = tuple(_node(item, answer or {}) for item, answer in read if text(item, "Arn"))
    edges = tuple(edge for item, answer in read for edge in _edges(item, answer or {}))
    return Flow(nodes, edges)


def _node(item: dict[str, Any], answer: dict[str, Any]) -> Node:
    shown = details(schedule=text(answer, "ScheduleExpression"), group=text(item, "GroupName"))
    return Node.of(text(item, "Arn"), "schedule", text(item, "Name"), text(item, "State") or None, shown)


def _edges(item: dict[str, Any], answer: dict[str, Any]) -> list[Edge]:
    arn, target = text(item, "Arn"), text(answer, "Target", "Arn") or text(item, "Target", "Arn")
    edges = [Edge(arn, target, "schedules", text(item, "State") != "DISABLED")] if target else []
    if dlq := text(answer, "Target", "DeadLetterConfig", "Arn"):
        edges.append(Edge(arn, dlq, "dead-letters"))
    return edges
