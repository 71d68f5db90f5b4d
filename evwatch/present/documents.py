"""Queues and alarms as JSON documents, with the keys that `evwatch status -o json` prints."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from evwatch.model.alarm import Alarm
from evwatch.model.assessment import AssessedQueue
from evwatch.model.flow import Node
from evwatch.model.health import alarm_health
from evwatch.model.metric import Metric

Document = dict[str, Any]


def queue_document(found: AssessedQueue) -> Document:
    """One queue. Counts that could not be read are null."""
    queue, depth = found.queue, found.known_depth
    return {
        "name": queue.name,
        "arn": queue.arn,
        "url": queue.url,
        "account": queue.account,
        "region": queue.region,
        "context": found.context,
        "fifo": queue.fifo,
        "visible": depth.visible if depth else None,
        "in_flight": depth.in_flight if depth else None,
        "delayed": depth.delayed if depth else None,
        "oldest_age_seconds": found.oldest_age_seconds,
        "retention_seconds": queue.retention_seconds,
        "visibility_timeout_seconds": queue.visibility_timeout_seconds,
        "max_receive_count": queue.max_receive_count,
        "dlq_arn": queue.dlq_arn,
        "is_dlq": found.is_dlq,
        "source_arns": list(dict.fromkeys(source.arn for source in found.sources)),
        "tags": dict(queue.tags),
        "outlook": found.outlook.words,
        "health": found.verdict.health,
        "reasons": list(found.verdict.reasons),
    }


def alarm_document(alarm: Alarm) -> Document:
    """One alarm."""
    verdict = alarm_health(alarm)
    watched = alarm.metric
    return {
        "id": alarm.id,
        "name": alarm.name,
        "arn": alarm.arn,
        "account": alarm.account,
        "region": alarm.region,
        "type": alarm.type,
        "state": alarm.state,
        "since": timestamp(alarm.since) if alarm.since else None,
        "reason": alarm.reason,
        "description": alarm.description,
        "actions_enabled": alarm.actions_enabled,
        "muted": alarm.muted,
        "resource_arns": list(alarm.resource_arns),
        "metric": metric_document(watched.metric)
        | {"statistic": watched.statistic, "period_seconds": watched.period_seconds}
        if watched
        else None,
        "threshold": alarm.threshold,
        "comparison": alarm.comparison,
        "health": verdict.health,
        "reasons": list(verdict.reasons),
    }


def node_document(node: Node) -> Document:
    """One resource of the flow."""
    return {
        "arn": node.arn,
        "kind": node.kind,
        "name": node.name,
        "account": node.account,
        "region": node.region,
        "state": node.state,
        "detail": dict(node.detail),
    }


def metric_document(metric: Metric) -> Document:
    """One metric."""
    return {"namespace": metric.namespace, "name": metric.name, "dimensions": dict(metric.dimensions)}


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pretty(document: Document) -> str:
    """For the screen: ASCII alone, so that what stands in it is what is seen."""
    return json.dumps(document, indent=2, ensure_ascii=True).replace("\x7f", "\\u007f")
