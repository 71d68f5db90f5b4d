"""Which metrics say something about each kind of resource, and how to ask for them.

Names, dimensions and statistics are those of the AWS documentation (\"Available CloudWatch metrics\" of each service);
gauges are read as Maximum and counters as Sum.
"""

from __future__ import annotations

from evwatch.model.arn import parse_arn
from evwatch.model.flow import Node
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


def charts(node: Node) -> tuple[tuple[MetricQuery, ...], ...]:
    """The charts of a resource, the most telling first; each is one or several series on one axis."""
    arn = parse_arn(node.arn)
    if arn is None:
        return ()
    match node.kind:
        case "queue":
            name = arn.name
            return (
                (visible(name), in_flight(name)),
                (sent(name), deleted(name)),
                (oldest(name),),
            )
        case "function":
            return (
                (
                    function_metric(arn.name, "Invocations"),
                    function_metric(arn.name, "Errors"),
                    function_metric(arn.name, "Throttles"),
                ),
                (
                    function_metric(arn.name, "Duration", "p50", "ms"),
                    function_metric(arn.name, "Duration", "p99", "ms"),
                ),
            )
        case "rule":
            return (
                (
                    rule_metric(node.arn, "TriggeredRules"),
                    rule_metric(node.arn, "Invocations"),
                    rule_metric(node.arn, "FailedInvocations"),
                ),
            )
        case "topic":
            return (
                (
                    _topic(arn.name, "NumberOfMessagesPublished"),
                    _topic(arn.name, "NumberOfNotificationsDelivered"),
                    _topic(arn.name, "NumberOfNotificationsFailed"),
                ),
            )
        case "state-machine":
            machine = {"StateMachineArn": node.arn}
            return (
                tuple(
                    MetricQuery(Metric.of("AWS/States", name, machine), "Sum", name, counts=True)
                    for name in ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed")
                ),
            )
        case "pipe":
            return (
                tuple(
                    MetricQuery(
                        Metric.of("AWS/EventBridge/Pipes", name, {"PipeName": arn.name}), "Sum", name, counts=True
                    )
                    for name in ("EventCount", "ExecutionFailed", "ExecutionThrottled")
                ),
            )
        case "stream":
            stream = {"StreamName": arn.name}
            return (
                (
                    MetricQuery(
                        Metric.of("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", stream), "Maximum", "lag", "ms"
                    ),
                ),
            )
        case _:
            return ()


def rule_metric(rule_arn: str, name: str, statistic: str = "Sum") -> MetricQuery:
    """A rule's metric."""
    metric = Metric("AWS/Events", name, rule_dimensions(rule_arn))
    return MetricQuery(metric, statistic, name, counts=True)


def rule_dimensions(rule_arn: str) -> tuple[tuple[str, str], ...]:
    """A rule of the default bus is known by RuleName alone, one of another bus by EventBusName too.

    A partner's bus has slashes in its name.
    """
    bus, _, name = rule_arn.split(":", 5)[-1].removeprefix("rule/").rpartition("/")
    return (("EventBusName", bus), ("RuleName", name)) if bus else (("RuleName", name),)


def function_metric(function: str, name: str, statistic: str = "Sum", unit: str = "") -> MetricQuery:
    """A function's metric (namespace AWS/Lambda, dimension FunctionName); a counter where it has no unit."""
    label = f"{name} {statistic}" if unit else name
    return MetricQuery(
        Metric.of("AWS/Lambda", name, {"FunctionName": function}), statistic, label, unit, counts=not unit
    )


def _topic(topic: str, name: str) -> MetricQuery:
    return MetricQuery(Metric.of("AWS/SNS", name, {"TopicName": topic}), "Sum", name, counts=True)
