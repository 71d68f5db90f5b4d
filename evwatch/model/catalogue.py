"""How to ask for the metrics that say something of a resource.

Names, dimensions and statistics are those of the AWS documentation ("Available CloudWatch metrics" of each service);
gauges are read as Maximum, counters as Sum, and sizes as Average.
"""

from __future__ import annotations

from collections.abc import Mapping

from evwatch.model.metric import Metric, MetricQuery


def sqs(queue: str, name: str, statistic: str, label: str, unit: str = "", *, counts: bool = False) -> MetricQuery:
    """A query on one of a queue's metrics (namespace AWS/SQS, dimension QueueName)."""
    return MetricQuery(Metric.of("AWS/SQS", name, {"QueueName": queue}), statistic, label, unit, counts)


def visible(queue: str) -> MetricQuery:
    """Messages that wait to be received."""
    return sqs(queue, "ApproximateNumberOfMessagesVisible", "Maximum", "visible")


def in_flight(queue: str) -> MetricQuery:
    """Messages received and neither deleted nor visible again."""
    return sqs(queue, "ApproximateNumberOfMessagesNotVisible", "Maximum", "in flight")


def oldest(queue: str) -> MetricQuery:
    """Age of the oldest message in seconds. In a DLQ it counts from the move, and skips what was received thrice."""
    return sqs(queue, "ApproximateAgeOfOldestMessage", "Maximum", "oldest", "s")


def sent(queue: str) -> MetricQuery:
    """Messages sent. What a redrive policy moves in is not counted, so a DLQ's arrivals do not show here."""
    return sqs(queue, "NumberOfMessagesSent", "Sum", "sent", counts=True)


def received(queue: str) -> MetricQuery:
    """Messages handed to a consumer, each receive counted."""
    return sqs(queue, "NumberOfMessagesReceived", "Sum", "received", counts=True)


def deleted(queue: str) -> MetricQuery:
    """Messages deleted by a consumer."""
    return sqs(queue, "NumberOfMessagesDeleted", "Sum", "deleted", counts=True)


def queue_row(queue: str) -> tuple[MetricQuery, ...]:
    """What a queue's row on the overview needs."""
    return (visible(queue), oldest(queue), sent(queue), received(queue), deleted(queue))


def function_metric(function: str, name: str, statistic: str = "Sum", unit: str = "") -> MetricQuery:
    """A function's metric (namespace AWS/Lambda, dimension FunctionName); a counter where it is a sum."""
    label = f"{name} {statistic}" if statistic.startswith("p") else name
    return query("AWS/Lambda", {"FunctionName": function}, name, statistic, unit, label)


def rule_metric(rule_arn: str, name: str, statistic: str = "Sum", unit: str = "") -> MetricQuery:
    """A rule's metric."""
    return query("AWS/Events", dict(rule_dimensions(rule_arn)), name, statistic, unit)


def rule_dimensions(rule_arn: str) -> tuple[tuple[str, str], ...]:
    """A rule of the default bus is known by RuleName alone, one of another bus by EventBusName too.

    A partner's bus has slashes in its name.
    """
    bus, _, name = rule_arn.split(":", 5)[-1].removeprefix("rule/").rpartition("/")
    return (("EventBusName", bus), ("RuleName", name)) if bus else (("RuleName", name),)


def query(
    namespace: str,
    dimensions: Mapping[str, str],
    name: str,
    statistic: str = "Sum",
    unit: str = "",
    label: str = "",
) -> MetricQuery:
    """A query on any metric; a counter where it is a sum."""
    metric = Metric.of(namespace, name, dimensions)
    return MetricQuery(metric, statistic, label or name, unit, counts=statistic == "Sum")
