"""One complete reading is what AWS's own client reads, for every profile and region, each on its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws.catalogue import CALLS
from evwatch.config import ContextRequest
from evwatch.demo.gateway.operation import operation
from evwatch.model.fault import EvwatchError
from evwatch.model.look import LookRequest
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.model.switch import Switch
from evwatch.session import FoundQueue
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.emulator.refusals import refusal
from tests.session.conftest import Profiles
from tests.session.refusing_key import RefusingKey
from tests.session.running import only, session, settings


def create_system(aws: Account, region: str | None = None) -> None:
    """Two queues with a DLQ each way of naming it, messages in all states, and two alarms."""
    sqs, cloudwatch = aws.boto("sqs", region=region), aws.boto("cloudwatch", region=region)
    place = f"arn:aws:sqs:{region or aws.region}:{aws.number}:"
    dlq = sqs.create_queue(QueueName="orders-dlq", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": f"{place}orders-dlq", "maxReceiveCount": "3"})
    orders = sqs.create_queue(
        QueueName="orders",
        Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "45"},
        tags={"team": "orders"},
    )["QueueUrl"]
    sqs.create_queue(QueueName="returns.fifo", Attributes={"FifoQueue": "true"})
    for delay in (0, 0, 0, 200):
        sqs.send_message(QueueUrl=orders, MessageBody="x", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=orders, MaxNumberOfMessages=1, VisibilityTimeout=600)
    sqs.send_message(QueueUrl=dlq, MessageBody="dead")
    for name, queue in (("TooDeep", "orders-dlq"), ("TooSlow", "orders")):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            AlarmDescription=f"{name} of {queue}",
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )
    cloudwatch.set_alarm_state(AlarmName="TooDeep", StateValue="ALARM", StateReason="because")


async def read(url: str, folder: Path, *requests: ContextRequest) -> Snapshot:
    async with session(settings(url, *requests), folder) as it:
        return await it.read()


def names(context: ContextSnapshot) -> list[str]:
    return [queue.name for queue in context.queues.value or ()]


async def test_one_reading_equals_what_boto3_reads(aws: Account, profiles: Profiles, tmp_path: Path) -> None:
    profiles(default=aws.number)
    create_system(aws)
    async with aws.gateway() as url:
        context = only(await read(url, tmp_path))
    boto = aws.boto("sqs")
    urls = boto.list_queues()["QueueUrls"]
    queues = {queue.name: queue for queue in context.queues.value or ()}
    assert sorted(queues) == sorted(url.rsplit("/", 1)[-1] for url in urls)
    for url in urls:
        attributes = boto.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        queue = queues[url.rsplit("/", 1)[-1]]
        depth = context.depths[queue.arn].value
        redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
        assert depth is not None
        assert queue.arn == attributes["QueueArn"]
        assert queue.visibility_timeout_seconds == int(attributes["VisibilityTimeout"])
        assert queue.retention_seconds == int(attributes["MessageRetentionPeriod"])
        assert queue.fifo is (attributes.get("FifoQueue") == "true")
        assert queue.dlq_arn == redrive.get("deadLetterTargetArn")
        assert str(queue.max_receive_count or "") == str(redrive.get("maxReceiveCount", ""))
        assert (str(depth.visible), str(depth.in_flight), str(depth.delayed)) == (
            attributes["ApproximateNumberOfMessages"],
            attributes["ApproximateNumberOfMessagesNotVisible"],
            attributes["ApproximateNumberOfMessagesDelayed"],
        )
    assert queues["orders"].tags == (("team", "orders"),)
    told = aws.boto("cloudwatch").describe_alarms()["MetricAlarms"]
    alarms = {alarm.name: alarm for alarm in context.alarms.value or ()}
    assert sorted(alarms) == sorted(item["AlarmName"] for item in told)
    for item in told:
        alarm = alarms[item["AlarmName"]]
        assert (alarm.arn, alarm.state, alarm.reason, alarm.description, alarm.threshold) == (
            item["AlarmArn"],
            item["StateValue"],
            item["StateReason"],
            item["AlarmDescription"],
            item["Threshold"],
        )
    assert context.identity.value is not None
    assert context.identity.value.account == aws.number
    assert context.flow.value is not None
    assert context.flow.value.dlq_arns == {aws.arn("sqs", "orders-dlq")}
    assert context.faults == ()


async def test_every_call_of_a_reading_is_declared_and_none_looks_into_a_queue(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default=aws.number)
    create_system(aws)
    recording = Recording()
    async with aws.gateway(recording) as url, session(settings(url), tmp_path) as it:
        snapshot = await it.read()
    # Requests to DynamoDB Streams are signed as DynamoDB's, and so recorded.
    came = Counter(name.replace("dynamodb:", "dynamodbstreams:") for name in recording.names)
    assert set(came) <= {call.name for call in CALLS if call.tier == "observe"}
    assert dict(snapshot.usage.calls) == came


async def test_two_profiles_that_lead_to_one_account_are_one_context(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(one=aws.number, same=aws.number, other="400000000004")
    create_system(aws)
    async with aws.gateway() as url:
        snapshot = await read(url, tmp_path, *(ContextRequest(profile=name) for name in ("one", "same", "other")))
    assert [context.context.name for context in snapshot.contexts] == ["one/eu-central-1", "other/eu-central-1"]
    assert [names(context) for context in snapshot.contexts] == [["orders", "orders-dlq", "returns.fifo"], []]


async def test_what_is_asked_of_a_context_that_went_by_another_name_is_refused_in_words(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(one=aws.number, same=aws.number)
    create_system(aws)
    async with aws.gateway() as url:
        both = settings(url, ContextRequest(profile="one"), ContextRequest(profile="same"))
        async with session(both, tmp_path) as it:
            (context,) = (await it.read()).contexts
            queue, alarm = (context.queues.value or ())[0], (context.alarms.value or ())[0]
            gone = "same/eu-central-1"
            switch = Switch("rule", "arn:aws:events:eu-central-1:1:rule/r", "r", "r", gone, "ENABLED", "")
            for asking in (
                it.look(FoundQueue(gone, queue), LookRequest(), lambda _: None),
                it.alarm_history(gone, alarm),
                it.switcher.switch(switch, on=False),
            ):
                with pytest.raises(EvwatchError, match="is not watched any more"):
                    await asking


@pytest.mark.parametrize("guard", ["read_only", "production"])
async def test_of_two_names_of_one_account_the_guarded_one_stays(
    aws: Account, profiles: Profiles, tmp_path: Path, guard: str
) -> None:
    profiles(open=aws.number, guarded=aws.number)
    guarded = ContextRequest(profile="guarded", read_only=guard == "read_only", production=guard == "production")
    async with aws.gateway() as url:
        context = only(await read(url, tmp_path, ContextRequest(profile="open"), guarded)).context
    assert (context.name, getattr(context, guard)) == ("guarded/eu-central-1", True)


async def test_each_region_is_a_context_with_its_own_queues_and_alarms(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default=aws.number)
    create_system(aws, "us-east-1")
    aws.boto("sqs", region="eu-west-1").create_queue(QueueName="alone")
    async with aws.gateway() as url:
        snapshot = await read(url, tmp_path, *(ContextRequest(region=name) for name in ("us-east-1", "eu-west-1")))
    virginia, ireland = snapshot.contexts
    assert names(virginia) == ["orders", "orders-dlq", "returns.fifo"]
    assert {queue.arn.split(":")[3] for queue in virginia.queues.value or ()} == {"us-east-1"}
    assert {alarm.name for alarm in virginia.alarms.value or ()} == {"TooDeep", "TooSlow"}
    assert (names(ireland), ireland.alarms.value) == (["alone"], ())


async def test_a_context_that_may_read_nothing_does_not_disturb_the_other(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(good=aws.number, bad="400000000005")
    create_system(aws)
    async with aws.gateway(RefusingKey("400000000005", "denied")) as url:
        snapshot = await read(url, tmp_path, ContextRequest(profile="bad"), ContextRequest(profile="good"))
    bad, good = snapshot.contexts
    assert (bad.queues.value, bad.alarms.value, bad.identity.value) == (None, None, None)
    assert {fault.code for fault in bad.faults} == {"permission"}
    assert {"sqs:ListQueues", "cloudwatch:DescribeAlarms", "sts:GetCallerIdentity"} <= {
        fault.source for fault in bad.faults
    }
    assert {fault.context for fault in bad.faults} == {"bad/eu-central-1"}
    assert names(good) == ["orders", "orders-dlq", "returns.fifo"]
    assert good.faults == ()


SOURCES = (
    ("sqs:ListQueues", "sqs:ListQueues"),
    ("sqs:GetQueueAttributes", "sqs:GetQueueAttributes"),
    ("cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarms"),
    ("cloudwatch:GetMetricData", "cloudwatch:GetMetricData"),
    ("resourcegroupstaggingapi:GetResources", "tag:GetResources"),
    ("sts:GetCallerIdentity", "sts:GetCallerIdentity"),
)


@pytest.mark.parametrize(("denied", "source"), SOURCES)
async def test_what_one_source_lacks_is_named_and_the_rest_is_read(
    aws: Account, profiles: Profiles, tmp_path: Path, denied: str, source: str
) -> None:
    profiles(default=aws.number)
    create_system(aws)
    async with aws.gateway(Denying(denied)) as url:
        context = only(await read(url, tmp_path))
    assert [(fault.code, fault.source) for fault in context.faults] == [("permission", source)]
    assert (context.queues.value is None) is (denied == "sqs:ListQueues")
    assert (context.alarms.value is None) is (denied == "cloudwatch:DescribeAlarms")
    assert (context.identity.value is None) is (denied == "sts:GetCallerIdentity")
    assert context.flow.value is not None


async def test_one_queue_that_may_not_be_read_is_told_as_one_of_them(
    aws: Account, profiles: Profiles, tmp_path: Path
) -> None:
    profiles(default=aws.number)
    create_system(aws)

    class DenyingDlq:
        __middleware_version__ = 1

        async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
            call = await operation(request)
            mine = call.operation == "GetQueueAttributes" and call.parameters["QueueUrl"].endswith("-dlq")
            return refusal(call, "denied") if mine else await handler(request)

    async with aws.gateway(DenyingDlq()) as url:
        context = only(await read(url, tmp_path))
    (fault,) = context.faults
    assert fault.message == "no permission: sqs:GetQueueAttributes on 1 of 3 queues"
    read_ones = {arn.rsplit(":", 1)[-1] for arn, feed in context.depths.items() if feed.value}
    assert read_ones == {"orders", "returns.fifo"}
    assert names(context) == ["orders", "orders-dlq", "returns.fifo"]
