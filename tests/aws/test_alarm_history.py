"""What an alarm did, read from CloudWatch."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from evwatch.aws.alarm_history import alarm_history
from evwatch.model.alarm import Alarm
from tests.aws.answering import Answering
from tests.aws.calling import calling
from tests.emulator.account import Account

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ALARM = Alarm("a", "Late", "metric", "ALARM", "1", "eu-central-1")
COMPOSITE = Alarm("c", "Whole", "composite", "OK", "1", "eu-central-1")


async def test_changes_of_a_metric_alarm_come_newest_first(aws: Account) -> None:
    boto = aws.boto("cloudwatch")
    boto.put_metric_alarm(
        AlarmName="Late",
        Namespace="N",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    for state in ("OK", "ALARM"):
        boto.set_alarm_state(AlarmName="Late", StateValue=state, StateReason=f"now {state}")
    async with calling(aws) as caller:
        found = await alarm_history(caller, ALARM, NOW)
    assert [(change.before, change.state) for change in found.changes][:2] == [
        ("OK", "ALARM"),
        ("INSUFFICIENT_DATA", "OK"),
    ]
    assert found.changes[0].reason == "now ALARM"
    assert found.complete


async def test_what_was_judged_by_actions_and_what_is_malformed(aws: Account) -> None:
    judged = {"evaluatedDatapoints": [{"timestamp": "2026-11-21T03:00:00.000+0000", "value": 7.0}, {"value": "x"}, 3]}
    data = {
        "oldState": {"stateValue": "OK"},
        "newState": {"stateValue": "ALARM", "stateReason": "r", "stateReasonData": judged},
    }
    entries = Answering(
        "cloudwatch:DescribeAlarmHistory",
        {
            "AlarmHistoryItems": [
                {"Timestamp": NOW, "HistoryItemType": "Action", "HistorySummary": "told", "HistoryData": "{"},
                {"Timestamp": NOW, "HistoryItemType": "StateUpdate", "HistoryData": json.dumps(data)},
                {"Timestamp": NOW, "HistoryItemType": "StateUpdate", "HistoryData": "[" * 9_999},
                {"HistoryItemType": "AlarmContributorStateUpdate"},
            ]
        },
    )
    async with calling(aws, entries) as caller:
        found = await alarm_history(caller, ALARM, NOW)
    assert [event.kind for event in found.events] == ["action", "state", "state", "other"]
    assert found.events[1].datapoints == ((NOW - timedelta(hours=1), 7.0),)
    assert len(found.changes) == 1


async def test_a_composites_history_is_asked_for_by_its_type(aws: Account) -> None:
    asked = Answering("cloudwatch:DescribeAlarmHistory", {"AlarmHistoryItems": []})
    async with calling(aws, asked) as caller:
        await alarm_history(caller, COMPOSITE, NOW)
    assert asked.calls[0].parameters["AlarmTypes"] == ["CompositeAlarm"]


async def test_an_alarm_that_flaps_is_not_read_to_its_beginning(aws: Account) -> None:
    entry = {"Timestamp": NOW, "HistoryItemType": "Action"}
    pages = [{"AlarmHistoryItems": [entry] * 100, "NextToken": f"t{n}"} for n in range(9)]
    flapping = Answering("cloudwatch:DescribeAlarmHistory", *pages)
    async with calling(aws, flapping) as caller:
        found = await alarm_history(caller, ALARM, NOW)
    assert len(flapping.calls) == 3
    assert not found.complete
