"""Alarms of every type, on endpoints new and old, and what mutes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import cloudwatch
from evwatch.aws.errors import AwsError
from evwatch.demo.gateway.operation import operation
from evwatch.model.alarm import Alarm, AlarmMetric
from evwatch.model.metric import Metric
from tests.aws.answering import Answering
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.emulator.refusals import error_answer

DLQ = Metric.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "orders-dlq"})
CHANGED = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
UPDATED = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)


async def read(aws: Account, *middlewares: Any) -> dict[str, Alarm]:
    async with calling(aws, *middlewares) as caller:
        return {alarm.name: alarm for alarm in await cloudwatch.alarms(caller, aws.number)}


def stat(metric: Metric, name: str = "m1") -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in metric.dimensions]
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions},
            "Period": 60,
            "Stat": "Sum",
        },
        "ReturnData": False,
    }


def create_alarms(aws: Account) -> None:
    """One alarm on a DLQ, one on a function, and a composite of both."""
    boto = aws.boto("cloudwatch")
    boto.put_metric_alarm(
        AlarmName="OrderEventsDLQMessages",
        AlarmDescription="See https://wiki.example/runbook",
        Namespace=DLQ.namespace,
        MetricName=DLQ.name,
        Dimensions=[{"Name": "QueueName", "Value": "orders-dlq"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        ActionsEnabled=False,
        AlarmActions=[aws.arn("sns", "alerting")],
    )
    boto.put_metric_alarm(
        AlarmName="Slow",
        Namespace="AWS/Lambda",
        MetricName="Duration",
        Dimensions=[{"Name": "FunctionName", "Value": "process-order"}],
        ExtendedStatistic="p99",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1000.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    boto.put_composite_alarm(AlarmName="Orders", AlarmRule='ALARM("OrderEventsDLQMessages") OR ALARM(Slow)')
    boto.set_alarm_state(AlarmName="OrderEventsDLQMessages", StateValue="ALARM", StateReason="3 datapoints")


async def test_a_metric_alarm_is_read_with_what_it_watches_and_why_it_fires(aws: Account) -> None:
    create_alarms(aws)
    alarm = (await read(aws))["OrderEventsDLQMessages"]
    assert alarm.arn == alarm.id == aws.arn("cloudwatch", "alarm:OrderEventsDLQMessages")
    assert (alarm.type, alarm.state, alarm.reason) == ("metric", "ALARM", "3 datapoints")
    assert alarm.fires
    assert alarm.description == "See https://wiki.example/runbook"
    assert alarm.metric == AlarmMetric(DLQ, "Sum", 300)
    assert alarm.resource_arns == (aws.arn("sqs", "orders-dlq"),)
    assert (alarm.threshold, alarm.comparison) == (1.0, "GreaterThanThreshold")
    assert (alarm.evaluation_periods, alarm.datapoints_to_alarm) == (3, 2)
    assert (alarm.treat_missing_data, alarm.actions_enabled) == ("notBreaching", False)
    assert alarm.action_arns == (aws.arn("sns", "alerting"),)
    assert (alarm.account, alarm.region) == (aws.number, aws.region)
    assert alarm.since is not None
    assert alarm.since.tzinfo is not None


async def test_a_percentile_is_read_as_the_statistic(aws: Account) -> None:
    create_alarms(aws)
    alarm = (await read(aws))["Slow"]
    assert alarm.metric == AlarmMetric(
        Metric.of("AWS/Lambda", "Duration", {"FunctionName": "process-order"}), "p99", 60
    )


async def test_an_alarm_of_metric_maths_has_no_single_metric_but_knows_its_resource(aws: Account) -> None:
    errors = Metric.of("AWS/Lambda", "Errors", {"FunctionName": "process-order"})
    calls = Metric.of("AWS/Lambda", "Invocations", {"FunctionName": "process-order"})
    expression = {"Id": "rate", "Expression": "100 * errors / calls", "ReturnData": True}
    maths = {"AlarmName": "rate", "Metrics": [stat(errors, "errors"), stat(calls, "calls"), expression]}
    single = {"AlarmName": "one", "Metrics": [stat(errors)]}
    found = await read(aws, Answering("cloudwatch:DescribeAlarms", {"MetricAlarms": [maths, single]}))
    assert found["rate"].metric is None
    assert found["rate"].metrics == (AlarmMetric(errors, "Sum", 60), AlarmMetric(calls, "Sum", 60))
    assert found["rate"].expression == "100 * errors / calls"
    assert found["rate"].resource_arns == (aws.arn("lambda", "function:process-order"),)
    assert found["one"].metric == AlarmMetric(errors, "Sum", 60)


async def test_a_composite_alarm_is_about_what_its_children_are_about(aws: Account) -> None:
    create_alarms(aws)
    alarm = (await read(aws))["Orders"]
    assert (alarm.type, alarm.metric) == ("composite", None)
    assert set(alarm.resource_arns) == {aws.arn("sqs", "orders-dlq"), aws.arn("lambda", "function:process-order")}


async def test_more_than_a_hundred_alarms_are_all_read(aws: Account) -> None:
    boto = aws.boto("cloudwatch")
    for number in range(130):
        boto.put_metric_alarm(
            AlarmName=f"alarm-{number:03}",
            Namespace="N",
            MetricName="M",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )
    recording = Recording()
    assert len(await read(aws, recording)) == 130
    asked = recording.of("cloudwatch:DescribeAlarms")
    assert [call.parameters["MaxRecords"] for call in asked] == [100, 100]
    assert asked[0].parameters["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm", "LogAlarm"]


class OlderEndpoint:
    """Refuses what it does not know, as an older endpoint does with a new alarm type."""

    __middleware_version__ = 1

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = await operation(request)
        if "LogAlarm" in call.parameters.get("AlarmTypes", ()):
            return error_answer(call, "ValidationError", "1 validation error detected: AlarmTypes")
        return await handler(request)


async def test_an_endpoint_that_knows_no_log_alarms_is_asked_without_them_from_then_on(aws: Account) -> None:
    create_alarms(aws)
    recording = Recording()
    async with calling(aws, recording, OlderEndpoint()) as caller:
        for _ in range(3):
            names = {alarm.name for alarm in await cloudwatch.alarms(caller, aws.number)}
            assert names == {"OrderEventsDLQMessages", "Slow", "Orders"}
    assert ["LogAlarm" in call.parameters["AlarmTypes"] for call in recording.calls] == [True, False, False, False]


async def test_a_refusal_of_another_kind_is_not_asked_again(aws: Account) -> None:
    recording = Recording()
    with pytest.raises(AwsError) as raised:
        await read(aws, recording, Denying("cloudwatch:DescribeAlarms"))
    assert (raised.value.fault.code, len(recording.calls)) == ("permission", 1)


async def test_what_newer_alarms_say_is_understood_and_what_is_missing_is_tolerated(aws: Account) -> None:
    """Composite alarms that a suppressor holds, log alarms, evaluation trouble, and a state from the future."""
    common = {"StateValue": "ALARM", "StateUpdatedTimestamp": UPDATED, "StateTransitionedTimestamp": CHANGED}
    answering = Answering(
        "cloudwatch:DescribeAlarms",
        {
            "MetricAlarms": [
                {"AlarmName": "bare", "StateValue": "WARMING_UP", "StateUpdatedTimestamp": UPDATED},
                {"AlarmName": "blind", "EvaluationState": "EVALUATION_ERROR", **common},
            ],
            "CompositeAlarms": [
                {"AlarmName": "held", "AlarmRule": "ALARM(bare)", "ActionsSuppressedBy": "Alarm", **common},
                {"AlarmName": "loop", "AlarmRule": "ALARM(loop) OR ALARM(held)", **common},
            ],
            "LogAlarms": [{"AlarmName": "log", "AlarmArn": "arn:aws:cloudwatch:r:1:alarm:log", **common}],
        },
    )
    found = await read(aws, answering)
    assert (found["bare"].state, found["bare"].since) == ("INSUFFICIENT_DATA", UPDATED)
    assert found["bare"].arn == aws.arn("cloudwatch", "alarm:bare")
    assert (found["blind"].evaluation_state, found["blind"].since) == ("EVALUATION_ERROR", CHANGED)
    assert (found["held"].suppressed_by, found["held"].muted, found["held"].fires) == ("Alarm", True, False)
    assert found["loop"].resource_arns == ()
    assert (found["log"].type, found["log"].account, found["log"].fires) == ("log", "1", True)


RULES = {
    "AlarmMuteRuleSummaries": [
        {"AlarmMuteRuleArn": "arn:aws:cloudwatch:r:1:alarm-mute-rule:deploy", "Status": "ACTIVE"},
        {"Status": "ACTIVE"},
    ]
}


async def test_alarms_that_an_active_mute_rule_covers_are_known(aws: Account) -> None:
    listing = Answering("cloudwatch:ListAlarmMuteRules", RULES)
    rule = Answering("cloudwatch:GetAlarmMuteRule", {"MuteTargets": {"AlarmNames": ["a", "b"]}})
    async with calling(aws, listing, rule) as caller:
        assert await cloudwatch.muted_alarms(caller) == {"a": "deploy", "b": "deploy"}
    assert listing.calls[0].parameters["Statuses"] == ["ACTIVE"]
    assert rule.calls[0].parameters["AlarmMuteRuleName"] == "deploy"


async def test_a_mute_rule_that_ended_since_it_was_listed_mutes_nothing(aws: Account) -> None:
    class Ended:
        __middleware_version__ = 1

        async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
            call = await operation(request)
            if call.operation == "GetAlarmMuteRule":
                return error_answer(call, "ResourceNotFoundException", "no such rule", 404)
            return await handler(request)

    async with calling(aws, Answering("cloudwatch:ListAlarmMuteRules", RULES), Ended()) as caller:
        assert await cloudwatch.muted_alarms(caller) == {}


async def test_an_endpoint_without_mute_rules_has_none_and_troubles_nobody(aws: Account) -> None:
    async with calling(aws) as caller:
        assert await cloudwatch.muted_alarms(caller) == {}
        usage = caller.meter.usage()
    assert (usage.failed, usage.troubled) == (0, ())


async def test_mute_rules_that_may_not_be_read_are_told(aws: Account) -> None:
    async with calling(aws, Denying("cloudwatch:ListAlarmMuteRules")) as caller:
        with pytest.raises(AwsError) as raised:
            await cloudwatch.muted_alarms(caller)
    assert raised.value.fault.source == "cloudwatch:ListAlarmMuteRules"
