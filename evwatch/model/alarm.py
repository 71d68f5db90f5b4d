"""Alarms of CloudWatch, and local thresholds of the settings that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from evwatch.model.metric import Metric
from evwatch.model.metric_math import Computed

AlarmType = Literal["metric", "composite", "log", "local"]
AlarmState = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


@dataclass(frozen=True, slots=True)
class AlarmMetric:
    """The single metric that an alarm watches; metric maths and composite alarms have none."""

    metric: Metric
    statistic: str
    period_seconds: int
    account: str = ""
    """Where it is another than the alarm's own: accounts may be linked for watching."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm with its state, since when and why."""

    id: str
    """Its ARN, or `local:NAME:RESOURCE` for a threshold of the settings."""
    name: str
    type: AlarmType
    state: AlarmState
    account: str
    region: str
    arn: str | None = None
    since: datetime | None = None
    """When the state last changed (StateTransitionedTimestamp: the other time stamp moves without a change)."""
    reason: str = ""
    description: str = ""
    actions_enabled: bool = True
    muted: bool = False
    """A mute rule covers it now, or a suppressor holds its actions."""
    muted_by: str = ""
    """Name of the mute rule that covers it now."""
    suppressor: str = ""
    """Of a composite: the alarm that may hold its actions, by name or ARN."""
    suppressed_by: str = ""
    """What holds its actions now, in AWS's word: `Alarm`, `WaitPeriod` or `ExtensionPeriod`."""
    log_groups: tuple[str, ...] = ()
    """Of a log alarm: names or ARNs of the groups that it queries."""
    resource_arns: tuple[str, ...] = ()
    metric: AlarmMetric | None = None
    metrics: tuple[AlarmMetric, ...] = ()
    """Every metric of a metric-maths alarm."""
    formula: Computed | None = None
    """What a metric-maths alarm judges, as evwatch would work it out of its metrics."""
    expression: str = ""
    """The maths expression, the query, or a composite alarm's rule."""
    threshold: float | None = None
    comparison: str | None = None
    """AWS's operator name, `GreaterThanThreshold` and its kin."""
    evaluation_periods: int | None = None
    datapoints_to_alarm: int | None = None
    treat_missing_data: str | None = None
    action_arns: tuple[str, ...] = ()
    evaluation_state: str = ""
    """`PARTIAL_DATA`, `EVALUATION_ERROR` or `EVALUATION_FAILURE` where CloudWatch could not evaluate it properly."""

    @property
    def of_many_series(self) -> bool:
        """Whether CloudWatch judges each series of a query by itself, and can say for which of them it fires."""
        asks = self.type == "metric" and (not self.metrics or "SELECT " in self.expression.upper())
        return self.type == "log" or (asks and bool(self.expression))

    @property
    def fires(self) -> bool:
        """In ALARM and not muted: what makes health critical."""
        return self.state == "ALARM" and not self.muted


_URGENCY = {"ALARM": 0, "INSUFFICIENT_DATA": 1, "OK": 2}


def by_urgency(alarm: Alarm) -> tuple[int, bool, float, str]:
    """A sort key: what fires first, the newest change on top."""
    since = -alarm.since.timestamp() if alarm.since else 0.0
    return (_URGENCY[alarm.state], alarm.muted, since, alarm.name)
