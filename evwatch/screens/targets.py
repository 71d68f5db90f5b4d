"""What the cursor can be on, and what is to be shown, copied or charted of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from evwatch.model.alarm import AlarmMetric
from evwatch.model.charts import charts
from evwatch.model.flow import Flow, Node
from evwatch.model.metric import Metric, MetricQuery
from evwatch.present.alarms import AlarmRow, sign
from evwatch.present.chart import Subject
from evwatch.present.describe import alarm_words, metric_words, node_words, queue_words
from evwatch.present.documents import (
    Document,
    alarm_document,
    metric_document,
    node_document,
    queue_document,
)
from evwatch.present.flow_names import kind_word
from evwatch.present.key import Key
from evwatch.present.page import Page
from evwatch.present.picture import Picture
from evwatch.present.queues import QueueRow

_SERIES_AT_ONCE = 3
_CUSTOM_STATISTICS = ("Average", "Sum", "Maximum", "p50", "p99")
_COMPARED = ("Average", "Sum")
_MOST_COMPARED = 30


@dataclass(frozen=True, slots=True)
class QueueTarget:
    """A queue, by context and ARN; its figures are looked up when they are needed, so that they are the newest."""

    key: Key
    name: str
    kind: str = "queue"

    def arn(self, _picture: Picture) -> str:
        """What the flow and the clipboard know it by."""
        return self.key[1]

    def subjects(self, picture: Picture) -> tuple[Subject, ...]:
        """Its charts."""
        row = self._row(picture)
        if row is None:
            return ()
        queue = row.queue
        return _of_node(self.key[0], Node(queue.arn, "queue", queue.name, queue.account, queue.region))

    def words(self, picture: Picture, now: datetime) -> Page | None:
        """Everything known of it; None where it is gone."""
        row = self._row(picture)
        return queue_words(row, now) if row else None

    def document(self, picture: Picture) -> Document | None:
        """The same as JSON."""
        row = self._row(picture)
        return queue_document(row.assessed) if row else None

    def _row(self, picture: Picture) -> QueueRow | None:
        return picture.queue_by_key.get(self.key)


@dataclass(frozen=True, slots=True)
class AlarmTarget:
    """An alarm, by context and id."""

    key: Key
    name: str
    kind: str = "alarm"

    def arn(self, picture: Picture) -> str:
        """The resource that it is about, where the flow knows one."""
        row = self._row(picture)
        return next(iter(row.alarm.resource_arns), "") if row else ""

    def subjects(self, picture: Picture) -> tuple[Subject, ...]:
        """Its own metrics with its limit first, then those of what it is about."""
        row = self._row(picture)
        if row is None:
            return ()
        alarm, context = row.alarm, row.context
        found: list[Subject] = []
        if alarm.metric:
            watched = alarm.metric
            found.append(
                Subject(context, alarm.name, (_query(watched),), alarm.threshold, sign(alarm), watched.period_seconds)
            )
        elif alarm.metrics:
            formula, period = alarm.formula, min(each.period_seconds for each in alarm.metrics)
            if formula and formula.understood:
                found.append(Subject(context, alarm.name, (formula,), alarm.threshold, sign(alarm), period))
            queries = [_query(each) for each in alarm.metrics]
            found += [
                Subject(context, alarm.name, tuple(queries[index : index + _SERIES_AT_ONCE]))
                for index in range(0, len(queries), _SERIES_AT_ONCE)
            ]
        flow = picture.flow_of(context)
        for arn in alarm.resource_arns:
            if flow and arn in flow.by_arn:
                found.extend(_of_node(context, flow.by_arn[arn], flow))
        return _numbered(found)

    def words(self, picture: Picture, now: datetime) -> Page | None:
        """Everything known of it; None where it is gone."""
        row = self._row(picture)
        return alarm_words(row, now) if row else None

    def document(self, picture: Picture) -> Document | None:
        """The same as JSON."""
        row = self._row(picture)
        return alarm_document(row.alarm) if row else None

    def _row(self, picture: Picture) -> AlarmRow | None:
        return picture.alarm_by_key.get(self.key)


@dataclass(frozen=True, slots=True)
class ResourceTarget:
    """Anything else in the flow."""

    key: Key
    node: Node

    @property
    def name(self) -> str:
        """What people call it."""
        return self.node.name

    @property
    def kind(self) -> str:
        """What it is."""
        return kind_word(self.node)

    def arn(self, _picture: Picture) -> str:
        """What the flow knows it by."""
        return self.node.arn

    def subjects(self, picture: Picture) -> tuple[Subject, ...]:
        """Its charts."""
        return _of_node(self.key[0], self.node, picture.flow_of(self.key[0]))

    def words(self, picture: Picture, _now: datetime) -> Page | None:
        """It and its links."""
        known = picture.context(self.key[0])
        tags = known.tags.get(self.node.arn, ()) if known else ()
        return node_words(self.node, picture.flow_of(self.key[0]), tags)

    def document(self, picture: Picture) -> Document | None:
        """The same as JSON."""
        of = picture.flow.of(self.node.arn)
        return node_document(of) if of else None


@dataclass(frozen=True, slots=True)
class MetricTarget:
    """A metric of a custom namespace, found by name."""

    key: Key
    metric: Metric
    kind: str = "metric"

    @property
    def name(self) -> str:
        """Namespace, name and dimensions."""
        said = [self.metric.namespace, self.metric.name]
        return " ".join([*said, *(f"{name}={value}" for name, value in self.metric.dimensions)])

    def arn(self, _picture: Picture) -> str:
        """A metric stands in no flow."""
        return ""

    def subjects(self, picture: Picture) -> tuple[Subject, ...]:
        """One chart for each statistic: CloudWatch does not say which of them means something. Then this metric beside
        those that differ from it by the values of their dimensions alone."""
        title = f"{self.metric.namespace} {self.metric.name}"
        found = [
            Subject(self.key[0], title, (MetricQuery(self.metric, each, f"{self.metric.name} {each}"),))
            for each in _CUSTOM_STATISTICS
        ]
        kin = self._kin(picture)
        for statistic in _COMPARED if len(kin) > 1 else ():
            queries = [MetricQuery(each, statistic, f"{_values(each)} {statistic}") for each in kin]
            found += [
                Subject(self.key[0], title, tuple(queries[index : index + _SERIES_AT_ONCE]))
                for index in range(0, min(len(queries), _MOST_COMPARED), _SERIES_AT_ONCE)
            ]
        return _numbered(found)

    def _kin(self, picture: Picture) -> list[Metric]:
        """It and its kin, itself first."""
        context = picture.context(self.key[0])
        names = [name for name, _ in self.metric.dimensions]
        return [
            self.metric,
            *(
                each
                for each in (context.custom_metrics.value if context else None) or ()
                if (each.namespace, each.name) == (self.metric.namespace, self.metric.name)
                and [name for name, _ in each.dimensions] == names
                and each != self.metric
            ),
        ]

    def words(self, _picture: Picture, _now: datetime) -> Page | None:
        """What it is."""
        return metric_words(self.metric)

    def document(self, _picture: Picture) -> Document | None:
        """The same as JSON."""
        return metric_document(self.metric)


Target = QueueTarget | AlarmTarget | ResourceTarget | MetricTarget


def identifier(target: Target) -> str:
    """What is copied: the ARN, which is the one name that holds in every account, tool and chat."""
    return target.name if isinstance(target, MetricTarget) else target.key[1]


def all_targets(picture: Picture) -> list[Target]:
    """Everything that one can jump to: alarms and queues first, then the rest of the flow, then custom metrics."""
    found: list[Target] = [AlarmTarget(row.key, row.alarm.name) for row in picture.alarms]
    found += [QueueTarget(row.key, row.queue.name) for row in picture.queues]
    known = {*picture.queue_by_key, *picture.alarm_by_key}
    for context in picture.snapshot.contexts:
        name = context.context.name
        nodes = context.flow.value.nodes if context.flow.value else ()
        found += [ResourceTarget((name, node.arn), node) for node in nodes if (name, node.arn) not in known]
        found += [MetricTarget((name, repr(metric)), metric) for metric in context.custom_metrics.value or ()]
    return found


def _of_node(context: str, node: Node, flow: Flow | None = None) -> tuple[Subject, ...]:
    return _numbered([Subject(context, node.name, series) for series in charts(node, flow)])


def _query(watched: AlarmMetric) -> MetricQuery:
    """In the alarm's own period: averages and percentiles of a longer one cannot be made of those of a shorter."""
    label = f"{watched.metric.name} {watched.statistic}"
    return MetricQuery(watched.metric, watched.statistic, label, period_seconds=watched.period_seconds)


def _values(metric: Metric) -> str:
    return ", ".join(value for _, value in metric.dimensions)


def _numbered(found: Sequence[Subject]) -> tuple[Subject, ...]:
    return tuple(replace(each, number=index, of=len(found)) for index, each in enumerate(found, 1))
