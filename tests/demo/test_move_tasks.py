"""Message move tasks as SQS has them: refusals, states, counters, and what arrives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from evwatch.demo.gateway.move_task import Pace
from tests.emulator.account import Account


@dataclass
class Bench:
    """A source queue with its DLQ, behind a gateway."""

    sqs: Any
    account: Account
    url: str
    source: str
    dlq: str
    dlq_arn: str

    async def call(self, operation: str, **parameters: Any) -> Any:
        """Call SQS through the gateway, whose loop is this one."""
        return await asyncio.to_thread(getattr(self.sqs, operation), **parameters)

    async def refused(self, operation: str, **parameters: Any) -> tuple[str, str, int]:
        """The code, message and status with which a call is refused."""
        with pytest.raises(ClientError) as refusal:
            await self.call(operation, **parameters)
        response = refusal.value.response
        return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]

    async def dead_letters(self, count: int) -> list[str]:
        """Let messages fail until they are in the DLQ; gives their ids."""
        ids = [
            (await self.call("send_message", QueueUrl=self.source, MessageBody=f"m{n}"))["MessageId"]
            for n in range(count)
        ]
        for _ in range(2 * -(-count // 10)):
            await self.call("receive_message", QueueUrl=self.source, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return ids

    async def tasks(self, **parameters: Any) -> list[dict[str, Any]]:
        """The DLQ's tasks, newest first."""
        answer = await self.call("list_message_move_tasks", SourceArn=self.dlq_arn, MaxResults=10, **parameters)
        return list(answer["Results"])

    async def task_that(self, is_so: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The newest task, once this is so."""
        while not is_so(task := (await self.tasks())[0]):
            pass
        return task

    async def ended(self) -> dict[str, Any]:
        """The newest task, once it has ended."""
        return await self.task_that(lambda task: task["Status"] not in ("RUNNING", "CANCELLING"))

    async def received(self, queue: str) -> list[dict[str, Any]]:
        """Every message of a queue."""
        messages: list[dict[str, Any]] = []
        while True:
            answer = await self.call(
                "receive_message",
                QueueUrl=queue,
                MaxNumberOfMessages=10,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not answer.get("Messages"):
                return messages
            messages += answer["Messages"]


@pytest.fixture
async def bench(aws: Account) -> AsyncIterator[Bench]:
    async with aws.gateway(pace=Pace(before_first=0.02, between_batches=0.0, until_cancelled=0.3)) as url:
        yield await _bench(aws, url)


async def _bench(aws: Account, url: str, suffix: str = "", **attributes: str) -> Bench:
    sqs = aws.boto("sqs", url)
    dlq = await asyncio.to_thread(sqs.create_queue, QueueName=f"work-dlq{suffix}", Attributes=attributes)
    dlq_arn = aws.arn("sqs", f"work-dlq{suffix}")
    policy = json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 1})
    source = await asyncio.to_thread(
        sqs.create_queue, QueueName=f"work{suffix}", Attributes=attributes | {"RedrivePolicy": policy}
    )
    return Bench(sqs, aws, url, source["QueueUrl"], dlq["QueueUrl"], dlq_arn)


async def test_moves_back_to_the_source_as_new_messages(bench: Bench) -> None:
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-2-3"}}
    colour = {"colour": {"DataType": "String.custom", "StringValue": "blue"}}
    await bench.call(
        "send_message",
        QueueUrl=bench.source,
        MessageBody="body",
        MessageAttributes=colour,
        MessageSystemAttributes=trace,
        MessageGroupId="tenant",
    )
    old = await bench.dead_letters(11)
    started = await bench.call("start_message_move_task", SourceArn=bench.dlq_arn)
    running = (await bench.tasks())[0]
    assert running["Status"] == "RUNNING"
    assert running["TaskHandle"] == started["TaskHandle"]
    assert "ApproximateNumberOfMessagesToMove" not in running
    task = await bench.ended()
    assert task.pop("StartedTimestamp")
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": bench.dlq_arn,
        "ApproximateNumberOfMessagesMoved": 12,
        "ApproximateNumberOfMessagesToMove": 12,
    }
    moved = {message["Body"]: message for message in await bench.received(bench.source)}
    assert set(moved) == {"body", *(f"m{n}" for n in range(11))}
    assert not {message["MessageId"] for message in moved.values()} & set(old)
    assert moved["body"]["MessageAttributes"] == colour
    assert moved["body"]["Attributes"]["AWSTraceHeader"] == "Root=1-2-3"
    assert moved["body"]["Attributes"]["MessageGroupId"] == "tenant"
    assert moved["body"]["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in moved["body"]["Attributes"]
    assert await bench.received(bench.dlq) == []


async def test_a_rate_is_kept_and_a_cancel_takes_effect_later(bench: Bench) -> None:
    await bench.dead_letters(30)
    started = await bench.call("start_message_move_task", SourceArn=bench.dlq_arn, MaxNumberOfMessagesPerSecond=20)
    await bench.task_that(lambda task: task["ApproximateNumberOfMessagesMoved"])
    cancelled = await bench.call("cancel_message_move_task", TaskHandle=started["TaskHandle"])
    task = (await bench.tasks())[0]
    assert task["Status"] == "CANCELLING"
    assert "TaskHandle" not in task
    task = await bench.ended()
    assert task["Status"] == "CANCELLED"
    assert task["MaxNumberOfMessagesPerSecond"] == 20
    assert cancelled["ApproximateNumberOfMessagesMoved"] <= task["ApproximateNumberOfMessagesMoved"] < 30
    assert len(await bench.received(bench.source)) == task["ApproximateNumberOfMessagesMoved"]


async def test_a_cancel_takes_effect_before_the_first_message_too(aws: Account) -> None:
    async with aws.gateway(pace=Pace(before_first=600.0, between_batches=0.0, until_cancelled=0.02)) as url:
        bench = await _bench(aws, url)
        await bench.dead_letters(3)
        started = await bench.call("start_message_move_task", SourceArn=bench.dlq_arn)
        await bench.call("cancel_message_move_task", TaskHandle=started["TaskHandle"])
        async with asyncio.timeout(60):
            task = await bench.ended()
        assert task["Status"] == "CANCELLED"
        assert len(await bench.received(bench.dlq)) == 3


async def test_to_another_queue_and_what_is_hidden_stays(bench: Bench) -> None:
    await bench.dead_letters(3)
    other = await bench.call("create_queue", QueueName="other")
    held = await bench.call("receive_message", QueueUrl=bench.dlq)
    arn = bench.account.arn("sqs", "other")
    await bench.call("start_message_move_task", SourceArn=bench.dlq_arn, DestinationArn=arn)
    task = await bench.ended()
    assert (task["Status"], task["DestinationArn"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", arn, 2)
    assert len(await bench.received(other["QueueUrl"])) == 2
    handle = held["Messages"][0]["ReceiptHandle"]
    await bench.call("change_message_visibility", QueueUrl=bench.dlq, ReceiptHandle=handle, VisibilityTimeout=0)
    assert len(await bench.received(bench.dlq)) == 1


async def test_a_message_of_unknown_source_fails_the_task_and_is_left(bench: Bench) -> None:
    await bench.call("send_message", QueueUrl=bench.dlq, MessageBody="sent by hand")
    await bench.call("start_message_move_task", SourceArn=bench.dlq_arn)
    task = await bench.ended()
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert len(await bench.received(bench.dlq)) == 1


async def test_a_destination_that_is_gone_fails_the_task(bench: Bench) -> None:
    await bench.dead_letters(1)
    other = await bench.call("create_queue", QueueName="other")
    arn = bench.account.arn("sqs", "other")
    await bench.call("start_message_move_task", SourceArn=bench.dlq_arn, DestinationArn=arn)
    await bench.call("delete_queue", QueueUrl=other["QueueUrl"])
    task = await bench.ended()
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")


async def test_fifo_gets_the_message_id_as_deduplication_id(aws: Account) -> None:
    async with aws.gateway() as url:
        bench = await _bench(aws, url, ".fifo", FifoQueue="true", ContentBasedDeduplication="true")
        sent = await bench.call("send_message", QueueUrl=bench.source, MessageBody="x", MessageGroupId="g")
        for _ in range(2):
            await bench.call("receive_message", QueueUrl=bench.source, VisibilityTimeout=0)
        await bench.call("start_message_move_task", SourceArn=bench.dlq_arn)
        assert (await bench.ended())["ApproximateNumberOfMessagesMoved"] == 1
        (moved,) = await bench.received(bench.source)
    assert moved["Attributes"]["MessageDeduplicationId"] == sent["MessageId"]
    assert moved["Attributes"]["MessageGroupId"] == "g"


async def test_refusals(bench: Bench) -> None:
    plain = bench.account.arn("sqs", "plain")
    fifo = bench.account.arn("sqs", "plain.fifo")
    await bench.call("create_queue", QueueName="plain")
    await bench.call("create_queue", QueueName="plain.fifo", Attributes={"FifoQueue": "true"})
    no_dlq = "Source queue must be configured as a Dead Letter Queue."
    gone = "The resource that you specified for the {} parameter doesn't exist."
    start, invalid = "start_message_move_task", "InvalidParameterValue"
    for parameters, expected in (
        ({"SourceArn": plain}, (invalid, no_dlq, 400)),
        ({"SourceArn": plain, "DestinationArn": bench.dlq_arn}, (invalid, no_dlq, 400)),
        ({"SourceArn": bench.account.arn("sqs", "no")}, ("ResourceNotFoundException", gone.format("SourceArn"), 404)),
        (
            {"SourceArn": bench.dlq_arn, "DestinationArn": bench.account.arn("sqs", "no")},
            ("ResourceNotFoundException", gone.format("DestinationArn"), 404),
        ),
    ):
        assert await bench.refused(start, **parameters) == expected
    wrong: list[dict[str, Any]] = [
        {"SourceArn": bench.dlq_arn, "DestinationArn": bench.dlq_arn},
        {"SourceArn": bench.dlq_arn, "DestinationArn": fifo},
        {"SourceArn": bench.dlq_arn, "MaxNumberOfMessagesPerSecond": 501},
        {"SourceArn": "work-dlq"},
    ]
    for parameters in wrong:
        assert (await bench.refused(start, **parameters))[0] == invalid
    await bench.dead_letters(20)
    started = await bench.call(start, SourceArn=bench.dlq_arn, MaxNumberOfMessagesPerSecond=1)
    code, message, status = await bench.refused(start, SourceArn=bench.dlq_arn)
    assert (code, status) == (invalid, 400)
    assert message.startswith("There is already a task running.")
    code, message, _ = await bench.refused("cancel_message_move_task", TaskHandle="nonsense")
    assert (code, message) == (invalid, "Value for parameter TaskHandle is invalid.")
    async with bench.account.gateway() as elsewhere:  # which has never heard of the task
        stranger = bench.account.boto("sqs", elsewhere)
        with pytest.raises(stranger.exceptions.ResourceNotFoundException, match="Task does not exist"):
            await asyncio.to_thread(stranger.cancel_message_move_task, TaskHandle=started["TaskHandle"])
