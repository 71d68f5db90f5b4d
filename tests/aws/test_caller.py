"""The one door: what is counted and priced, what may pass, how many at once, and how pages are joined."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import cloudwatch, sqs, sts
from evwatch.aws.client_set import CALLS_IN_FLIGHT
from evwatch.aws.service import Call
from evwatch.demo.gateway.operation import Operation, operation
from evwatch.model.context import Context
from tests.aws.calling import caller_for, calling, error_of
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.faults import Faults, empty, refused
from tests.emulator.recording import Recording

QUERIES = [
    {
        "Id": f"q{number}",
        "MetricStat": {"Metric": {"Namespace": "AWS/SQS", "MetricName": "M"}, "Period": 60, "Stat": "Sum"},
    }
    for number in range(3)
]
RANGE = {"StartTime": 0, "EndTime": 3600}


async def test_every_request_is_counted_by_name_and_outcome_retries_too(aws: Account) -> None:
    denying = Denying("sts:*")
    faults = Faults().on("sqs:ListQueues", refused("throttled"), times=2)
    recording = Recording()
    async with calling(aws, recording, denying, faults) as caller:
        await caller.call(sqs.LIST_QUEUES)
        await caller.call(cloudwatch.DESCRIBE_ALARMS)
        await error_of(caller, sts.WHO_AM_I)
        usage = caller.meter.usage()
    assert dict(usage.calls) == {"sqs:ListQueues": 3, "cloudwatch:DescribeAlarms": 1, "sts:GetCallerIdentity": 1}
    assert sum(count for _, count in usage.calls) == len(recording.calls)
    assert (usage.throttled, usage.failed) == (2, 1)
    assert usage.calls_per_minute == 5


async def test_what_is_no_answer_counts_as_failed_in_every_protocol(aws: Account) -> None:
    async with calling(aws, Faults().on("*", empty, times=None)) as caller:
        for call in (sqs.LIST_QUEUES, cloudwatch.DESCRIBE_ALARMS, sts.WHO_AM_I):
            await error_of(caller, call)
        usage = caller.meter.usage()
    assert sum(count for _, count in usage.calls) == usage.failed == 3


async def test_calls_are_priced_as_they_are_billed(aws: Account) -> None:
    async with calling(aws) as caller:
        await caller.call(sqs.LIST_QUEUES)
        queues_only = caller.meter.usage().estimated_usd
        await caller.call(cloudwatch.GET_METRIC_DATA, MetricDataQueries=QUERIES, **RANGE)
        both = caller.meter.usage().estimated_usd
        await caller.call(sts.WHO_AM_I)
        free = caller.meter.usage().estimated_usd
    assert queues_only == pytest.approx(0.40 / 1e6)
    assert both - queues_only == pytest.approx(3 * 0.01 / 1000)
    assert free == both


async def test_a_call_that_no_service_declares_cannot_be_made(aws: Account) -> None:
    recording = Recording()
    async with calling(aws, recording) as caller:
        with pytest.raises(ValueError, match="sqs:PurgeQueue is not declared"):
            await caller.call(Call("sqs", "PurgeQueue"), QueueUrl="q")
        with pytest.raises(ValueError, match="sqs:ListQueues is not declared"):
            await caller.call(Call("sqs", "ListQueues"))  # a look-alike of a declared one is not it
    assert recording.calls == []


class Held:
    """Holds every call of one name until it is told to let them go."""

    __middleware_version__ = 1

    def __init__(self, name: str, full: int) -> None:
        self.name = name
        self.inside = self.most = 0
        self.full_at = full
        self.full = asyncio.Event()
        self.release = asyncio.Event()

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if (await operation(request)).name == self.name:
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside == self.full_at:
                self.full.set()
            await self.release.wait()
            self.inside -= 1
        return await handler(request)


async def test_eight_calls_at_once_and_long_polls_have_their_own_places(aws: Account) -> None:
    url = aws.boto("sqs").create_queue(QueueName="q")["QueueUrl"]
    held = Held("sqs:GetQueueAttributes", CALLS_IN_FLIGHT)
    async with calling(aws, held) as caller, asyncio.TaskGroup() as group:
        for _ in range(3 * CALLS_IN_FLIGHT):
            group.create_task(caller.call(sqs.GET_QUEUE_ATTRIBUTES, QueueUrl=url, AttributeNames=["All"]))
        await held.full.wait()
        # A whole round trip of another kind: time enough for a ninth to have come, and it is not kept waiting itself.
        await caller.call(sqs.RECEIVE_MESSAGE, QueueUrl=url, WaitTimeSeconds=0, VisibilityTimeout=0)
        assert held.inside == CALLS_IN_FLIGHT
        held.release.set()
    assert held.most == CALLS_IN_FLIGHT


class Paged:
    """Answers ListQueues with the pages that it was given, by token."""

    __middleware_version__ = 1

    def __init__(self, pages: dict[str | None, dict[str, Any]]) -> None:
        self.pages = pages
        self.asked: list[Operation] = []

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = await operation(request)
        self.asked.append(call)
        page = self.pages[call.parameters.get("NextToken")]
        return web.json_response(page, content_type="application/x-amz-json-1.0")


async def test_pages_are_asked_for_at_their_largest_and_joined(aws: Account) -> None:
    paged = Paged(
        {
            None: {"QueueUrls": ["a", "b"], "NextToken": "two"},
            "two": {"NextToken": "three"},  # an empty page in the middle is not the end
            "three": {"QueueUrls": ["c"]},
        }
    )
    async with calling(aws, paged) as caller:
        assert await caller.items(sqs.LIST_QUEUES, "QueueUrls") == ["a", "b", "c"]
    assert [call.parameters["MaxResults"] for call in paged.asked] == [1000, 1000, 1000]


async def test_a_token_that_comes_again_ends_the_listing(aws: Account) -> None:
    paged = Paged({None: {"QueueUrls": ["a"], "NextToken": "same"}, "same": {"QueueUrls": ["b"], "NextToken": "same"}})
    async with calling(aws, paged) as caller:
        assert await caller.items(sqs.LIST_QUEUES, "QueueUrls") == ["a", "b"]


async def test_the_custom_endpoint_and_the_partition_are_known_once_a_client_was_made(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with aws.gateway() as url, caller_for(Context("test/there", "cn-north-1")) as caller:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", url)
        before = caller.endpoint_url
        await caller.call(sqs.LIST_QUEUES)
        assert (before, caller.endpoint_url, caller.partition) == (None, url, "aws-cn")
