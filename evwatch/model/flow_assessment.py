"""The flow with all that is known of each resource: figures, health, findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evwatch.model.assessment import AssessedQueue
from evwatch.model.findings import Examined, Finding, examine
from evwatch.model.flow import Flow, Node
from evwatch.model.flow_figures import Readings, readings
from evwatch.model.health import Verdict
from evwatch.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class AssessedNode:
    """One resource of the flow."""

    context: str
    """Name of the context that it was read in; empty where only a link names it."""
    node: Node
    readings: Readings
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    """Those about it, most urgent first."""

    @property
    def reading(self) -> dict[str, float]:
        """`readings` for look-ups."""
        return dict(self.readings)


@dataclass(frozen=True)
class AssessedFlow:
    """The flow of all contexts together."""

    flow: Flow = field(default_factory=Flow)
    nodes: Mapping[str, AssessedNode] = field(default_factory=dict)
    """By ARN, in the flow's order."""
    findings: tuple[Finding, ...] = ()


def assess_flow(snapshot: Snapshot, queues: Iterable[AssessedQueue], examined: Examined | None = None) -> AssessedFlow:
    """Put flow, figures, health and findings together. `queues` are all of the snapshot's, assessed."""
    examined = examined or examine(snapshot)
    evidence = examined.evidence
    assessed = {queue.queue.arn: queue for queue in queues}
    context_of = {
        node.arn: context
        for context in reversed(snapshot.contexts)
        if context.flow.value
        for node in context.flow.value.nodes
        if node.met
    }
    firing = {alarm.arn for alarm in evidence.alarms or () if alarm.fires}
    now = snapshot.taken_at.timestamp()
    nodes: dict[str, AssessedNode] = {}
    for node in evidence.flow.nodes:
        about = examined.about.get(node.arn, ())
        context = context_of.get(node.arn)
        name = context.context.name if context else ""
        queue = assessed.get(node.arn)
        if queue is not None:
            nodes[node.arn] = AssessedNode(name, node, queue_readings(queue), queue.verdict, about)
            continue
        figures = readings(node, context.series, now) if context else ()
        nodes[node.arn] = AssessedNode(name, node, figures, _verdict(examined, node, node.arn in firing), about)
    return AssessedFlow(evidence.flow, nodes, examined.findings)


def queue_readings(queue: AssessedQueue) -> Readings:
    """A queue's figures, those that are known."""
    depth, rates = queue.known_depth, queue.outlook.rates
    found = (
        ("visible", depth.visible if depth else None),
        ("in_flight", depth.in_flight if depth else None),
        ("delayed", depth.delayed if depth else None),
        ("oldest_age_seconds", queue.oldest_age_seconds),
        ("sent_per_minute", rates.sent),
        ("received_per_minute", rates.received),
        ("deleted_per_minute", rates.deleted),
    )
    return tuple((name, float(value)) for name, value in found if value is not None)


def _verdict(examined: Examined, node: Node, fires: bool) -> Verdict:
    """Critical where an alarm about it fires, warn for a critical finding; what was not met is not known."""
    if node.kind == "alarm":
        return Verdict("critical", ("it fires",)) if fires else Verdict("ok")
    firing = [alarm.name for alarm in examined.evidence.alarms_about.get(node.arn, ()) if alarm.fires]
    if firing:
        return Verdict("critical", tuple(f"alarm {name} fires" for name in firing))
    critical = examined.critical(node.arn)
    if critical:
        return Verdict("warn", critical)
    return Verdict("ok" if node.met and node.kind != "other" else "unknown")
