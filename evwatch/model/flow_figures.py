"""The figures that stand on a hop of the flow: how much passes, how much fails, how long it takes.

Metrics are those of the AWS documentation of each service; counters are read as Sum, gauges as Maximum or a percentile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evwatch.model import catalogue
from evwatch.model.arn import parse_arn
from evwatch.model.feed import Feed
from evwatch.model.flow import Node, NodeKind
from evwatch.model.metric import INCOMPLETE_SECONDS, Metric, MetricQuery, Series

RATE_MINUTES = 5
_FRESH_SECONDS = 900
"""A gauge older than this says nothing of now."""

Readings = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One reading of a kind of resource."""

    name: str
    """`errors_per_minute`, `duration_p99_ms`: what it is and its unit."""
    metric: str
    statistic: str = "Sum"

    @property
    def counts(self) -> bool:
        """A counter is shown as a rate."""
        return self.statistic == "Sum"


FIGURES: Mapping[NodeKind, tuple[Figure, ...]] = {
    "rule": (
        Figure("triggered_per_minute", "TriggeredRules"),
        Figure("invocations_per_minute", "Invocations"),
        Figure("failed_per_minute", "FailedInvocations"),
        Figure("throttled_per_minute", "ThrottledRules"),
        Figure("to_dlq_per_minute", "InvocationsSentToDlq"),
        Figure("latency_p99_ms", "IngestionToInvocationStartLatency", "p99"),
    ),
    "topic": (
        Figure("published_per_minute", "NumberOfMessagesPublished"),
        Figure("delivered_per_minute", "NumberOfNotificationsDelivered"),
        Figure("failed_per_minute", "NumberOfNotificationsFailed"),
        Figure("to_dlq_per_minute", "NumberOfNotificationsRedrivenToDlq"),
    ),
    "function": (
        Figure("invocations_per_minute", "Invocations"),
        Figure("errors_per_minute", "Errors"),
        Figure("throttled_per_minute", "Throttles"),
        Figure("dropped_per_minute", "AsyncEventsDropped"),
        Figure("duration_p99_ms", "Duration", "p99"),
        Figure("concurrency", "ConcurrentExecutions", "Maximum"),
    ),
    "state-machine": (
        Figure("started_per_minute", "ExecutionsStarted"),
        Figure("succeeded_per_minute", "ExecutionsSucceeded"),
        Figure("failed_per_minute", "ExecutionsFailed"),
        Figure("throttled_per_minute", "ExecutionThrottled"),
        Figure("duration_p99_ms", "ExecutionTime", "p99"),
    ),
    "pipe": (
        Figure("events_per_minute", "EventCount"),
        Figure("failed_per_minute", "ExecutionFailed"),
        Figure("throttled_per_minute", "ExecutionThrottled"),
        Figure("duration_p99_ms", "Duration", "p99"),
    ),
    "stream": (
        Figure("records_per_minute", "IncomingRecords"),
        Figure("throttled_per_minute", "WriteProvisionedThroughputExceeded"),
        Figure("lag_ms", "GetRecords.IteratorAgeMilliseconds", "Maximum"),
    ),
}
"""Queues have theirs from SQS itself and from what their row needs; other kinds have no metrics of their own."""


def queries(node: Node) -> tuple[MetricQuery, ...]:
    """What to ask CloudWatch for a node's readings."""
    arn = parse_arn(node.arn)
    if arn is None or not node.met:
        return ()
    if node.kind == "queue":
        return catalogue.queue_row(arn.name)
    return tuple(_query(node, figure) for figure in FIGURES.get(node.kind, ()))


Subject = tuple[str, tuple[tuple[str, str], ...]]
"""Namespace and dimensions."""
FigureFeeds = Mapping[Subject, Mapping[tuple[str, str], Feed[Series]]]
"""By what they are about, then by metric and statistic."""


def by_subject(series: Mapping[MetricQuery, Feed[Series]]) -> FigureFeeds:
    """Series by what they are about: of a thousand resources few have any, and those are found with one look."""
    found: dict[Subject, dict[tuple[str, str], Feed[Series]]] = {}
    for query, feed in series.items():
        metric = query.metric
        found.setdefault((metric.namespace, metric.dimensions), {})[metric.name, query.statistic] = feed
    return found


def readings(node: Node, feeds: FigureFeeds, now: float) -> Readings:
    """A node's readings; what CloudWatch says nothing about is left out.

    Counters are emitted only where something happened, so once one of them has a datapoint a missing one is zero.
    """
    figures = FIGURES.get(node.kind)
    own = feeds.get(_subject(node)) if figures and feeds else None
    if not own:
        return ()
    found: list[tuple[str, float | None]] = []
    counters: list[str] = []
    for figure in figures or ():
        feed = own.get((figure.metric, figure.statistic))
        if feed is None or feed.value is None:
            continue
        if figure.counts:
            counters.append(figure.name)
            found.append((figure.name, _rate(feed.value, now)))
        else:
            found.append((figure.name, _newest(feed.value, now)))
    alive = any(value is not None for _, value in found)
    return tuple(
        (name, 0.0 if value is None else value)
        for name, value in found
        if value is not None or (alive and name in counters)
    )


def _query(node: Node, figure: Figure) -> MetricQuery:
    namespace, dimensions = _subject(node)
    metric = Metric(namespace, figure.metric, dimensions)
    return MetricQuery(metric, figure.statistic, figure.metric, counts=figure.counts)


def _subject(node: Node) -> Subject:
    match node.kind:
        case "rule":
            return "AWS/Events", catalogue.rule_dimensions(node.arn)
        case "topic":
            return "AWS/SNS", (("TopicName", node.name),)
        case "function":
            return "AWS/Lambda", (("FunctionName", node.name),)
        case "state-machine":
            return "AWS/States", (("StateMachineArn", node.arn),)
        case "pipe":
            return "AWS/EventBridge/Pipes", (("PipeName", node.name),)
        case _:
            return "AWS/Kinesis", (("StreamName", node.name),)


def _rate(series: Series, now: float) -> float | None:
    """A minute's share of the last five complete minutes; None where there is not one datapoint in the window."""
    if series.period_seconds != 60 or not series.times:
        return None
    end = (now - INCOMPLETE_SECONDS) // 60 * 60
    points = zip(series.times, series.values, strict=True)
    return sum(value for at, value in points if end - RATE_MINUTES * 60 <= at < end) / RATE_MINUTES


def _newest(series: Series, now: float) -> float | None:
    if not series.times or series.times[-1] < now - _FRESH_SECONDS:
        return None
    return series.values[-1]
