"""Amazon EventBridge: buses, rules and their targets."""

from __future__ import annotations

from typing import Any

from evwatch.aws.service import Call, Paging, Service
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Edge, Flow, Node

_PAGES = Paging("NextToken", "NextToken", "Limit", 100)
LIST_EVENT_BUSES = Call("events", "ListEventBuses", paging=_PAGES, why="find event buses")
LIST_RULES = Call("events", "ListRules", paging=_PAGES, why="find rules, and whether they are on")
LIST_TARGETS_BY_RULE = Call(
    "events", "ListTargetsByRule", paging=_PAGES, why="see where rules send events, and the targets' DLQs"
)
SERVICE = Service(
    "events",
    (LIST_EVENT_BUSES, LIST_RULES, LIST_TARGETS_BY_RULE),
    # Fifty a second for EventBridge's whole control plane.
    requests_per_second=30,
    burst=30,
)


async def discover(survey: Survey) -> Flow:
    """Buses, their rules, and each rule's targets with their DLQs."""
    buses = [bus for bus in await survey.items(LIST_EVENT_BUSES, "EventBuses") if text(bus, "Arn")]
    rules = await survey.each(
        buses, lambda bus: survey.items(LIST_RULES, "Rules", EventBusName=text(bus, "Arn") or text(bus, "Name"))
    )
    pairs = [(bus, rule) for bus, found in rules for rule in found if text(rule, "Arn")]
    targets = await survey.each(
        pairs,
        lambda pair: survey.items(
            LIST_TARGETS_BY_RULE, "Targets", Rule=text(pair[1], "Name"), EventBusName=text(pair[0], "Arn")
        ),
    )
    nodes = [Node.of(text(bus, "Arn"), "event-bus", text(bus, "Name")) for bus in buses] + [
        _rule(rule) for _, rule in pairs
    ]
    edges = [edge for bus, rule in pairs for edge in _routes(bus, rule)]
    edges += [edge for (_, rule), found in targets for edge in _targets(rule, found)]
    return Flow(tuple(nodes), tuple(edges))


def _rule(rule: dict[str, Any]) -> Node:
    shown = details(
        schedule=text(rule, "ScheduleExpression"),
        pattern=text(rule, "EventPattern"),
        managed_by=text(rule, "ManagedBy"),
        description=text(rule, "Description"),
    )
    return Node.of(text(rule, "Arn"), "rule", text(rule, "Name"), text(rule, "State") or None, shown)


def _enabled(rule: dict[str, Any]) -> bool:
    return text(rule, "State") != "DISABLED"


def _routes(bus: dict[str, Any], rule: dict[str, Any]) -> list[Edge]:
    """A rule with a schedule alone takes nothing from its bus."""
    return [Edge(text(bus, "Arn"), text(rule, "Arn"), "routes", _enabled(rule))] if rule.get("EventPattern") else []


def _targets(rule: dict[str, Any], targets: list[dict[str, Any]]) -> list[Edge]:
    """Two targets of one rule with one ARN are one edge that names both."""
    arn = text(rule, "Arn")
    ids: dict[str, list[str]] = {}
    dlqs: dict[str, list[str]] = {}
    for target in targets:
        name = text(target, "Id")
        if to := text(target, "Arn"):
            ids.setdefault(to, []).append(name)
        if dlq := text(target, "DeadLetterConfig", "Arn"):
            dlqs.setdefault(dlq, []).append(name)
    edges = [Edge(arn, to, "targets", _enabled(rule), details(target=", ".join(names))) for to, names in ids.items()]
    return edges + [
        Edge(arn, to, "dead-letters", detail=details(target=", ".join(names))) for to, names in dlqs.items()
    ]
