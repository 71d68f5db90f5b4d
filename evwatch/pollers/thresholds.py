"""Local thresholds of the settings, judged on what was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm
from evwatch.model.metric import MetricQuery, complete_points
from evwatch.model.threshold import Threshold
from evwatch.pollers.state import ContextState

_MINUTES = 5
_RULE_METRICS = {"triggers": "TriggeredRules", "failed_invocations": "FailedInvocations"}
_FUNCTION_METRICS = {"errors": "Errors", "throttles": "Throttles", "invocations": "Invocations"}


class ThresholdJudge:
    """Turns thresholds into alarms of type `local`; remembers since when each is in its state."""

    def __init__(self, thresholds: tuple[Threshold, ...], state: ContextState) -> None:
        self._thresholds = thresholds
        self._state = state
        self._since: dict[str, tuple[str, datetime]] = {}

    def queries(self) -> tuple[MetricQuery, ...]:
        """The metrics that the thresholds need."""
        return tuple(query for threshold in self._thresholds for _, _, query in self._subjects(threshold) if query)

    def judge(self, now: datetime) -> None:
        """Bring the state's local alarms up to date."""
        alarms = tuple(
            self._alarm(threshold, arn, name, query, now)
            for threshold in self._thresholds
            for arn, name, query in self._subjects(threshold)
        )
        self._since = {alarm.id: self._since[alarm.id] for alarm in alarms}
        self._state.local_alarms = alarms

    def _subjects(self, threshold: Threshold) -> Iterator[tuple[str, str, MetricQuery | None]]:
        """ARN, name and metric of each resource that the threshold is about."""
        if threshold.subject == "queue":
            for queue in self._state.queues.values():
                if fnmatchcase(queue.name, threshold.pattern):
                    metric = catalogue.oldest(queue.name) if threshold.metric == "oldest_age_seconds" else None
                    yield queue.arn, queue.name, metric
            return
        flow = self._state.flow.value
        for node in flow.nodes if flow else ():
            if node.kind != threshold.subject or not fnmatchcase(node.name, threshold.pattern):
                continue
            if threshold.subject == "rule":
                yield node.arn, node.name, catalogue.rule_metric(node.arn, _RULE_METRICS[threshold.metric])
            else:
                yield node.arn, node.name, catalogue.function_metric(node.name, _FUNCTION_METRICS[threshold.metric])

    def _alarm(self, threshold: Threshold, arn: str, name: str, query: MetricQuery | None, now: datetime) -> Alarm:
        value = self._value(threshold, arn, query, now)
        limit = threshold.above if threshold.above is not None else threshold.below
        over = threshold.above is not None
        if value is None or limit is None:
            state, reason = "INSUFFICIENT_DATA", "not read yet, or no data"
        elif value > limit if over else value < limit:
            state, reason = "ALARM", f"{threshold.metric} is {value:g}, {'above' if over else 'below'} {limit:g}"
        else:
            state, reason = "OK", f"{threshold.metric} is {value:g}"
        identity = f"local:{threshold.title}:{arn}"
        before = self._since.get(identity)
        since = before[1] if before and before[0] == state else now
        self._since[identity] = (state, since)
        return Alarm(
            id=identity,
            name=f"{name}: {threshold.title}",
            type="local",
            state="ALARM" if state == "ALARM" else "OK" if state == "OK" else "INSUFFICIENT_DATA",
            account=self._state.account,
            region=self._state.context.region,
            since=since,
            reason=reason,
            description="A threshold of the settings file.",
            resource_arns=(arn,),
            threshold=limit,
            comparison="GreaterThanThreshold" if over else "LessThanThreshold",
        )

    def _value(self, threshold: Threshold, arn: str, query: MetricQuery | None, now: datetime) -> float | None:
        if query is None:
            return self._depth_value(threshold, arn)
        depth = self._state.depths.get(arn)
        if depth and depth.value and depth.value.total == 0:
            return 0.0  # no message is old in an empty queue; CloudWatch says so only minutes later
        return self._metric_value(query, now)

    def _depth_value(self, threshold: Threshold, arn: str) -> float | None:
        feed = self._state.depths.get(arn)
        if feed is None or feed.value is None:
            return None
        return float(getattr(feed.value, threshold.metric))

    def _metric_value(self, query: MetricQuery, now: datetime) -> float | None:
        """The newest value of a gauge, or a counter's sum over five minutes; the last two minutes do not count yet."""
        feed = self._state.series.get(query)
        if feed is None or feed.value is None:
            return None
        points = complete_points(feed.value, now.timestamp(), _MINUTES)
        if points is None:
            return None
        if query.counts:
            return sum(value for _, value in points)
        return points[-1][1] if points else None
