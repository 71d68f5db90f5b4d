"""Points of metrics, and how they get to CloudWatch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system import rules

Dimensions = tuple[tuple[str, str], ...]
MOST_AT_ONCE = 1000  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured."""

    namespace: str
    name: str
    dimensions: Dimensions
    unit: str = "Count"


@dataclass(frozen=True, slots=True)
class Point:
    """One minute of one metric: a value, or several with how often each was seen."""

    metric: Metric
    at: float
    """Beginning of the minute, in epoch seconds."""
    values: tuple[float, ...]
    counts: tuple[float, ...] = (1.0,)

    @property
    def datum(self) -> dict[str, Any]:
        """What PutMetricData takes."""
        given: dict[str, Any] = {
            "MetricName": self.metric.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.metric.dimensions],
            "Timestamp": datetime.fromtimestamp(self.at, UTC),
            "Unit": self.metric.unit,
        }
        if len(self.values) == 1 and self.counts == (1.0,):
            return given | {"Value": self.values[0]}
        return given | {"Values": list(self.values), "Counts": list(self.counts)}


def publish(api: Api, points: Iterable[Point]) -> None:
    """Put them, as many at once as CloudWatch takes."""
    by_namespace: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        by_namespace[point.metric.namespace].append(point)
    for namespace, all_points in by_namespace.items():
        for first in range(0, len(all_points), MOST_AT_ONCE):
            data = [point.datum for point in all_points[first : first + MOST_AT_ONCE]]
            api.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)


def sqs(queue: str, name: str, unit: str = "Count") -> Metric:
    """A metric of a queue."""
    return Metric("AWS/SQS", name, (("QueueName", queue),), unit)


def function(name: str, metric: str, unit: str = "Count") -> Metric:
    """A metric of a function."""
    return Metric("AWS/Lambda", metric, (("FunctionName", name),), unit)


def rule(of: rules.Rule, name: str) -> Metric:
    """A metric of a rule. One of the default bus has no dimension for the bus."""
    bus = () if of.bus == "default" else (("EventBusName", of.bus),)
    return Metric("AWS/Events", name, (*bus, ("RuleName", of.name)))


def topic(name: str, metric: str, unit: str = "Count") -> Metric:
    """A metric of a topic."""
    return Metric("AWS/SNS", metric, (("TopicName", name),), unit)


def state_machine(arn: str, metric: str) -> Metric:
    """A metric of a state machine."""
    return Metric("AWS/States", metric, (("StateMachineArn", arn),))


def own(namespace: str, name: str, dimension: str, value: str, unit: str = "Count") -> Metric:
    """A metric that the order system publishes about itself."""
    return Metric(namespace, name, ((dimension, value),), unit)
