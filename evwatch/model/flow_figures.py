"""The figures that stand on a hop of the flow: how much passes, how much fails, how long it takes.

Metrics are those of the AWS documentation of each service; counters are read as Sum, gauges as Maximum or a percentile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evwatch.model import catalogue
from evwatch.model.arn import parse_arn
from evwatch.model.feed import Feed
from evwatch.model.flow import CALLS_ASYNCHRONOUSLY, Flow, Node, NodeKind
from evwatch.model.metric import MetricQuery, Series, complete_points

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
    "event-bus": (
        Figure("attempts_per_minute", "InvocationAttempts"),
        Figure("retries_per_minute", "RetryInvocationAttempts"),
    ),
    "rule": (
        Figure("triggered_per_minute", "TriggeredRules"),
        Figure("invocations_per_minute", "Invocations"),
        Figure("failed_per_minute", "FailedInvocations"),
        Figure("throttled_per_minute", "ThrottledRules"),
        Figure("to_dlq_per_minute", "InvocationsSentToDlq"),
        Figure("dlq_failed_per_minute", "InvocationsFailedToBeSentToDlq"),
        # The documentation writes a small "to", the wire a large one; asking for both is cheaper than a listing.
        Figure("latency_p99_ms", "IngestionToInvocationStartLatency", "p99"),
        Figure("latency_p99_ms", "IngestiontoInvocationStartLatency", "p99"),
    ),
    "topic": (
        Figure("published_per_minute", "NumberOfMessagesPublished"),
        Figure("delivered_per_minute", "NumberOfNotificationsDelivered"),
        Figure("failed_per_minute", "NumberOfNotificationsFailed"),
        Figure("to_dlq_per_minute", "NumberOfNotificationsRedrivenToDlq"),
        Figure("dlq_failed_per_minute", "NumberOfNotificationsFailedToRedriveToDlq"),
    ),
    "function": (
        Figure("invocations_per_minute", "Invocations"),
        Figure("errors_per_minute", "Errors"),
        Figure("throttled_per_minute", "Throttles"),
        Figure("duration_p99_ms", "Duration", "p99"),
        Figure("concurrency", "ConcurrentExecutions", "Maximum"),
    ),
    "state-machine": (
        Figure("started_per_minute", "ExecutionsStarted"),
        Figure("succeeded_per_minute", "ExecutionsSucceeded"),
        Figure("failed_per_minute", "ExecutionsFailed"),
        Figure("timed_out_per_minute", "ExecutionsTimedOut"),
        Figure("throttled_per_minute", "ExecutionThrottled"),
        Figure("duration_p99_ms", "ExecutionTime", "p99"),
    ),
    "pipe": (
        Figure("events_per_minute", "EventCount"),
        Figure("failed_per_minute", "ExecutionFailed"),
        Figure("partly_failed_per_minute", "ExecutionPartiallyFailed"),
        Figure("timed_out_per_minute", "ExecutionTimeout"),
        Figure("throttled_per_minute", "ExecutionThrottled"),
        Figure("duration_p99_ms", "Duration", "p99"),
    ),
    "stream": (
        Figure("records_per_minute", "IncomingRecords"),
        Figure("throttled_per_minute", "WriteProvisionedThroughputExceeded"),
        Figure("read_throttled_per_minute", "ReadProvisionedThroughputExceeded"),
        Figure("lag_ms", "GetRecords.IteratorAgeMilliseconds", "Maximum"),
    ),
    "table": (Figure("records_per_minute", "ReturnedRecordsCount"),),
    # Scheduler measures groups of schedules, never one.
    "schedule": (
        Figure("group_attempts_per_minute", "InvocationAttemptCount"),
        Figure("group_failed_per_minute", "TargetErrorCount"),
        Figure("group_throttled_per_minute", "InvocationThrottleCount"),
        Figure("group_dropped_per_minute", "InvocationDroppedCount"),
        Figure("group_to_dlq_per_minute", "InvocationsSentToDeadLetterCount"),
    ),
}
"""Queues have theirs from SQS itself and from what their row needs; other kinds have no metrics of their own."""
_READS_STREAM = (Figure("lag_ms", "IteratorAge", "Maximum"),)
_ASYNCHRONOUS = (
    Figure("dropped_per_minute", "AsyncEventsDropped"),
    Figure("dlq_failed_per_minute", "DeadLetterErrors"),
    Figure("destination_failed_per_minute", "DestinationDeliveryFailures"),
)
"""What functions have besides, by what feeds them: each metric is paid for, and a function has one way in mostly."""


ERRORS = (
    "errors_per_minute",
    "failed_per_minute",
    "partly_failed_per_minute",
    "timed_out_per_minute",
    "dropped_per_minute",
    "dlq_failed_per_minute",
    "destination_failed_per_minute",
)
THROTTLES = ("throttled_per_minute", "read_throttled_per_minute")
"""Readings that are above zero only where something goes wrong."""


def queries(node: Node, flow: Flow) -> tuple[MetricQuery, ...]:
    """What to ask CloudWatch for a node's readings."""
    arn = parse_arn(node.arn)
    if arn is None or not node.met:
        return ()
    if node.kind == "queue":
        return catalogue.queue_row(arn.name)
    subject = _subject(node)
    if subject is None:
        return ()
    figures = FIGURES.get(node.kind, ())
    if node.kind == "function":
        figures += tuple(_of_function(node, flow))
    return tuple(catalogue.query(subject[0], dict(subject[1]), each.metric, each.statistic) for each in figures)


def _of_function(node: Node, flow: Flow) -> Iterator[Figure]:
    into = flow.incoming.get(node.arn, ())
    if any(edge.kind == "consumes" and flow.node(edge.source).kind in ("stream", "table") for edge in into):
        yield from _READS_STREAM
    out = flow.outgoing.get(node.arn, ())
    configured = any("invoke-config" in edge.details or edge.kind == "dead-letters" for edge in out)
    if configured or any(edge.kind in CALLS_ASYNCHRONOUSLY for edge in into):
        yield from _ASYNCHRONOUS


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
    figures = _ALL.get(node.kind)
    subject = _subject(node) if figures and feeds else None
    own = feeds.get(subject) if subject else None
    if not own:
        return ()
    found: dict[str, float | None] = {}
    silent: set[str] = set()
    for figure in figures or ():
        feed = own.get((figure.metric, figure.statistic))
        if feed is None or feed.value is None or found.get(figure.name) is not None:
            continue
        if figure.counts:
            found[figure.name] = _rate(feed.value, now)
            if found[figure.name] is None and _is_silent(feed.value, now):
                silent.add(figure.name)
        else:
            found[figure.name] = _newest(feed.value, now)
    alive = any(value is not None for value in found.values())
    return tuple(
        (name, 0.0 if value is None else value)
        for name, value in found.items()
        if value is not None or (alive and name in silent)
    )


def _subject(node: Node) -> Subject | None:
    match node.kind:
        case "event-bus":
            return "AWS/Events", (("EventBusName", node.name),)
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
        case "stream":
            return "AWS/Kinesis", (("StreamName", node.name),)
        case "table" if label := node.details.get("stream"):
            return "AWS/DynamoDB", (("Operation", "GetRecords"), ("StreamLabel", label), ("TableName", node.name))
        case "schedule" if group := node.details.get("group"):
            return "AWS/Scheduler", (("ScheduleGroup", group),)
        case _:
            return None


def _rate(series: Series, now: float) -> float | None:
    """A minute's share of the last five complete minutes.

    None where the series was never alive, and where those minutes were not asked for.
    """
    if series.period_seconds != 60 or not series.times:
        return None
    points = complete_points(series, now, RATE_MINUTES)
    return None if points is None else sum(value for _, value in points) / RATE_MINUTES


def _is_silent(series: Series, now: float) -> bool:
    """Whether CloudWatch was asked for the last minutes and had nothing."""
    return series.period_seconds == 60 and not series.times and complete_points(series, now, RATE_MINUTES) is not None


_ALL: Mapping[NodeKind, tuple[Figure, ...]] = {
    **FIGURES,
    "function": (*FIGURES["function"], *_READS_STREAM, *_ASYNCHRONOUS),
}


def _newest(series: Series, now: float) -> float | None:
    if not series.times or series.times[-1] < now - _FRESH_SECONDS:
        return None
    return series.values[-1]
