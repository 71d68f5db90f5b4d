"""What whoever takes over should know: everything that is wrong now, put together from one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm, by_urgency
from evwatch.model.alarm_audience import Told, audience
from evwatch.model.assessment import AssessedQueue, assess
from evwatch.model.choice import Choice
from evwatch.model.context import Place
from evwatch.model.deadletter import FailureGroup
from evwatch.model.fault import Fault
from evwatch.model.findings import Examined, Finding, examine
from evwatch.model.flow import Flow
from evwatch.model.flow_assessment import AssessedNode, assess_flow
from evwatch.model.log_lines import LogReason
from evwatch.model.look import Look
from evwatch.model.metric import Series
from evwatch.model.report import Report
from evwatch.model.snapshot import ContextSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class AlarmNote:
    """One alarm in ALARM."""

    context: str
    alarm: Alarm
    tells: tuple[Told, ...]
    trend: Series | None = None


@dataclass(frozen=True, slots=True)
class QueueNote:
    """One queue in trouble."""

    queue: AssessedQueue
    trend: Series | None = None
    """Messages waiting."""


@dataclass(frozen=True, slots=True)
class DlqNote:
    """One DLQ that holds something, with why as far as that was read."""

    queue: AssessedQueue
    groups: tuple[FailureGroup, ...] | None
    """None: nobody looked."""
    seen: int = 0
    """How many messages were looked at."""
    read_at: datetime | None = None
    reasons: tuple[LogReason, ...] = ()
    """What functions' logs say, of messages whose log was read."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over of one moment."""

    taken_at: datetime
    places: tuple[Place, ...]
    firing: tuple[AlarmNote, ...]
    muted: tuple[AlarmNote, ...]
    """In ALARM, but told to nobody."""
    queues: tuple[QueueNote, ...]
    dlqs: tuple[DlqNote, ...]
    unread: tuple[AssessedQueue, ...]
    """Queues whose state is not known."""
    hops: tuple[AssessedNode, ...]
    """What else of the flow is in trouble: an alarm about it fires, or something failed there in the last minutes."""
    findings: tuple[Finding, ...]
    """Critical ones."""
    runs: tuple[Report, ...]
    """What was done lately, newest first, and what is not done with."""
    faults: tuple[tuple[str, Fault], ...]
    """What could not be read, with the context's name."""

    @property
    def calm(self) -> bool:
        """Whether nothing is wrong, as far as could be seen."""
        return not (self.firing or self.queues or self.dlqs or self.hops or self.findings)


Grouping = Callable[[Look], tuple[FailureGroup, ...]]
_LATELY = timedelta(days=1)
_SHOWN_ELSEWHERE = frozenset({"queue", "alarm"})


def hand_over(snapshot: Snapshot, choice: Choice, grouping: Grouping, runs: Iterable[Report] = ()) -> HandOver:
    """Put together what a snapshot says; what the choice leaves out still counted in working it out.

    `grouping` gathers what an earlier look saw by failure, largest group first; `runs` are all of the journal. Nothing
    is read for it.
    """
    examined = examine(snapshot)
    assessed = assess(snapshot, examined)
    contexts = {context.context.name: context for context in snapshot.contexts}
    shown = [each for each in assessed if choice.queue(each.queue)]
    tags = snapshot.tags
    alarms = sorted(
        (
            _alarm(alarm, context)
            for context in snapshot.contexts
            for alarm in context.alarms.value or ()
            if alarm.state == "ALARM" and choice.alarm(alarm, tags)
        ),
        key=lambda note: by_urgency(note.alarm),
    )
    dlqs = (_dlq(each, contexts[each.context], grouping) for each in shown if each.is_dlq and _held(each))
    return HandOver(
        taken_at=snapshot.taken_at,
        places=tuple(context.place for context in snapshot.contexts),
        firing=tuple(note for note in alarms if note.alarm.fires),
        muted=tuple(note for note in alarms if not note.alarm.fires),
        queues=tuple(
            _queue(each, contexts[each.context])
            for each in shown
            if not each.is_dlq and each.verdict.health in ("critical", "warn")
        ),
        dlqs=tuple(sorted(dlqs, key=lambda note: -_held(note.queue))),
        unread=tuple(each for each in shown if each.verdict.health == "unknown"),
        hops=tuple(_hops(snapshot, assessed, examined, choice, tags)),
        findings=tuple(each for each in examined.findings if each.severity == "critical"),
        runs=tuple(run for run in runs if _matters(run, snapshot.taken_at)),
        faults=tuple((context.context.name, fault) for context in snapshot.contexts for fault in context.faults),
    )


def _hops(
    snapshot: Snapshot,
    assessed: Iterable[AssessedQueue],
    examined: Examined,
    choice: Choice,
    tags: Mapping[str, tuple[tuple[str, str], ...]],
) -> Iterator[AssessedNode]:
    for of in assess_flow(snapshot, assessed, examined).nodes():
        shown = of.node.kind not in _SHOWN_ELSEWHERE and choice.resource(of.node.arn, of.node.name, tags)
        if shown and (of.verdict.health == "critical" or of.fails):
            yield of


def _matters(run: Report, now: datetime) -> bool:
    """Done since yesterday, or not done with: under way, interrupted, or with messages of which nobody knows."""
    open_ = run.status in ("running", "interrupted") or bool(run.undecided)
    return open_ or run.started_at >= now - _LATELY


def _alarm(alarm: Alarm, context: ContextSnapshot) -> AlarmNote:
    flow: Flow | None = context.flow.value
    trend = None
    if alarm.metric:
        watched = (alarm.metric.metric, alarm.metric.statistic)
        trend = next(
            (feed.value for query, feed in context.series.items() if (query.metric, query.statistic) == watched), None
        )
    return AlarmNote(context.context.name, alarm, audience(alarm, flow), trend)


def _queue(queue: AssessedQueue, context: ContextSnapshot) -> QueueNote:
    feed = context.series.get(catalogue.visible(queue.queue.name))
    return QueueNote(queue, feed.value if feed else None)


def _dlq(queue: AssessedQueue, context: ContextSnapshot, grouping: Grouping) -> DlqNote:
    """What was looked at counts before what was sampled: it is more."""
    look = context.looks.get(queue.queue.arn)
    reasons = tuple(context.log_reasons.values())
    if look:
        return DlqNote(queue, grouping(look), len(look.letters), look.taken_at, reasons)
    sample = context.samples.get(queue.queue.arn)
    if sample and sample.value:
        return DlqNote(queue, sample.value.groups, sample.value.seen, sample.taken_at, reasons)
    return DlqNote(queue, None)


def _held(queue: AssessedQueue) -> int:
    return queue.known_depth.held if queue.known_depth else 0
