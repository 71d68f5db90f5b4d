"""Queues, alarms and the flow as JSON documents, with the keys that `evwatch status` and `evwatch flow` print.

Keys may be added; none is taken away or changes its type.
"""

from __future__ import annotations

import json
from typing import Any

from evwatch.model.alarm import Alarm
from evwatch.model.assessment import AssessedQueue
from evwatch.model.findings import Finding
from evwatch.model.flow import Edge
from evwatch.model.flow_assessment import AssessedFlow, AssessedNode
from evwatch.model.health import alarm_health
from evwatch.model.metric import Metric
from evwatch.model.timestamp import timestamp

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
        "since": timestamp(alarm.since),
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


def flow_document(flow: AssessedFlow) -> Document:
    """Nodes, edges and findings; what is not known is left out of the readings, never zero."""
    return {
        "nodes": [node_document(of) for of in flow.nodes()],
        "edges": [edge_document(edge) for edge in flow.flow.edges],
        "findings": [
            finding_document(finding, (of.context or None) if (of := flow.of(finding.arn)) else None)
            for finding in flow.findings
        ],
    }


def node_document(of: AssessedNode) -> Document:
    """One resource of the flow."""
    node = of.node
    return {
        "arn": node.arn,
        "kind": node.kind,
        "name": node.name,
        "account": node.account,
        "region": node.region,
        "context": of.context or None,
        "state": node.state,
        "readings": {name: _number(value) for name, value in of.readings},
        "health": of.verdict.health,
        "reasons": list(of.verdict.reasons),
        "seen": node.met,
        "tags": dict(of.tags),
        "detail": dict(node.detail),
    }


def edge_document(edge: Edge) -> Document:
    """One link."""
    return {
        "from": edge.source,
        "to": edge.target,
        "kind": edge.kind,
        "enabled": edge.enabled,
        "detail": dict(edge.detail),
    }


def finding_document(finding: Finding, context: str | None) -> Document:
    """One finding, and the context that its resource was read in."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "arn": finding.arn,
        "context": context,
        "message": finding.message,
        "advice": finding.advice,
        "page": finding.page,
    }


def metric_document(metric: Metric) -> Document:
    """One metric."""
    return {"namespace": metric.namespace, "name": metric.name, "dimensions": dict(metric.dimensions)}


def pretty(document: Document) -> str:
    """For the screen: ASCII alone, so that what stands in it is what is seen."""
    return json.dumps(document, indent=2, ensure_ascii=True).replace("\x7f", "\\u007f")


def _number(value: float) -> float | int:
    """Counts stay whole numbers in JSON."""
    return int(value) if value == int(value) else round(value, 3)
