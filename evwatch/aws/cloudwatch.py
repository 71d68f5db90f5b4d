"""Amazon CloudWatch: metric data, alarms of every type, and what mutes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from evwatch.aws.alarm_items import Where, composite_alarm, log_alarm, metric_alarm
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_subject import alarm_subjects
from evwatch.model.metric import Metric, MetricQuery, Series

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
DESCRIBE_ALARM_CONTRIBUTORS = Call(
    "cloudwatch",
    "DescribeAlarmContributors",
    paging=Paging("NextToken", "NextToken"),
    usd=_REQUEST_USD,
    why="say which of its series an alarm on a query fires for",
    trial=Trial({"AlarmName": "evwatch-doctor"}),
)
GET_MUTE_RULE = Call(
    "cloudwatch",
    "GetAlarmMuteRule",
    why="show which alarms are muted",
    trial=Trial({"AlarmMuteRuleName": "$mute_rule_name"}),
)

SERVICE = Service(
    "cloudwatch",
    (
        DESCRIBE_ALARMS,
        DESCRIBE_ALARM_HISTORY,
        DESCRIBE_ALARM_CONTRIBUTORS,
        GET_METRIC_DATA,
        LIST_METRICS,
        LIST_MUTE_RULES,
        GET_MUTE_RULE,
    ),
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
            points.setdefault(name, {}).update((at.timestamp(), float(value)) for at, value in pairs if isfinite(value))
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
    where = Where(account, caller.context.region, caller.partition)
    found = [metric_alarm(item, where) for page in pages for item in page.get("MetricAlarms") or ()]
    found += [log_alarm(item, where) for page in pages for item in page.get("LogAlarms") or ()]
    composites = [composite_alarm(item, where) for page in pages for item in page.get("CompositeAlarms") or ()]
    return tuple(alarm_subjects(found + composites))


async def muted_alarms(caller: Caller) -> dict[str, str]:
    """The alarms that an active mute rule covers, each with the rule's name; none where the endpoint knows no such
    rules. Raises AwsError.
    """
    try:
        rules = await caller.items(LIST_MUTE_RULES, "AlarmMuteRuleSummaries", Statuses=["ACTIVE"])
    except AwsError as error:
        if error.unsupported:
            return {}
        raise
    found: dict[str, str] = {}
    for rule in rules:
        arn = str(rule.get("AlarmMuteRuleArn") or "")
        if not arn:
            continue
        name = arn.rsplit(":", 1)[-1]
        try:
            answer = await caller.call(GET_MUTE_RULE, AlarmMuteRuleName=name)
        except AwsError as error:
            if error.fault.code == "not-found":  # it ended since it was listed
                continue
            raise
        found.update({str(alarm): name for alarm in (answer.get("MuteTargets") or {}).get("AlarmNames") or ()})
    return found
