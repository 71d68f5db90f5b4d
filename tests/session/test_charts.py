"""What a chart shows is what GetMetricData says, in the alarm's own period, and its shares are those of its numbers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evwatch.model.choice import Choice
from evwatch.model.interest import Interest
from evwatch.model.metric import MetricQuery
from evwatch.model.window import WINDOWS
from evwatch.present.chart import Chart, Subject, chart
from evwatch.present.picture import PictureMaker
from evwatch.screens.targets import AlarmTarget
from tests.aws.answering import Answering
from tests.emulator.account import Account
from tests.session.conftest import Profiles
from tests.session.running import only, running, settings, until

HOUR = next(window for window in WINDOWS if window.label == "1h")
FUNCTION = [{"Name": "FunctionName", "Value": "f"}]


def publish(cloudwatch: Any, now: datetime) -> None:
    """Forty minutes with holes: invocations, errors only where there were some, and durations of uneven samples."""
    minute = now.replace(second=0, microsecond=0)
    data = []
    for ago in range(2, 42):
        if ago in (17, 18, 19):
            continue
        at = minute - timedelta(minutes=ago)
        calls = 10 + ago % 7
        data.append(("Invocations", at, [float(calls)], [1.0]))
        if ago % 5 == 0:
            data.append(("Errors", at, [3.0], [1.0]))
        data.append(("Duration", at, [100.0, 2_000.0], [float(calls), float(1 + ago % 3)]))
    cloudwatch.put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {"MetricName": name, "Dimensions": FUNCTION, "Timestamp": at, "Values": values, "Counts": counts}
            for name, at, values, counts in data
        ],
    )


def alarms() -> dict[str, Any]:
    """One on an average over five minutes, and one on an error rate by metric maths, which the emulator cannot keep."""

    def part(name: str, metric: str) -> dict[str, Any]:
        stat = {
            "Metric": {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": FUNCTION},
            "Period": 60,
            "Stat": "Sum",
        }
        return {"Id": name, "MetricStat": stat, "ReturnData": False}

    rate = {"Id": "rate", "Expression": "100 * FILL(e, 0) / i", "Label": "error rate", "ReturnData": True}
    common = {
        "StateValue": "OK",
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "StateUpdatedTimestamp": datetime.now(UTC),
    }
    slow = {"Namespace": "AWS/Lambda", "MetricName": "Duration", "Dimensions": FUNCTION, "Statistic": "Average"}
    return {
        "MetricAlarms": [
            {"AlarmName": "Slow", **slow, "Period": 300, "Threshold": 350.0, **common},
            {
                "AlarmName": "Failing",
                "Metrics": [rate, part("e", "Errors"), part("i", "Invocations")],
                "Threshold": 20.0,
                **common,
            },
        ]
    }


def truth(cloudwatch: Any, metric: str, statistic: str, period: int, series: Any) -> dict[float, float]:
    """The same window, asked of CloudWatch with AWS's own client."""
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": "q",
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": FUNCTION},
                    "Period": period,
                    "Stat": statistic,
                },
            }
        ],
        StartTime=datetime.fromtimestamp(series.start, UTC),
        EndTime=datetime.fromtimestamp(series.end, UTC),
    )["MetricDataResults"][0]
    return {at.timestamp(): value for at, value in zip(answer["Timestamps"], answer["Values"], strict=True)}


async def test_a_charts_values_are_those_of_get_metric_data(aws: Account, profiles: Profiles, tmp_path: Path) -> None:
    profiles(default=aws.number)
    cloudwatch = aws.boto("cloudwatch")
    now = datetime.now(UTC)
    publish(cloudwatch, now)
    answering = Answering("cloudwatch:DescribeAlarms", alarms())
    async with aws.gateway(answering) as url, running(settings(url), tmp_path) as it:
        snapshot = await until(it, lambda snapshot: len(only(snapshot).alarms.value or ()) == 2)
        picture = PictureMaker(Choice()).picture(snapshot)
        subjects = {row.alarm.name: AlarmTarget(row.key, row.alarm.name).subjects(picture)[0] for row in picture.alarms}
        queries = tuple(query for subject in subjects.values() for query in subject.queries)
        it.show(Interest(chart_context=only(snapshot).context.name, chart=queries, window=HOUR))
        snapshot = await until(it, lambda snapshot: all(_read(snapshot, query) for query in queries))
        feeds = only(snapshot).chart

        def drawn(name: str) -> tuple[Subject, Chart]:
            return subjects[name], chart(subjects[name], feeds, HOUR, snapshot.taken_at.timestamp() // 60 * 60)

        slow, slow_chart = drawn("Slow")
        (asked,) = slow.queries
        said = await asyncio.to_thread(truth, cloudwatch, "Duration", "Average", 300, feeds[asked].value)
        assert len(said) > 6
        assert dict(slow_chart.lines[0].points) == said
        assert slow_chart.threshold == 350
        assert {at for at, _ in slow_chart.lines[0].beyond} == {
            at for at, value in said.items() if value > 350 and at + 300 <= slow_chart.end - 120
        }

        failing, failing_chart = drawn("Failing")
        of = {query.metric.name: query for query in failing.queries}
        errors, calls = [
            await asyncio.to_thread(truth, cloudwatch, name, "Sum", 60, feeds[of[name]].value)
            for name in ("Errors", "Invocations")
        ]
        assert dict(failing_chart.lines[0].points) == {at: 100 * errors.get(at, 0) / n for at, n in calls.items()}
        assert failing_chart.lines[0].beyond
        assert len(failing_chart.lines[0].finished) == 2, "a hole in the data stays a hole"


def _read(snapshot: Any, query: MetricQuery) -> bool:
    feed = only(snapshot).chart.get(query)
    return feed is not None and feed.value is not None
