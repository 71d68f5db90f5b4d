"""CloudWatch as a caller sees it, answering from what a test says is true, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evwatch.aws import cloudwatch
from evwatch.aws.catalogue import SERVICES
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.meter import Meter
from evwatch.aws.service import Call
from evwatch.model.context import Context
from evwatch.model.fault import Fault
from evwatch.model.metric import Metric
from tests.pollers.virtual_time import elapsed, virtual_clock

Truth = Callable[[Metric, float], float | None]
"""The value of a metric in the period that begins at that time; None where there is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One GetMetricData call."""

    at: float
    start: float
    end: float
    period: int
    metrics: tuple[Metric, ...]

    @property
    def minutes(self) -> float:
        """How long a stretch was asked for."""
        return (self.end - self.start) / 60


class FakeCloudWatch(Caller):
    """Answers GetMetricData and ListMetrics; made inside a story."""

    def __init__(self, truth: Truth = lambda metric, at: at % 1000) -> None:
        clock = virtual_clock()
        context = Context("test/here", "eu-central-1")
        super().__init__(context, SERVICES, Meter(clock.monotonic), clock.monotonic)
        self.truth = truth
        self.asked: list[Asked] = []
        self.fault: Fault | None = None
        self.unmentioned: set[str] = set()
        """Names of metrics of which the answer says nothing."""
        self.listed: list[dict[str, Any]] = []
        self.listings = 0

    async def call(self, call: Call, **parameters: Any) -> dict[str, Any]:
        if call is cloudwatch.LIST_METRICS:
            self.listings += 1
            if self.fault:
                raise AwsError(self.fault)
            return {"Metrics": self.listed}
        assert call is cloudwatch.GET_METRIC_DATA
        queries = parameters["MetricDataQueries"]
        start, end = parameters["StartTime"].timestamp(), parameters["EndTime"].timestamp()
        period = queries[0]["MetricStat"]["Period"]
        assert start % period == end % period == 0
        metrics = {query["Id"]: _metric(query["MetricStat"]["Metric"]) for query in queries}
        self.asked.append(Asked(elapsed(), start, end, period, tuple(metrics.values())))
        if self.fault:
            raise AwsError(self.fault)
        mentioned = {name: metric for name, metric in metrics.items() if metric.name not in self.unmentioned}
        return {"MetricDataResults": [self._result(*pair, start, end, period) for pair in mentioned.items()]}

    def _result(self, name: str, metric: Metric, start: float, end: float, period: int) -> dict[str, Any]:
        times = range(int(start), int(end), period)
        points = [(at, value) for at in reversed(times) if (value := self.truth(metric, at)) is not None]
        return {
            "Id": name,
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at, _ in points],
            "Values": [value for _, value in points],
            "StatusCode": "Complete",
        }


def _metric(item: dict[str, Any]) -> Metric:
    return Metric.of(
        item["Namespace"], item["MetricName"], {pair["Name"]: pair["Value"] for pair in item["Dimensions"]}
    )
