"""The flow with all that is known of each resource: figures, health, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from evwatch.model.assessment import AssessedQueue
from evwatch.model.figures import ERRORS, THROTTLES
from evwatch.model.findings import Examined, Finding, examine
from evwatch.model.flow import Flow, Node
from evwatch.model.flow_figures import FigureFeeds, Readings, by_subject, readings
from evwatch.model.health import Verdict
from evwatch.model.snapshot import ContextSnapshot, Snapshot


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
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def fails(self) -> bool:
        """Whether something failed or was refused there in the last minutes."""
        reading = self.reading
        return any(reading.get(name) for name in (*ERRORS, *THROTTLES))

    @property
    def reading(self) -> dict[str, float]:
        """`readings` for look-ups."""
        return dict(self.readings)


class AssessedFlow:
    """The flow of all contexts together, each resource judged when it is first asked for."""

    def __init__(
        self, flow: Flow, findings: tuple[Finding, ...], judge: Callable[[Node], AssessedNode], known: _Known
    ) -> None:
        self.flow = flow
        self.findings = findings
        """Most urgent first."""
        self._judge = judge
        self._known = known

    def of(self, arn: str) -> AssessedNode | None:
        """One resource; None where it is not in the flow."""
        found = self._known.get(arn)
        if found is None and arn in self.flow.by_arn:
            found = self._known[arn] = self._judge(self.flow.by_arn[arn])
        return found

    def nodes(self) -> Iterator[AssessedNode]:
        """Every resource, in the flow's order."""
        return (of for node in self.flow.nodes if (of := self.of(node.arn)))

    def part(self, flow: Flow, findings: tuple[Finding, ...]) -> AssessedFlow:
        """A part of this flow."""
        return AssessedFlow(flow, findings, self._judge, self._known)


_Known = dict[str, AssessedNode]


def assess_flow(snapshot: Snapshot, queues: Iterable[AssessedQueue], examined: Examined | None = None) -> AssessedFlow:
    """Put flow, figures, health and findings together. `queues` are all of the snapshot's, assessed."""
    examined = examined or examine(snapshot)
    evidence = examined.evidence
    assessed = {queue.queue.arn: queue for queue in queues}
    firing = {alarm.arn for alarm in evidence.alarms or () if alarm.fires}
    now = snapshot.taken_at.timestamp()
    feeds: dict[str, FigureFeeds] = {}
    tags = {arn: tags for context in snapshot.contexts for arn, tags in context.tags.items()}

    def judge(node: Node) -> AssessedNode:
        about = examined.about.get(node.arn, ())
        context = next((each for each in snapshot.contexts if _met(each, node.arn)), None)
        name = context.context.name if context else ""
        queue = assessed.get(node.arn)
        if queue is not None:
            return AssessedNode(name, node, queue_readings(queue), queue.verdict, about, queue.queue.tags)
        if context and name not in feeds:
            feeds[name] = by_subject(context.series)
        figures = readings(node, feeds[name], now) if context else ()
        verdict = _verdict(examined, node, node.arn in firing)
        return AssessedNode(name, node, figures, verdict, about, tags.get(node.arn, ()))

    return AssessedFlow(evidence.flow, examined.findings, judge, {})


def _met(context: ContextSnapshot, arn: str) -> bool:
    node = context.flow.value.by_arn.get(arn) if context.flow.value else None
    return node is not None and node.met


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
