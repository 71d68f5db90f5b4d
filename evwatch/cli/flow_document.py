"""The flow as the document that scripts rely on."""

from __future__ import annotations

from typing import Any

from evwatch.model.findings import Finding
from evwatch.model.flow import Edge
from evwatch.model.flow_assessment import AssessedFlow, AssessedNode

Document = dict[str, Any]


def flow_document(flow: AssessedFlow) -> Document:
    """Nodes, edges and findings; what is not known is left out of the readings, never zero."""
    return {
        "nodes": [node_document(of) for of in flow.nodes()],
        "edges": [edge_document(edge) for edge in flow.flow.edges],
        "findings": [finding_document(finding) for finding in flow.findings],
    }


def node_document(of: AssessedNode) -> Document:
    """One resource."""
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


def finding_document(finding: Finding) -> Document:
    """One finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "arn": finding.arn,
        "message": finding.message,
        "advice": finding.advice,
        "page": finding.page,
    }


def _number(value: float) -> float | int:
    """Counts stay whole numbers in JSON."""
    return int(value) if value == int(value) else round(value, 3)
