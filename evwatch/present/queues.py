"""Queues as the overview shows them: each with its depth, rates, heading, health and DLQ, joined from the feeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.arn import arn_name
from evwatch.model.assessment import AssessedQueue, oldest_age
from evwatch.model.feed import Feed
from evwatch.model.findings import Examined
from evwatch.model.flow import DlqSource, dlq_sources, merge
from evwatch.model.health import SEVERITY, Verdict, queue_health
from evwatch.model.metric import MetricQuery, Series
from evwatch.model.outlook import Outlook, outlook
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.present.examination import Examiner
from evwatch.present.kept import Inputs, Kept, same
from evwatch.present.key import Key

Order = Literal["problems", "name", "visible", "oldest"]
ORDERS: tuple[Order, ...] = ("problems", "name", "visible", "oldest")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue, ready to be shown. Equal where nothing that is shown has changed (ages apart)."""

    key: Key
    assessed: AssessedQueue
    trend: Series | None = None
    """Messages waiting over the last three hours."""
    dlq: Feed[Depth] | None = None
    """The newest depth of its DLQ; None where it has none, or that was never asked for."""

    @property
    def context(self) -> str:
        """Name of the context it was read in."""
        return self.key[0]

    @property
    def queue(self) -> Queue:
        """Its configuration."""
        return self.assessed.queue

    @property
    def depth(self) -> Feed[Depth]:
        """Its newest depth; an empty feed where it was never asked for."""
        return self.assessed.depth or _NO_DEPTH

    @property
    def outlook(self) -> Outlook:
        """Where it is heading."""
        return self.assessed.outlook

    @property
    def verdict(self) -> Verdict:
        """Its health."""
        return self.assessed.verdict

    @property
    def is_dlq(self) -> bool:
        """Whether something gives up into it."""
        return self.assessed.is_dlq

    @property
    def oldest_seconds(self) -> float | None:
        """Age of the oldest message, where it is known."""
        return self.assessed.oldest_age_seconds

    @property
    def dlq_name(self) -> str:
        """Name of its DLQ; empty where it has none."""
        return arn_name(self.queue.dlq_arn) if self.queue.dlq_arn else ""

    @property
    def dlq_held(self) -> int | None:
        """Messages held by its DLQ; None where there is none, or it was not read."""
        return self.dlq.value.held if self.dlq and self.dlq.value else None

    @property
    def held(self) -> int | None:
        """Visible and in flight, None where never read."""
        return self.depth.value.held if self.depth.value else None


_NO_DEPTH: Feed[Depth] = Feed()
_SeriesByQueue = Mapping[str, Mapping[MetricQuery, Feed[Series]]]


@dataclass(frozen=True)
class _Relations:
    """What does not change with every poll, worked out once for each flow, list of queues and list of alarms."""

    sources: Mapping[str, tuple[DlqSource, ...]]
    alarms: Mapping[str, tuple[Alarm, ...]]


class QueueBoard:
    """Builds rows, and builds anew only those whose inputs are not the very same objects as last time.

    Of 2,000 queues a snapshot changes a few dozen; working all of them out again would stall the screen.
    """

    def __init__(self) -> None:
        self._built: dict[Key, tuple[Inputs, QueueRow]] = {}
        self._relations: Kept[_Relations] = Kept()
        self._series: defaultdict[str, Kept[_SeriesByQueue]] = defaultdict(Kept)
        """By context."""
        self._examiner = Examiner()

    def examined(self, snapshot: Snapshot) -> Examined:
        """The findings that the rows' health counts in."""
        return self._examiner.examined(snapshot)

    def rows(self, snapshot: Snapshot) -> tuple[QueueRow, ...]:
        """Every queue of every context, contexts in order and queues by name."""
        relations = self._related(snapshot)
        examined = self._examiner.examined(snapshot)
        built: dict[Key, tuple[Inputs, QueueRow]] = {}
        for context in snapshot.contexts:
            self._context_rows(context, relations, examined, snapshot.taken_at.timestamp(), built)
        self._built = built
        return tuple(row for _, row in built.values())

    def _context_rows(
        self,
        context: ContextSnapshot,
        relations: _Relations,
        examined: Examined,
        now: float,
        built: dict[Key, tuple[Inputs, QueueRow]],
    ) -> None:
        read = context.series
        series = self._series[context.context.name].of((read,), lambda: _series_by_queue(read))
        minute = now // 60
        for queue in context.queues.value or ():
            key = (context.context.name, queue.arn)
            found = series.get(queue.name, {})
            depth = context.depths.get(queue.arn)
            dlq = context.depths.get(queue.dlq_arn) if queue.dlq_arn else None
            held = dlq.value.held if dlq and dlq.value else None
            alarms = relations.alarms.get(queue.arn, ())
            sources = relations.sources.get(queue.arn, ())
            findings = examined.about.get(queue.arn, ())
            inputs = (queue, depth, held, alarms, sources, findings, minute if found else 0, *found.values())
            before = self._built.get(key)
            if before and same(before[0], inputs):
                row = before[1]
                built[key] = before if row.dlq is dlq else (before[0], replace(row, dlq=dlq))
                continue
            heading = outlook(queue.name, depth.value if depth else None, found, now)
            assessed = AssessedQueue(
                context.context.name,
                queue,
                depth,
                heading,
                queue_health(
                    depth, heading, is_dlq=bool(sources), alarms=alarms, findings=examined.critical(queue.arn)
                ),
                bool(sources),
                sources,
                oldest_age(queue.name, depth.value if depth else None, found, now) if found else None,
                alarms,
            )
            trend = found.get(catalogue.visible(queue.name)) if found else None
            built[key] = (inputs, QueueRow(key, assessed, trend.value if trend else None, dlq))

    def _related(self, snapshot: Snapshot) -> _Relations:
        contexts = snapshot.contexts
        made_of = tuple(value for each in contexts for value in (each.flow.value, each.queues.value, each.alarms.value))
        return self._relations.of(made_of, lambda: _Relations(_sources_by_dlq(contexts), _alarms_by_resource(contexts)))


def ordered(rows: Iterable[QueueRow], order: Order) -> list[QueueRow]:
    """Rows in the order asked for. Within a degree of trouble they stay by name, so that they do not dance."""
    return sorted(rows, key=_SORT_KEYS[order])


def matches(words: str, *texts: str) -> bool:
    """The screen's filter: every word is contained in one of the texts, upper and lower case alike."""
    folded = [text.casefold() for text in texts]
    return all(any(word in text for text in folded) for word in words.casefold().split())


_HEADED_FOR_TROUBLE = {"stuck": 1, "grows": 2}


def _by_problems(row: QueueRow) -> tuple[int, str, Key]:
    """What fires or grows on top. Filled DLQs come below it: they have a panel of their own."""
    health = row.verdict.health
    if health == "critical":
        trouble = 4 if row.is_dlq else 0
    elif health == "warn":
        trouble = 3 if row.is_dlq else _HEADED_FOR_TROUBLE.get(row.outlook.heading, 3)
    else:
        trouble = 3 + SEVERITY[health]
    return (trouble, row.queue.name, row.key)


def _by_name(row: QueueRow) -> tuple[str, Key]:
    return (row.queue.name, row.key)


def _by_visible(row: QueueRow) -> tuple[int, str, Key]:
    return (-row.depth.value.visible if row.depth.value else 1, row.queue.name, row.key)


def _by_oldest(row: QueueRow) -> tuple[float, str, Key]:
    return (-row.oldest_seconds if row.oldest_seconds is not None else 1.0, row.queue.name, row.key)


_SORT_KEYS: dict[Order, Callable[[QueueRow], tuple[object, ...]]] = {
    "problems": _by_problems,
    "name": _by_name,
    "visible": _by_visible,
    "oldest": _by_oldest,
}


def _sources_by_dlq(contexts: Sequence[ContextSnapshot]) -> dict[str, tuple[DlqSource, ...]]:
    """What gives up into each DLQ: the flow says it, and so does each queue of itself, if no flow could be read."""
    found: dict[str, set[DlqSource]] = {}
    for context in contexts:
        for queue in context.queues.value or ():
            if queue.dlq_arn:
                found.setdefault(queue.dlq_arn, set()).add(DlqSource(queue.arn, "queue"))
    flow = merge(context.flow.value for context in contexts if context.flow.value)
    for arn in flow.dlq_arns:
        found.setdefault(arn, set()).update(dlq_sources(flow, arn))
    return {arn: tuple(sorted(each, key=lambda source: (source.arn, source.kind))) for arn, each in found.items()}


def _alarms_by_resource(contexts: Sequence[ContextSnapshot]) -> dict[str, tuple[Alarm, ...]]:
    found: dict[str, list[Alarm]] = {}
    for context in contexts:
        for alarm in context.alarms.value or ():
            for arn in alarm.resource_arns:
                found.setdefault(arn, []).append(alarm)
    return {arn: tuple(alarms) for arn, alarms in found.items()}


def _series_by_queue(
    series: Mapping[MetricQuery, Feed[Series]],
) -> dict[str, dict[MetricQuery, Feed[Series]]]:
    found: dict[str, dict[MetricQuery, Feed[Series]]] = {}
    for query, feed in series.items():
        if query.metric.namespace == "AWS/SQS":
            for name, value in query.metric.dimensions:
                if name == "QueueName":
                    found.setdefault(value, {})[query] = feed
    return found
