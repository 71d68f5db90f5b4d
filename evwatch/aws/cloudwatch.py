"""Amazon CloudWatch: metric data, alarms of every type, and what mutes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import text
from evwatch.model.alarm import Alarm, AlarmMetric, AlarmState, AlarmType
from evwatch.model.alarm_subject import alarm_subjects
from evwatch.model.arn import parse_arn
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.metric_math import Computed, Term

_REQUEST_USD = 0.01 / 1000

_ONE_METRIC = {
    "Id": "one",
    "MetricStat": {
        "Metric": {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible"},
        "Period": 60,
        "Stat": "Maximum",
    },
}
DESCRIBE_ALARMS = Call(
    "cloudwatch",
    "DescribeAlarms",
    paging=Paging("NextToken", "NextToken", "MaxRecords", 100),
    usd=_REQUEST_USD,
    why="read alarms; composite and log alarms are shown only where it is allowed on all resources",
    trial=Trial({"MaxRecords": 1}),
)
DESCRIBE_ALARM_HISTORY = Call(
    "cloudwatch",
    "DescribeAlarmHistory",
    paging=Paging("NextToken", "NextToken", "MaxRecords", 100),
    usd=_REQUEST_USD,
    why="show when an alarm changed, and why",
    trial=Trial({"MaxRecords": 1}),
)
GET_METRIC_DATA = Call(
    "cloudwatch",
    "GetMetricData",
    paging=Paging("NextToken", "NextToken"),
    usd_per_item=0.01 / 1000,
    items="MetricDataQueries",
    why="read rates, ages and charts",
    trial=Trial({"MetricDataQueries": [_ONE_METRIC], "StartTime": "$minute_ago", "EndTime": "$now"}),
)
LIST_METRICS = Call(
    "cloudwatch",
    "ListMetrics",
    paging=Paging("NextToken", "NextToken"),
    usd=_REQUEST_USD,
    why="offer custom metrics by name",
    trial=Trial({"Namespace": "AWS/SQS", "RecentlyActive": "PT3H"}),
)
LIST_MUTE_RULES = Call(
    "cloudwatch",
    "ListAlarmMuteRules",
    paging=Paging("NextToken", "NextToken", "MaxRecords", 100),
    why="show which alarms are muted",
    trial=Trial({"MaxRecords": 1}, {"mute_rule": "AlarmMuteRuleSummaries[0].AlarmMuteRuleArn"}),
)
GET_MUTE_RULE = Call(
    "cloudwatch",
    "GetAlarmMuteRule",
    why="show which alarms are muted",
    trial=Trial({"AlarmMuteRuleName": "$mute_rule_name"}),
)

SERVICE = Service(
    "cloudwatch",
    (DESCRIBE_ALARMS, DESCRIBE_ALARM_HISTORY, GET_METRIC_DATA, LIST_METRICS, LIST_MUTE_RULES, GET_MUTE_RULE),
    # DescribeAlarms allows nine a second for the whole account, the least of these.
    requests_per_second=6,
    burst=12,
)

QUERIES_PER_CALL = 500
_POINTS_PER_CALL = 100_800
_LOG_ALARM = "LogAlarm"
_OLD_TYPES = ["MetricAlarm", "CompositeAlarm"]


async def read_series(
    caller: Caller, queries: Sequence[MetricQuery], start: float, end: float, period_seconds: int, now: datetime
) -> dict[MetricQuery, Series]:
    """The datapoints of each query between two times (seconds since the epoch, aligned to the period by the caller).

    Answers come in either order, in several pages, and one query's points may be split over pages; missing points are
    absent. Queries that CloudWatch does not mention stay out of the result. Raises AwsError.
    """
    points = max(1, int((end - start) // period_seconds))
    size = max(1, min(QUERIES_PER_CALL, _POINTS_PER_CALL // points))
    unique = list(dict.fromkeys(queries))
    found: dict[MetricQuery, Series] = {}
    for i in range(0, len(unique), size):  # one after the other: each answer takes a while to parse
        found |= await _read_chunk(caller, unique[i : i + size], start, end, period_seconds, now)
    return found


async def _read_chunk(
    caller: Caller, queries: Sequence[MetricQuery], start: float, end: float, period: int, now: datetime
) -> dict[MetricQuery, Series]:
    by_id = {f"q{number}": query for number, query in enumerate(queries)}
    points: dict[str, dict[float, float]] = {}
    status: dict[str, str] = {}
    said: dict[str, str] = {}
    async for page in caller.pages(
        GET_METRIC_DATA,
        MetricDataQueries=[_data_query(name, query, period) for name, query in by_id.items()],
        StartTime=datetime.fromtimestamp(start, UTC),
        EndTime=datetime.fromtimestamp(end, UTC),
        ScanBy="TimestampAscending",
    ):
        for result in page.get("MetricDataResults") or ():
            name = str(result.get("Id"))
            pairs = zip(result.get("Timestamps") or (), result.get("Values") or (), strict=False)
            points.setdefault(name, {}).update((at.timestamp(), float(value)) for at, value in pairs)
            status[name] = str(result.get("StatusCode") or "Complete")
            for message in result.get("Messages") or ():
                said[name] = str(message.get("Value") or message.get("Code") or "")
    found: dict[MetricQuery, Series] = {}
    for name, query in by_id.items():
        if name not in points:
            continue
        ordered = sorted(points[name].items())
        final = status[name]
        found[query] = Series(
            query,
            period,
            start,
            end,
            times=tuple(at for at, _ in ordered),
            values=tuple(value for _, value in ordered),
            complete=final == "Complete",
            message=said.get(name, "" if final in ("Complete", "PartialData") else final),
            taken_at=now,
        )
    return found


def _data_query(name: str, query: MetricQuery, period: int) -> dict[str, Any]:
    metric = query.metric
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": period,
            "Stat": query.statistic,
        },
    }


async def custom_metrics(caller: Caller) -> tuple[Metric, ...]:
    """Metrics outside AWS's own namespaces with data in the last three hours, sorted. Raises AwsError."""
    found = {
        Metric.of(
            str(item.get("Namespace")),
            str(item.get("MetricName")),
            {str(pair.get("Name")): str(pair.get("Value")) for pair in item.get("Dimensions") or ()},
        )
        for item in await caller.items(LIST_METRICS, "Metrics", RecentlyActive="PT3H")
        if not str(item.get("Namespace")).startswith("AWS/")
    }
    return tuple(sorted(found, key=lambda metric: (metric.namespace, metric.name, metric.dimensions)))


async def alarms(caller: Caller, account: str) -> tuple[Alarm, ...]:
    """Every alarm of the context, in no order. Raises AwsError.

    Without AlarmTypes DescribeAlarms gives metric alarms alone; log alarms are new, and an endpoint that does not know
    the word refuses the whole call.
    """
    if _LOG_ALARM in caller.lacking:
        pages = [page async for page in caller.pages(DESCRIBE_ALARMS, AlarmTypes=_OLD_TYPES)]
    else:
        try:
            pages = [page async for page in caller.pages(DESCRIBE_ALARMS, AlarmTypes=[*_OLD_TYPES, _LOG_ALARM])]
        except AwsError as error:
            if error.fault.code != "aws" or not error.not_done:
                raise
            pages = [page async for page in caller.pages(DESCRIBE_ALARMS, AlarmTypes=_OLD_TYPES)]
            caller.lacking.add(_LOG_ALARM)
    where = _Where(account, caller.context.region, caller.partition)
    found = [_metric_alarm(item, where) for page in pages for item in page.get("MetricAlarms") or ()]
    found += [_other_alarm(item, "log", where) for page in pages for item in page.get("LogAlarms") or ()]
    composites = [
        _other_alarm(item, "composite", where) for page in pages for item in page.get("CompositeAlarms") or ()
    ]
    return tuple(alarm_subjects(found + composites))


async def muted_alarm_names(caller: Caller) -> frozenset[str]:
    """Names of the alarms that an active mute rule covers; none where the endpoint knows no mute rules.

    Raises AwsError.
    """
    try:
        rules = await caller.items(LIST_MUTE_RULES, "AlarmMuteRuleSummaries", Statuses=["ACTIVE"])
    except AwsError as error:
        if error.unsupported:
            return frozenset()
        raise
    names: set[str] = set()
    for rule in rules:
        arn = str(rule.get("AlarmMuteRuleArn") or "")
        if not arn:
            continue
        try:
            answer = await caller.call(GET_MUTE_RULE, AlarmMuteRuleName=arn.rsplit(":", 1)[-1])
        except AwsError as error:
            if error.fault.code == "not-found":  # it ended since it was listed
                continue
            raise
        names.update(map(str, (answer.get("MuteTargets") or {}).get("AlarmNames") or ()))
    return frozenset(names)


@dataclass(frozen=True, slots=True)
class _Where:
    account: str
    region: str
    partition: str


def _metric_alarm(item: dict[str, Any], where: _Where) -> Alarm:
    metrics = tuple(_alarm_metrics(item))
    expressions = [str(part["Expression"]) for part in item.get("Metrics") or () if part.get("Expression")]
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


def _other_alarm(item: dict[str, Any], kind: AlarmType, where: _Where) -> Alarm:
    return Alarm(
        **_common(item, kind, where),
        expression=str(item.get("AlarmRule") or ""),
        suppressed_by=str(item.get("ActionsSuppressedBy") or ""),
        muted=item.get("ActionsSuppressedBy") in ("Alarm", "WaitPeriod", "ExtensionPeriod"),
        threshold=_float(item.get("Threshold")),
        comparison=item.get("ComparisonOperator"),
    )


def _common(item: dict[str, Any], kind: AlarmType, where: _Where) -> dict[str, Any]:
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


def _alarm_metrics(item: dict[str, Any]) -> Iterable[AlarmMetric]:
    if item.get("MetricName"):
        statistic = str(item.get("ExtendedStatistic") or item.get("Statistic") or "Average")
        yield AlarmMetric(_metric(item), statistic, int(item.get("Period") or 60))
    for part in item.get("Metrics") or ():
        stat = part.get("MetricStat") or {}
        if stat.get("Metric"):
            yield AlarmMetric(
                _metric(stat["Metric"]), str(stat.get("Stat") or "Average"), int(stat.get("Period") or 60)
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
        for watched in _alarm_metrics({"Metrics": [part]}):
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
