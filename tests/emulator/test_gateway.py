"""The gateway names every call, and spoils one in the words that its service uses."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.faults import (
    Fault,
    Faults,
    empty,
    error_after,
    html_page,
    partial,
    refused,
    reset_after,
    reset_before,
    truncated,
)
from tests.emulator.recording import Recording

METRIC = {"Namespace": "AWS/SQS", "MetricName": "NumberOfMessagesSent"}
QUERY = {"Id": "a", "MetricStat": {"Metric": METRIC, "Period": 60, "Stat": "Sum"}}
RANGE = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T01:00:00Z"}


async def test_names_the_calls_of_every_protocol(aws: Account) -> None:
    recording = Recording()
    async with aws.gateway(recording) as url:

        def call() -> None:
            aws.boto("sqs", url).list_queues(QueueNamePrefix="a")
            aws.boto("sns", url).list_topics()
            aws.boto("cloudwatch", url).get_metric_data(MetricDataQueries=[QUERY], **RANGE)
            aws.boto("events", url).list_rules(EventBusName="default")
            aws.boto("lambda", url).list_event_source_mappings()
            aws.boto("sts", url).get_caller_identity()
            aws.boto("stepfunctions", url).list_state_machines()
            aws.boto("scheduler", url).list_schedules()
            aws.boto("resourcegroupstaggingapi", url).get_resources()
            aws.boto("s3", url).list_buckets()
            aws.boto("logs", url).describe_log_groups()

        await asyncio.to_thread(call)
    assert recording.names == [
        "sqs:ListQueues",
        "sns:ListTopics",
        "cloudwatch:GetMetricData",
        "events:ListRules",
        "lambda:ListEventSourceMappings",
        "sts:GetCallerIdentity",
        "stepfunctions:ListStateMachines",
        "scheduler:ListSchedules",
        "resourcegroupstaggingapi:GetResources",
        "s3:ListBuckets",
        "logs:DescribeLogGroups",
    ]
    assert recording.calls[0].parameters == {"QueueNamePrefix": "a"}
    assert recording.calls[0].access_key_id == aws.number
    assert recording.of("cloudwatch:GetMetricData")[0].parameters["MetricDataQueries"] == [QUERY]


async def test_passes_bodies_of_any_kind_unchanged(aws: Account) -> None:
    content = bytes(range(256)) * 8192
    async with aws.gateway() as url:

        def call() -> tuple[bytes, int]:
            s3 = aws.boto("s3", url)
            s3.create_bucket(Bucket="any-bytes", CreateBucketConfiguration={"LocationConstraint": aws.region})
            s3.put_object(Bucket="any-bytes", Key="source/a b+ü%2F", Body=content)
            head = s3.head_object(Bucket="any-bytes", Key="source/a b+ü%2F")
            return s3.get_object(Bucket="any-bytes", Key="source/a b+ü%2F")["Body"].read(), head["ContentLength"]

        assert await asyncio.to_thread(call) == (content, len(content))


@pytest.mark.parametrize(
    ("service", "call", "denied", "throttled", "expired"),
    [
        ("sqs", lambda c: c.list_queues(), "AccessDenied", "RequestThrottled", "ExpiredToken"),
        ("sns", lambda c: c.list_topics(), "AuthorizationError", "Throttling", "ExpiredToken"),
        ("sts", lambda c: c.get_caller_identity(), "AccessDenied", "Throttling", "ExpiredToken"),
        ("cloudwatch", lambda c: c.describe_alarms(), "AccessDenied", "Throttling", "ExpiredToken"),
        ("events", lambda c: c.list_rules(), "AccessDeniedException", "ThrottlingException", "ExpiredTokenException"),
        (
            "lambda",
            lambda c: c.list_functions(),
            "AccessDeniedException",
            "TooManyRequestsException",
            "ExpiredTokenException",
        ),
    ],
)
async def test_refuses_in_the_words_of_each_service(
    aws: Account, service: str, call: Callable[[Any], object], denied: str, throttled: str, expired: str
) -> None:
    denying, faults = Denying(), Faults()
    async with aws.gateway(denying, faults) as url:
        client = aws.boto(service, url)

        async def code() -> str:
            with pytest.raises(ClientError) as failed:
                await asyncio.to_thread(call, client)
            return str(failed.value.response["Error"]["Code"])

        denying.patterns = {f"{service}:*"}
        assert await code() == denied
        denying.patterns = set()
        faults.on(f"{service}:*", refused("throttled")).on(f"{service}:*", refused("expired"), after=1)
        assert await code() == throttled
        assert await code() == expired
        await asyncio.to_thread(call, client)


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        (reset_before, ConnectionClosedError, 0),
        (reset_after, ConnectionClosedError, 1),
        (truncated, ConnectionClosedError, 1),
        (error_after, ClientError, 1),
        (html_page, ClientError, 0),
        (empty, None, 1),
    ],
)
async def test_faults_before_and_after_aws_has_acted(
    aws: Account, fault: Fault, error: type[Exception] | None, arrived: int
) -> None:
    queue = aws.boto("sqs").create_queue(QueueName="q")["QueueUrl"]
    async with aws.gateway(Faults().on("sqs:SendMessage", fault)) as url:
        sending = asyncio.to_thread(aws.boto("sqs", url).send_message, QueueUrl=queue, MessageBody="once")
        if error:
            with pytest.raises(error):
                await sending
        else:
            await sending
    depth = aws.boto("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert int(depth["ApproximateNumberOfMessages"]) == arrived


async def test_a_batch_fails_in_part(aws: Account) -> None:
    queue = aws.boto("sqs").create_queue(QueueName="q")["QueueUrl"]
    entries = [{"Id": name, "MessageBody": json.dumps(name)} for name in "abc"]
    faults = (
        Faults()
        .on("sqs:SendMessageBatch", partial([1]))
        .on("sqs:SendMessageBatch", partial([0], silently=True), after=1)
    )
    async with aws.gateway(faults) as url:
        sqs = aws.boto("sqs", url)
        outcome = await asyncio.to_thread(sqs.send_message_batch, QueueUrl=queue, Entries=entries)
        assert [entry["Id"] for entry in outcome["Successful"]] == ["a", "c"]
        assert [(entry["Id"], entry["Code"]) for entry in outcome["Failed"]] == [("b", "InternalError")]
        outcome = await asyncio.to_thread(sqs.send_message_batch, QueueUrl=queue, Entries=entries)
        assert [entry["Id"] for entry in outcome["Successful"]] == ["b", "c"]
        assert not outcome.get("Failed")


def test_a_threaded_gateway_serves_tests_that_block(aws: Account) -> None:
    recording = Recording()
    with aws.threaded_gateway(recording) as url:
        assert aws.boto("sts", url).get_caller_identity()["Account"] == aws.number
    assert recording.names == ["sts:GetCallerIdentity"]


@pytest.mark.parametrize("turns", range(4))
async def test_a_connection_that_comes_as_the_gateway_ends_is_closed_with_it(aws: Account, turns: int) -> None:
    async with aws.gateway() as url:
        host, port = url.removeprefix("http://").split(":")
        connection = socket.create_connection((host, int(port)), timeout=10)
        for _ in range(turns):
            await asyncio.sleep(0)
    with connection:
        assert await asyncio.to_thread(connection.recv, 1) == b""
