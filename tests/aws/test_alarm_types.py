"""Each type of alarm, from CloudWatch's answer to the page that an operator reads, with what it did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evwatch.aws import cloudwatch
from evwatch.aws.alarm_history import alarm_history
from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import stretches
from evwatch.model.alarm_tree import tree
from evwatch.present.alarm_detail import detail, headline
from tests.aws.answering import Answering
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.denying import Denying

NOW = datetime.now(UTC)
ENTRY = {"Timestamp": NOW - timedelta(hours=1), "HistoryItemType": "StateUpdate"}
CONTRIBUTORS = {
    "AlarmContributors": [
        {
            "ContributorId": "1",
            "ContributorAttributes": {"FunctionName": "pay", "Alias": "live"},
            "StateReason": "12 > 3",
            "StateTransitionedTimestamp": NOW - timedelta(minutes=5),
        },
        {"ContributorId": "2"},
    ]
}


async def page(aws: Account, name: str, *middlewares: Any) -> tuple[Alarm, str]:
    """The alarm of that name, and all that its page says."""
    async with calling(aws, *middlewares) as caller:
        alarms = await cloudwatch.alarms(caller, aws.number)
        alarm = next(alarm for alarm in alarms if alarm.name == name)
        history = await alarm_history(caller, alarm, NOW)
    sections = detail(alarm, NOW, rule=tree(alarm, alarms), history=history)
    lines = [f"{title}: {label} {words.plain}" for title, told in sections for label, words in told]
    assert len(stretches(alarm, history, NOW.timestamp() - 86_400, NOW.timestamp())) >= 1
    return alarm, "\n".join([headline(alarm, NOW).plain, *lines])


def create(aws: Account) -> None:
    boto = aws.boto("cloudwatch")
    for name in ("Deep", "Slow", "Quiet"):
        boto.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": name}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
            ActionsEnabled=name != "Quiet",
        )
    boto.put_composite_alarm(AlarmName="Inner", AlarmRule="ALARM(Deep) AND NOT ALARM(Slow)")
    boto.put_composite_alarm(AlarmName="Outer", AlarmRule='AT_LEAST(1, ALARM, (Inner, "Slow")) OR OK(Quiet)')
    for name in ("Deep", "Quiet"):
        boto.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="because")


async def test_a_composite_shows_its_rule_as_a_tree_with_every_state_and_its_history(aws: Account) -> None:
    create(aws)
    alarm, said = await page(aws, "Outer")
    assert (alarm.type, alarm.state) == ("composite", "ALARM")
    assert set(alarm.resource_arns) == {aws.arn("sqs", name) for name in ("Deep", "Slow", "Quiet")}
    rule = [line.removeprefix("its rule:  ") for line in said.splitlines() if line.startswith("its rule")]
    shapes = [line[: len(line) - len(line.lstrip("│├└ "))] for line in rule]
    assert shapes == ["", "├ ", "│ ├ ", "│ │ └ ", "│ │   ├ ", "│ │   └ ", "│ │     └ ", "│ └ ", "└ "]
    assert rule[0].startswith("✓ any of"), "as CloudWatch itself judges it"
    assert "at least 1 of 2" in rule[1]
    assert "Inner" in rule[2]
    assert "all of" in rule[3]
    assert "✓" in rule[4]
    assert "▲ ALARM  Deep" in rule[4]
    assert "not" in rule[5]
    assert "▲ ALARM  Quiet  wanted OK" in rule[8]
    assert "→" in said, "its history"


async def test_a_metric_alarm_whose_actions_are_off_says_that_it_tells_nobody(aws: Account) -> None:
    create(aws)
    _, said = await page(aws, "Quiet")
    assert "actions switched off" in said
    assert "OK → ALARM  because" in said or "INSUFFICIENT_DATA → ALARM  because" in said


LOG = {
    "AlarmName": "Errors in the log",
    "AlarmArn": "arn:aws:cloudwatch:r:1:alarm:Errors in the log",
    "StateValue": "ALARM",
    "StateReason": "3 results of 5 were greater than 10",
    "StateTransitionedTimestamp": NOW - timedelta(hours=1),
    "ScheduledQueryConfiguration": {
        "QueryString": "filter @message like /ERROR/",
        "LogGroupIdentifiers": ["/aws/lambda/pay", "arn:aws:logs:r:1:log-group:/shop/web"],
        "AggregationExpression": "count(*) by FunctionName",
    },
    "QueryResultsToEvaluate": 5,
    "QueryResultsToAlarm": 3,
    "Threshold": 10.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


async def test_a_log_alarm_is_about_the_function_that_writes_the_log_and_says_for_which_series(aws: Account) -> None:
    answers = (
        Answering("cloudwatch:DescribeAlarms", {"LogAlarms": [LOG]}),
        Answering("cloudwatch:DescribeAlarmHistory", {"AlarmHistoryItems": [ENTRY]}),
        Answering("cloudwatch:DescribeAlarmContributors", CONTRIBUTORS),
    )
    alarm, said = await page(aws, str(LOG["AlarmName"]), *answers)
    assert alarm.type == "log"
    assert alarm.resource_arns == (
        f"arn:aws:lambda:{aws.region}:1:function:pay",
        "arn:aws:logs:r:1:log-group:/shop/web",
    )
    assert "count(*) by FunctionName | filter @message like /ERROR/ > 10, 3 of 5 results" in said
    assert "Alias=live, FunctionName=pay  12 > 3" in said
    assert answers[1].calls[0].parameters["AlarmTypes"] == ["LogAlarm"]


@pytest.mark.parametrize(
    ("denying", "words"), [(True, "no permission: cloudwatch:DescribeAlarmContributors"), (False, "")]
)
async def test_where_the_series_cannot_be_read_the_history_still_is(aws: Account, denying: bool, words: str) -> None:
    query = {**LOG, "AlarmName": "Query", "Metrics": [{"Id": "q", "Expression": "SELECT MAX(x) FROM y GROUP BY z"}]}
    answers: list[Any] = [
        Answering("cloudwatch:DescribeAlarms", {"MetricAlarms": [query]}),
        Answering("cloudwatch:DescribeAlarmHistory", {"AlarmHistoryItems": [ENTRY]}),
    ]
    if denying:
        answers.append(Denying("cloudwatch:DescribeAlarmContributors"))
    alarm, said = await page(aws, "Query", *answers)
    assert alarm.of_many_series
    assert words in said
    assert "history" in said


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("Alarm", "suppressed by Deploying"),
        ("WaitPeriod", "waiting for Deploying to fire"),
        ("ExtensionPeriod", "suppressed, Deploying was well just now"),
    ],
)
async def test_a_composite_whose_actions_are_held_says_by_what(aws: Account, held: str, words: str) -> None:
    item = {
        "AlarmName": "Held",
        "AlarmRule": "ALARM(Deep)",
        "StateValue": "ALARM",
        "ActionsSuppressedBy": held,
        "ActionsSuppressor": "arn:aws:cloudwatch:r:1:alarm:Deploying",
    }
    alarm, said = await page(aws, "Held", Answering("cloudwatch:DescribeAlarms", {"CompositeAlarms": [item]}))
    assert alarm.muted
    assert words in said
