"""Whom alarms tell, as a part of the flow."""

from __future__ import annotations

from collections.abc import Iterable

from evwatch.model.alarm import Alarm
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_kinds import canonical


def alarm_flow(alarms: Iterable[Alarm]) -> Flow:
    """The alarms that tell somebody, and an edge to each; one whose actions are switched off tells nobody."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for alarm in alarms:
        if not alarm.arn or not alarm.action_arns:
            continue
        nodes.append(Node(alarm.arn, "alarm", alarm.name, alarm.account, alarm.region, alarm.state))
        edges += [Edge(alarm.arn, canonical(action), "notifies", alarm.actions_enabled) for action in alarm.action_arns]
    return Flow(tuple(nodes), tuple(edges))
