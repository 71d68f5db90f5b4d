"""The figures that stand on a hop of the flow: what CloudWatch is asked for them, and what its series say of now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evwatch.model import catalogue
from evwatch.model.arn import parse_arn
from evwatch.model.feed import Feed
from evwatch.model.figures import ALL_FIGURES, ASYNCHRONOUS, FIGURES, READS_STREAM, Figure
from evwatch.model.flow import CALLS_ASYNCHRONOUSLY, Flow, Node
from evwatch.model.metric import MetricQuery, Series, complete_points

RATE_MINUTES = 5
_FRESH_SECONDS = 900
"""A gauge older than this says nothing of now."""

Readings = tuple[tuple[str, float], ...]
Subject = tuple[str, tuple[tuple[str, str], ...]]
"""Namespace and dimensions."""
FigureFeeds = Mapping[Subject, Mapping[tuple[str, str], Feed[Series]]]
"""By what they are about, then by metric and statistic."""


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
        yield from READS_STREAM
    out = flow.outgoing.get(node.arn, ())
    configured = any("invoke-config" in edge.details or edge.kind == "dead-letters" for edge in out)
    if configured or any(edge.kind in CALLS_ASYNCHRONOUSLY for edge in into):
        yield from ASYNCHRONOUS


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
    figures = ALL_FIGURES.get(node.kind)
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


def _newest(series: Series, now: float) -> float | None:
    if not series.times or series.times[-1] < now - _FRESH_SECONDS:
        return None
    return series.values[-1]
