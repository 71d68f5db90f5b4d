"""Queues as they are configured, in any number, and as they come and go."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import sqs, tagging
from evwatch.aws.errors import AwsError
from evwatch.demo.gateway.operation import operation
from evwatch.model.flow import Edge
from evwatch.model.queue import Depth, Queue
from tests.aws.calling import calling
from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.emulator.refusals import error_answer

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


def known(aws: Account, name: str) -> Queue:
    return sqs.unread_queue(f"{aws.emulator_url}/{aws.number}/{name}", "", aws.region, "aws")


async def read(aws: Account, name: str) -> tuple[Queue, Depth]:
    async with calling(aws) as caller:
        return await sqs.read_queue(caller, known(aws, name), NOW)


async def test_more_than_a_thousand_queues_are_all_found(aws: Account) -> None:
    boto = aws.boto("sqs")
    names = [f"queue-{number:04}" for number in range(1050)]

    def create() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda name: boto.create_queue(QueueName=name), names))

    await asyncio.to_thread(create)
    recording = Recording()
    async with calling(aws, recording) as caller:
        urls = await sqs.queue_urls(caller)
    assert [url.rsplit("/", 1)[-1] for url in urls] == names
    assert recording.names == ["sqs:ListQueues"] * 2


async def test_a_queue_is_read_as_it_was_configured(aws: Account) -> None:
    boto = aws.boto("sqs")
    dlq = aws.arn("sqs", "orders-dlq.fifo")
    boto.create_queue(
        QueueName="orders-dlq.fifo",
        Attributes={
            "FifoQueue": "true",
            "MessageRetentionPeriod": "1209600",
            "RedriveAllowPolicy": json.dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [aws.arn("sqs", "orders.fifo")]}
            ),
        },
    )
    boto.create_queue(
        QueueName="orders.fifo",
        Attributes={
            "FifoQueue": "true",
            "VisibilityTimeout": "930",
            "DelaySeconds": "5",
            "MessageRetentionPeriod": "345600",
            "MaximumMessageSize": "2048",
            "KmsMasterKeyId": "alias/orders",
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": dlq, "maxReceiveCount": 2}),
        },
    )
    queue, _ = await read(aws, "orders.fifo")
    assert queue == Queue(
        arn=aws.arn("sqs", "orders.fifo"),
        url=queue.url,
        name="orders.fifo",
        account=aws.number,
        region=aws.region,
        fifo=True,
        retention_seconds=345_600,
        visibility_timeout_seconds=930,
        delay_seconds=5,
        maximum_message_bytes=2048,
        max_receive_count=2,
        dlq_arn=dlq,
        kms_key_id="alias/orders",
        policy=queue.policy,
    )
    dead, _ = await read(aws, "orders-dlq.fifo")
    assert (dead.dlq_arn, dead.max_receive_count, dead.retention_seconds) == (None, None, 1_209_600)
    assert (dead.redrive_permission, dead.redrive_source_arns) == ("byQueue", (aws.arn("sqs", "orders.fifo"),))
    assert sqs.flow((queue, dead)).edges == (Edge(queue.arn, dlq, "dead-letters", detail=(("maxReceiveCount", "2"),)),)


async def test_what_a_redrive_policy_does_not_say_is_what_sqs_takes_for_it(aws: Account) -> None:
    policy = f'{{"deadLetterTargetArn": "{aws.arn("sqs", "d")}"}}'
    queue, _ = await answered(aws, {"QueueArn": aws.arn("sqs", "q"), "RedrivePolicy": policy})
    assert queue.max_receive_count == 10


@pytest.mark.parametrize(
    ("written", "count"),
    [("5", 5), ('"5"', 5), ("3.0", 3), ('"3.0"', 3), ("2.5", None), ('"many"', None), ("null", None)],
)
async def test_a_receive_count_is_read_as_number_and_as_text(aws: Account, written: str, count: int | None) -> None:
    policy = f'{{"deadLetterTargetArn": "{aws.arn("sqs", "d")}", "maxReceiveCount": {written}}}'
    queue, _ = await answered(aws, {"QueueArn": aws.arn("sqs", "q"), "RedrivePolicy": policy})
    assert (queue.dlq_arn, queue.max_receive_count) == (aws.arn("sqs", "d"), count)
    assert "None" not in str(sqs.flow((queue,)).edges[0].detail)


@pytest.mark.parametrize("policy", ["", "not json", "[]", '"text"', '{"deadLetterTargetArn": 7}'])
async def test_a_policy_that_cannot_be_read_is_none(aws: Account, policy: str) -> None:
    queue, _ = await answered(aws, {"RedrivePolicy": policy, "RedriveAllowPolicy": policy})
    assert (queue.dlq_arn, queue.max_receive_count, queue.redrive_permission) == (None, None, None)
    assert queue.arn == aws.arn("sqs", "q")


async def test_depths_count_visible_in_flight_and_delayed_apart(aws: Account) -> None:
    boto = aws.boto("sqs")
    url = boto.create_queue(QueueName="q")["QueueUrl"]
    for delay in (0, 0, 0, 0, 300, 300):
        boto.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=delay)
    boto.receive_message(QueueUrl=url, MaxNumberOfMessages=1, VisibilityTimeout=600)
    _, depth = await read(aws, "q")
    assert depth == Depth(visible=3, in_flight=1, delayed=2, taken_at=NOW)
    assert (depth.held, depth.taken_at) == (4, NOW)


@pytest.mark.parametrize(
    "counts",
    [
        {},
        dict.fromkeys(COUNTS[:2], "0"),
        dict.fromkeys(COUNTS, "0") | {COUNTS[0]: "many"},
        dict.fromkeys(COUNTS, "0") | {COUNTS[1]: ""},
        dict.fromkeys(COUNTS, "0") | {COUNTS[2]: "-1"},
        dict.fromkeys(COUNTS, "0") | {COUNTS[0]: "9" * 25},
    ],
    ids=["none", "not all", "no number", "empty", "less than nothing", "more than there can be"],
)
async def test_an_answer_without_a_depth_is_a_fault_and_no_empty_queue(aws: Account, counts: dict[str, str]) -> None:
    with pytest.raises(AwsError) as raised:
        await answered(aws, {"VisibilityTimeout": "30"} | counts, depths=False)
    assert (raised.value.fault.code, raised.value.fault.source) == ("aws", "sqs:GetQueueAttributes")


async def test_a_queue_deleted_since_it_was_listed_is_not_found(aws: Account) -> None:
    with pytest.raises(AwsError) as raised:
        await read(aws, "gone")
    assert (raised.value.fault.code, raised.value.fault.source) == ("not-found", "sqs:GetQueueAttributes")


async def test_queues_are_found_by_name_and_by_what_redrives_into_them(aws: Account) -> None:
    boto = aws.boto("sqs")
    boto.create_queue(QueueName="orders-dlq")
    policy = json.dumps({"deadLetterTargetArn": aws.arn("sqs", "orders-dlq"), "maxReceiveCount": "3"})
    for name in ("orders", "returns"):
        boto.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})
    async with calling(aws) as caller:
        found = await sqs.find_queue(caller, "orders-dlq")
        nothing = await sqs.find_queue(caller, "no-such-queue")
        assert found is not None
        sources = await sqs.source_arns(caller, found.url, aws.region, "aws")
    assert (found.arn, nothing) == (aws.arn("sqs", "orders-dlq"), None)
    assert sorted(sources) == [aws.arn("sqs", "orders"), aws.arn("sqs", "returns")]


async def test_tags_of_every_kind_are_read_at_once(aws: Account) -> None:
    boto = aws.boto("sqs")
    boto.create_queue(QueueName="plain")
    boto.create_queue(QueueName="tagged", tags={"team": "orders", "env": "prod"})
    aws.boto("sns").create_topic(Name="t", Tags=[{"Key": "team", "Value": "other"}])
    async with calling(aws) as caller:
        tags = await tagging.tags(caller)
    assert tags.get(aws.arn("sqs", "tagged")) == (("env", "prod"), ("team", "orders"))
    assert not tags.get(aws.arn("sqs", "plain"))
    assert tags[aws.arn("sns", "t")] == (("team", "other"),)


async def test_an_endpoint_that_does_not_know_one_kind_still_tells_the_tags_of_the_others(aws: Account) -> None:
    aws.boto("sqs").create_queue(QueueName="tagged", tags={"team": "orders"})

    class KnowsQueuesAlone:
        __middleware_version__ = 1

        async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
            call = await operation(request)
            if call.name.endswith("GetResources") and call.parameters["ResourceTypeFilters"] != ["sqs"]:
                return error_answer(call, "InvalidParameterException", "Unsupported resource type")
            return await handler(request)

    async with calling(aws, KnowsQueuesAlone()) as caller:
        assert await tagging.tags(caller) == {aws.arn("sqs", "tagged"): (("team", "orders"),)}


@pytest.mark.parametrize(
    ("url", "arn"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "arn:aws:sqs:eu-west-1:123456789012:orders"),
        ("https://eu-west-1.queue.amazonaws.com/123456789012/a.fifo", "arn:aws:sqs:eu-west-1:123456789012:a.fifo"),
        ("http://localhost:4566/000000000000/q", "arn:aws:sqs:eu-west-1:000000000000:q"),
        ("http://localhost:9324/queue/q", "arn:aws:sqs:eu-west-1:999:q"),
        ("http://localhost:9324/q", "arn:aws:sqs:eu-west-1:999:q"),
    ],
)
def test_a_url_tells_the_account_where_it_holds_one(url: str, arn: str) -> None:
    queue = sqs.unread_queue(url, "999", "eu-west-1", "aws")
    assert (queue.arn, queue.fifo) == (arn, arn.endswith(".fifo"))


async def answered(aws: Account, attributes: dict[str, str], *, depths: bool = True) -> tuple[Queue, Depth]:
    """What is read where SQS answers with these attributes."""
    given = (dict.fromkeys(COUNTS, "0") if depths else {}) | attributes

    class Answering:
        __middleware_version__ = 1

        async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
            if (await operation(request)).operation != "GetQueueAttributes":
                return await handler(request)
            return web.json_response({"Attributes": given}, content_type="application/x-amz-json-1.0")

    async with calling(aws, Answering()) as caller:
        return await sqs.read_queue(caller, known(aws, "q"), NOW)
