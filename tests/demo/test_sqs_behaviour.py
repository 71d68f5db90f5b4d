"""Where the emulator's SQS is not AWS's, the gateway makes it so."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from evwatch.demo.clock import SECONDS_AGO
from tests.emulator.account import Account


async def test_the_sources_of_a_dlq_are_paged_only_where_asked(aws: Account) -> None:
    sqs = aws.boto("sqs")
    dlq = sqs.create_queue(QueueName="dlq")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": aws.arn("sqs", "dlq"), "maxReceiveCount": 1})
    names = [f"source-{number}" for number in range(5)]
    for name in names:
        sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})
    async with aws.gateway() as url:
        client = aws.boto("sqs", url)
        whole = await asyncio.to_thread(client.list_dead_letter_source_queues, QueueUrl=dlq)
        first = await asyncio.to_thread(client.list_dead_letter_source_queues, QueueUrl=dlq, MaxResults=2)
        pages = await asyncio.to_thread(
            lambda: list(
                client.get_paginator("list_dead_letter_source_queues").paginate(
                    QueueUrl=dlq, PaginationConfig={"PageSize": 2}
                )
            )
        )
        with pytest.raises(client.exceptions.QueueDoesNotExist):
            await asyncio.to_thread(client.list_dead_letter_source_queues, QueueUrl=f"{url}/{aws.number}/no")
    assert [queue.rpartition("/")[2] for queue in whole["queueUrls"]] == names
    assert "NextToken" not in whole
    assert len(first["queueUrls"]) == 2
    assert "NextToken" in first
    assert [len(page["queueUrls"]) for page in pages] == [2, 2, 1]


async def test_deleting_twice_succeeds_and_a_handle_that_never_was_does_not(aws: Account) -> None:
    queue = aws.boto("sqs").create_queue(QueueName="q")["QueueUrl"]
    async with aws.gateway() as url:
        sqs = aws.boto("sqs", url)

        def call() -> None:
            sqs.send_message(QueueUrl=queue, MessageBody="x")
            handle = sqs.receive_message(QueueUrl=queue)["Messages"][0]["ReceiptHandle"]
            for _ in range(2):
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
            entries = [{"Id": "old", "ReceiptHandle": handle}, {"Id": "never", "ReceiptHandle": "never"}]
            outcome = sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
            assert [entry["Id"] for entry in outcome["Successful"]] == ["old"]
            assert [(entry["Id"], entry["Code"]) for entry in outcome["Failed"]] == [
                ("never", "ReceiptHandleIsInvalid")
            ]
            with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
                sqs.delete_message(QueueUrl=queue, ReceiptHandle="never")

        await asyncio.to_thread(call)


async def test_an_old_handle_deletes_nothing_on_a_standard_queue_and_has_expired_on_fifo(aws: Account) -> None:
    sqs = aws.boto("sqs")
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    queues = [sqs.create_queue(QueueName="q"), sqs.create_queue(QueueName="q.fifo", Attributes=fifo)]
    standard, ordered = (queue["QueueUrl"] for queue in queues)
    async with aws.gateway() as url:
        client = aws.boto("sqs", url)

        def old_handle(queue: str, **group: str) -> Any:
            client.send_message(QueueUrl=queue, MessageBody="x", **group)
            old = client.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"][0]["ReceiptHandle"]
            client.receive_message(QueueUrl=queue, VisibilityTimeout=0)
            return client.delete_message(QueueUrl=queue, ReceiptHandle=old)

        await asyncio.to_thread(old_handle, standard)
        with pytest.raises(ClientError, match=r"The receipt handle has expired") as refusal:
            await asyncio.to_thread(old_handle, ordered, MessageGroupId="g")
    assert refusal.value.response["Error"]["Code"] == "InvalidParameterValue"
    depth = sqs.get_queue_attributes(QueueUrl=standard, AttributeNames=["ApproximateNumberOfMessages"])
    assert depth["Attributes"]["ApproximateNumberOfMessages"] == "1"


async def test_a_batch_keeps_trace_headers(aws: Account) -> None:
    queue = aws.boto("sqs").create_queue(QueueName="q")["QueueUrl"]
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}}
    entries = [
        {"Id": "traced", "MessageBody": "x", "MessageSystemAttributes": trace},
        {"Id": "plain", "MessageBody": "y"},
        {"Id": "bad", "MessageBody": "\x00"},
    ]
    async with aws.gateway() as url:
        sqs = aws.boto("sqs", url)
        outcome = await asyncio.to_thread(sqs.send_message_batch, QueueUrl=queue, Entries=entries)
    assert [entry["Id"] for entry in outcome["Successful"]] == ["traced", "plain"]
    assert [(entry["Id"], entry["Code"]) for entry in outcome["Failed"]] == [("bad", "InvalidMessageContents")]
    received = aws.boto("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    assert {message["Body"]: message.get("Attributes") for message in received} == {
        "x": {"AWSTraceHeader": "Root=1-2-3"},
        "y": None,
    }


def test_only_the_request_that_says_so_is_of_the_past(aws: Account) -> None:
    sqs = aws.boto("sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    ago = {"seconds": "86400"}
    sqs.meta.events.register("before-call", lambda params, **_: params["headers"].update({SECONDS_AGO: ago["seconds"]}))
    sqs.send_message(QueueUrl=queue, MessageBody="old")
    ago["seconds"] = "0"
    sqs.send_message(QueueUrl=queue, MessageBody="new")
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["SentTimestamp"])["Messages"]
    sent = {message["Body"]: int(message["Attributes"]["SentTimestamp"]) for message in received}
    assert sent["new"] - sent["old"] == pytest.approx(86_400_000, abs=5_000)


async def test_a_pipe_says_where_its_dead_letters_go(aws: Account) -> None:
    source = {
        "KinesisStreamParameters": {"StartingPosition": "LATEST", "DeadLetterConfig": {"Arn": aws.arn("sqs", "d")}}
    }
    async with aws.gateway() as url:
        pipes = aws.boto("pipes", url)
        await asyncio.to_thread(
            pipes.create_pipe,
            Name="p",
            Source=aws.arn("kinesis", "stream/s"),
            SourceParameters=source,
            Target=aws.arn("sqs", "t"),
            RoleArn=aws.arn("iam", "role/r"),
        )
        described = await asyncio.to_thread(pipes.describe_pipe, Name="p")
    assert described["SourceParameters"] == source
    assert described["Target"] == aws.arn("sqs", "t")
