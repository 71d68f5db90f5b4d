"""Each call that discovery makes is denied in turn: what it told is missing and named, the rest stays right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from evwatch.aws import catalogue
from evwatch.model.clock import Clock
from evwatch.model.findings import examine
from evwatch.model.flow import Flow
from evwatch.model.snapshot import Snapshot
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.flow.conftest import deployed
from tests.flow.reading import discovered, flow_in, hasty, links, session

_LOSES: dict[str, set[str]] = {
    # What each denial takes away: kinds of links, by the service and kind of what they start at.
    "events:ListEventBuses": {"events routes", "events targets", "events dead-letters"},
    "events:ListRules": {"events routes", "events targets", "events dead-letters"},
    "events:ListTargetsByRule": {"events targets", "events dead-letters"},
    "events:ListArchives": {"events archives"},
    "events:ListApiDestinations": set(),
    "sns:ListTopics": set(),
    "sns:ListSubscriptions": set(),  # each topic's own list is read instead
    "sns:GetTopicAttributes": set(),
    "sns:GetSubscriptionAttributes": {"sns dead-letters"},
    "lambda:ListFunctions": {"lambda dead-letters", "lambda on-success", "lambda on-failure"},
    "lambda:ListEventSourceMappings": {"sqs consumes", "kinesis consumes", "dynamodb consumes", "lambda on-failure"},
    "lambda:ListFunctionEventInvokeConfigs": {"lambda on-success", "lambda on-failure"},
    "lambda:GetPolicy": set(),
    "kms:DescribeKey": set(),
    "kms:GetKeyPolicy": set(),
    "scheduler:ListSchedules": {"scheduler schedules", "scheduler dead-letters"},
    "scheduler:GetSchedule": {"scheduler dead-letters"},
    "pipes:ListPipes": {"kinesis consumes", "pipes pipes", "pipes dead-letters"},
    "pipes:DescribePipe": {"pipes dead-letters"},
    "stepfunctions:ListStateMachines": {"states calls"},
    "stepfunctions:DescribeStateMachine": {"states calls"},
    "kinesis:ListStreams": set(),
    "dynamodb:ListStreams": set(),
    "s3:ListBuckets": {"s3 notifies"},
    "s3:GetBucketNotification": {"s3 notifies"},
    "sqs:ListQueues": {"sqs dead-letters"},
    "sqs:GetQueueAttributes": {"sqs dead-letters"},
    "cloudwatch:DescribeAlarms": {"cloudwatch notifies"},
    "cloudwatch:ListAlarmMuteRules": set(),
    "resourcegroupstaggingapi:GetResources": set(),
}
_ACTIONS = {
    "stepfunctions": "states",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "resourcegroupstaggingapi:GetResources": "tag:GetResources",
}


def grouped(flow: Flow | None) -> dict[str, set[Any]]:
    """Links by the service that they start at and their kind."""
    assert flow is not None
    found: dict[str, set[Any]] = {}
    for link in links(flow):
        found.setdefault(f"{link[0].split()[0]} {link[1]}", set()).add(link)
    return found


async def test_what_is_denied_is_a_named_gap_and_the_rest_stays_right(aws: Account, tmp_path: Path) -> None:
    for name in ("fan_out", "saga", "claim_check", "stream_failures", "scheduled_pipeline"):
        deployed(aws, name)
    events = aws.boto("events")
    bus = aws.arn("events", "event-bus/saga-travel")
    events.create_archive(ArchiveName="travel", EventSourceArn=bus)
    _encrypt(aws, "fan-billing")
    denying = Denying()
    async with aws.gateway(denying) as url, hasty(aws, url) as caller:
        await asyncio.to_thread(_pipe_parameters, aws, url)
        seen = await discovered(caller)
        found = examine(Snapshot(Clock().now(), (seen,))).findings
        critical = {finding.message for finding in found if finding.severity == "critical"}
        assert len(critical) == 1, "well-made systems have none, but for the key that lets nobody in"
        assert "the policy of the key of fan-billing does not let sns.amazonaws.com" in critical.pop()
        whole = grouped(seen.flow.value)
        for call, loses in _LOSES.items():
            denying.patterns = {call}
            context = await discovered(caller)
            assert [(fault.source, fault.code) for fault in context.faults] == [(_action(call), "permission")], call
            left = grouped(context.flow.value)
            for kind, expected in whole.items():
                if kind in loses:
                    assert left.get(kind, set()) < expected, (call, kind)
                else:
                    assert left.get(kind, set()) == expected, (call, kind)
            flow = context.flow.value
            assert flow is not None
            assert {arn for edge in flow.edges for arn in (edge.source, edge.target)} <= flow.by_arn.keys(), call
            examine(Snapshot(Clock().now(), (context,)))


async def test_rules_of_the_default_bus_are_found_where_buses_may_not_be_listed(aws: Account, tmp_path: Path) -> None:
    events = aws.boto("events")
    events.put_rule(Name="nightly", EventPattern='{"source": ["clock"]}')
    events.put_targets(Rule="nightly", Targets=[{"Id": "t", "Arn": aws.arn("sqs", "jobs")}])
    async with (
        aws.gateway(Denying("events:ListEventBuses")) as url,
        session(aws, url, tmp_path) as live,
    ):
        found = links(flow_in(await live.read()))
    assert found == {("events default", "routes", "events nightly"), ("events nightly", "targets", "sqs jobs")}


async def test_a_call_that_is_always_denied_is_not_made_for_every_resource(aws: Account, tmp_path: Path) -> None:
    sns = aws.boto("sns")
    for number in range(40):
        sns.create_topic(Name=f"topic-{number}")
    denied = Denying("sns:GetTopicAttributes")
    async with aws.gateway(denied) as url, session(aws, url, tmp_path) as live:
        snapshot = await live.read()
    assert 10 <= dict(snapshot.usage.calls)["sns:GetTopicAttributes"] < 40
    assert len([node for node in flow_in(snapshot).nodes if node.kind == "topic"]) == 40


def test_every_call_that_discovery_makes_is_denied_here() -> None:
    by_command = {"events:DescribeRule", "lambda:GetEventSourceMapping", "sqs:GetQueueUrl", "sqs:ListMessageMoveTasks"}
    not_of_the_flow = {
        "cloudwatch:DescribeAlarmContributors",
        "cloudwatch:DescribeAlarmHistory",
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
    }
    where_more_is_counted = {"sns:ListSubscriptionsByTopic", "cloudwatch:GetAlarmMuteRule"}
    apart = by_command | not_of_the_flow | where_more_is_counted | {"sqs:ListDeadLetterSourceQueues"}
    services = {name.partition(":")[0] for name in _LOSES}
    names = {"s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification"}
    calls = {
        names.get(call.name, call.name).replace("dynamodbstreams:", "dynamodb:")
        for call in catalogue.CALLS
        if call.tier == "observe"
    }
    assert {name for name in calls if name.partition(":")[0] in services} - apart <= _LOSES.keys()


def _action(call: str) -> str:
    service, _, operation = call.partition(":")
    return _ACTIONS.get(call) or f"{_ACTIONS.get(service, service)}:{operation}"


def _encrypt(aws: Account, queue: str) -> None:
    """A key of its own lets nobody in but the account."""
    sqs, key = aws.boto("sqs"), aws.boto("kms").create_key()["KeyMetadata"]["KeyId"]
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": key})


def _pipe_parameters(aws: Account, url: str) -> None:
    dlq = {"Arn": aws.arn("sqs", "stream-click-failures")}
    aws.boto("pipes", url).update_pipe(
        Name="stream-keep",
        RoleArn=f"arn:aws:iam::{aws.number}:role/stream-role",
        DesiredState="STOPPED",
        SourceParameters={"KinesisStreamParameters": {"DeadLetterConfig": dlq}},
    )
