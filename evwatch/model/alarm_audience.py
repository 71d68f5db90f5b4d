"""Whom an alarm tells, and who listens there."""

from __future__ import annotations

from dataclasses import dataclass

from evwatch.model.alarm import Alarm
from evwatch.model.arn import arn_name
from evwatch.model.flow import Flow
from evwatch.model.flow_kinds import canonical


@dataclass(frozen=True, slots=True)
class Listener:
    """One subscriber of a topic."""

    name: str
    """An address, or what people call the resource."""
    protocol: str
    confirmed: bool
    """False where whoever owns it has not agreed yet: it hears nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that an alarm's change to ALARM sets off."""

    arn: str
    listeners: tuple[Listener, ...] | None = None
    """None where it is no topic, or the topic could not be read; empty where nobody listens."""

    @property
    def name(self) -> str:
        """What people call it."""
        return arn_name(self.arn)


def audience(alarm: Alarm, flow: Flow | None) -> tuple[Told, ...]:
    """What it tells, in the alarm's own order. Whether it does so now is for `actions_enabled` and `muted` to say."""
    return tuple(Told(arn, _listeners(canonical(arn), flow)) for arn in alarm.action_arns)


def _listeners(arn: str, flow: Flow | None) -> tuple[Listener, ...] | None:
    node = flow.by_arn.get(arn) if flow else None
    if flow is None or node is None or node.kind != "topic" or not node.met:
        return None
    return tuple(
        Listener(flow.node(edge.target).name, edge.details.get("protocol", ""), edge.enabled)
        for edge in flow.outgoing.get(arn, ())
        if edge.kind == "subscribes"
    )
