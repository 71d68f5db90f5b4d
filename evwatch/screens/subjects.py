"""What the chart can show of what the cursor is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.flow import Flow, Node
from evwatch.model.metric import MetricQuery
from evwatch.present.alarms import AlarmRow, sign
from evwatch.present.chart import Subject
from evwatch.present.queues import QueueRow

_SERIES_AT_ONCE = 3


def alarm_subjects(row: AlarmRow, flow: Flow | None) -> tuple[Subject, ...]:
    """An alarm's own metrics with its limit first, then those of the resources it is about."""
    alarm = row.alarm
    found: list[Subject] = []
    if alarm.metric:
        found.append(_watched(row.context, alarm))
    elif alarm.metrics:
        queries = tuple(
            MetricQuery(each.metric, each.statistic, f"{each.metric.name} {each.statistic}") for each in alarm.metrics
        )
        found.append(Subject(row.context, alarm.name, queries[:_SERIES_AT_ONCE]))
    for arn in alarm.resource_arns:
        node = flow.by_arn.get(arn) if flow else None
        if node:
            found.extend(_of_node(row.context, node))
    return _numbered(found) or (Subject(row.context, alarm.name),)


def queue_subjects(row: QueueRow) -> tuple[Subject, ...]:
    """A queue's charts, the most telling first."""
    queue = row.queue
    return _numbered(_of_node(row.context, Node(queue.arn, "queue", queue.name, queue.account, queue.region)))


def node_subjects(context: str, node: Node) -> tuple[Subject, ...]:
    """The charts of any resource."""
    return _numbered(_of_node(context, node))


def _watched(context: str, alarm: Alarm) -> Subject:
    watched = alarm.metric
    if watched is None:
        return Subject(context, alarm.name)
    query = MetricQuery(watched.metric, watched.statistic, f"{watched.metric.name} {watched.statistic}")
    return Subject(context, alarm.name, (query,), alarm.threshold, sign(alarm), watched.period_seconds)


def _of_node(context: str, node: Node) -> list[Subject]:
    return [Subject(context, node.name, queries) for queries in catalogue.charts(node)]


def _numbered(found: Sequence[Subject]) -> tuple[Subject, ...]:
    return tuple(replace(each, number=index, of=len(found)) for index, each in enumerate(found, 1))
