"""Amazon CloudWatch: alarms of every type, as DescribeAlarms gives them, become alarms of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evwatch.aws.survey import text
from evwatch.model.alarm import Alarm, AlarmMetric, AlarmState, AlarmType
from evwatch.model.arn import parse_arn
from evwatch.model.metric import Metric, MetricQuery
from evwatch.model.metric_math import Computed, Term

_LONGEST_PERIOD_SECONDS = 7 * 86_400
"""PutMetricAlarm takes no alarm that looks at more than a week."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where an alarm was read, for what its answer leaves out."""

    account: str
    region: str
    partition: str


def metric_alarm(item: dict[str, Any], where: Where) -> Alarm:
    """One of `MetricAlarms`: of one metric, of metric maths, or of a query."""
    metrics = tuple(_alarm_metrics(item, where.account))
    expressions = [str(part["Expression"]) for part in item.get("Metrics") or () if part.get("Expression")]
    if query := text(item, "EvaluationCriteria", "PromQLCriteria", "Query"):
        expressions.append(query)
    single = metrics[0] if len(metrics) == 1 and not expressions else None
    return Alarm(
        **_common(item, "metric", where),
        metric=single,
        metrics=metrics,
        formula=_formula(item),
        expression=" ; ".join(expressions),
        threshold=_float(item.get("Threshold")),
        comparison=item.get("ComparisonOperator"),
        evaluation_periods=item.get("EvaluationPeriods"),
        datapoints_to_alarm=item.get("DatapointsToAlarm"),
        treat_missing_data=item.get("TreatMissingData"),
    )


def composite_alarm(item: dict[str, Any], where: Where) -> Alarm:
    """One of `CompositeAlarms`."""
    return Alarm(
        **_common(item, "composite", where),
        expression=str(item.get("AlarmRule") or ""),
        suppressor=str(item.get("ActionsSuppressor") or ""),
        suppressed_by=str(item.get("ActionsSuppressedBy") or ""),
        muted=item.get("ActionsSuppressedBy") in ("Alarm", "WaitPeriod", "ExtensionPeriod"),
    )


def log_alarm(item: dict[str, Any], where: Where) -> Alarm:
    """One of `LogAlarms`: a scheduled query over log groups, whose newest results are held against a limit."""
    query = item.get("ScheduledQueryConfiguration") or {}
    said = [str(query.get(key) or "") for key in ("AggregationExpression", "QueryString")]
    return Alarm(
        **_common(item, "log", where),
        expression=" | ".join(part for part in said if part),
        log_groups=tuple(map(str, query.get("LogGroupIdentifiers") or ())),
        threshold=_float(item.get("Threshold")),
        comparison=item.get("ComparisonOperator"),
        evaluation_periods=item.get("QueryResultsToEvaluate"),
        datapoints_to_alarm=item.get("QueryResultsToAlarm"),
        treat_missing_data=item.get("TreatMissingData"),
    )


def _common(item: dict[str, Any], kind: AlarmType, where: Where) -> dict[str, Any]:
    name = str(item.get("AlarmName") or "")
    arn = text(item, "AlarmArn") or f"arn:{where.partition}:cloudwatch:{where.region}:{where.account}:alarm:{name}"
    parts = parse_arn(arn)
    state = item.get("StateValue")
    states: tuple[AlarmState, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "type": kind,
        "state": state if state in states else "INSUFFICIENT_DATA",
        "account": parts.account if parts else where.account,
        "region": where.region,
        "since": _utc(item.get("StateTransitionedTimestamp") or item.get("StateUpdatedTimestamp")),
        "reason": str(item.get("StateReason") or ""),
        "description": str(item.get("AlarmDescription") or ""),
        "actions_enabled": bool(item.get("ActionsEnabled", True)),
        "action_arns": tuple(map(str, item.get("AlarmActions") or ())),
        "evaluation_state": str(item.get("EvaluationState") or ""),
    }


def _alarm_metrics(item: dict[str, Any], own_account: str) -> Iterable[AlarmMetric]:
    if item.get("MetricName"):
        statistic = str(item.get("ExtendedStatistic") or item.get("Statistic") or "Average")
        yield AlarmMetric(_metric(item), statistic, _period(item))
    for part in item.get("Metrics") or ():
        stat = part.get("MetricStat") or {}
        if stat.get("Metric"):
            account = text(part, "AccountId")
            yield AlarmMetric(
                _metric(stat["Metric"]),
                str(stat.get("Stat") or "Average"),
                _period(stat),
                "" if account == own_account else account,
            )


def _formula(item: dict[str, Any]) -> Computed | None:
    """The expression of which CloudWatch judges the result: the one part that is not marked as used by others alone."""
    parts = [part for part in item.get("Metrics") or () if part.get("Id")]
    judged = [part for part in parts if part.get("ReturnData") is not False]
    if len(judged) != 1 or not judged[0].get("Expression"):
        return None
    terms: list[Term] = []
    for part in parts:
        if part.get("Expression"):
            terms.append((str(part["Id"]), str(part["Expression"])))
        for watched in _alarm_metrics({"Metrics": [part]}, ""):
            query = MetricQuery(watched.metric, watched.statistic, period_seconds=watched.period_seconds)
            terms.append((str(part["Id"]), query))
    label = str(judged[0].get("Label") or judged[0]["Expression"])
    return Computed(label, "", str(judged[0]["Expression"]), tuple(terms))


def _metric(item: dict[str, Any]) -> Metric:
    dimensions = {str(pair.get("Name")): str(pair.get("Value")) for pair in item.get("Dimensions") or ()}
    return Metric.of(str(item.get("Namespace") or ""), str(item.get("MetricName") or ""), dimensions)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _utc(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _period(item: Mapping[str, Any]) -> int:
    """Seconds that one datapoint stands for: a minute where it is not said, or is nothing that CloudWatch takes."""
    said = item.get("Period")
    return said if isinstance(said, int) and 1 <= said <= _LONGEST_PERIOD_SECONDS else 60
