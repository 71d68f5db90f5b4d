"""Read-only is kept below every key and command: what is not on the derived allow-list never leaves the host."""

from __future__ import annotations

import time
from typing import Any

import pytest
from aiobotocore.session import AioSession

from evwatch.aws import sqs, sts
from evwatch.aws.catalogue import CALLS
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.guard import ReadOnlyGuard
from evwatch.aws.meter import Meter
from evwatch.aws.service import Call, Service
from evwatch.model.context import Context
from tests.aws.calling import calling, error_of
from tests.emulator.account import Account
from tests.emulator.recording import Recording

SEND = Call("sqs", "SendMessage", tier="redrive", reads=False)
PUBLISH = Call("sns", "Publish", tier="operate", reads=False)
INVOKE = Call("lambda", "Invoke", tier="operate", reads=False)
PUT_EVENTS = Call("events", "PutEvents", tier="operate", reads=False)
MUTE = Call("cloudwatch", "DisableAlarmActions", tier="operate", reads=False)
ACTS: dict[Call, dict[str, Any]] = {
    SEND: {"QueueUrl": "http://q", "MessageBody": "x"},
    PUBLISH: {"TopicArn": "arn:aws:sns:eu-central-1:1:t", "Message": "x"},
    INVOKE: {"FunctionName": "f"},
    PUT_EVENTS: {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]},
    MUTE: {"AlarmNames": ["a"]},
}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
async def test_no_act_of_any_service_is_sent(aws: Account, act: Call) -> None:
    recording = Recording()
    async with aws.gateway(recording) as url:
        context = Context("prod/here", aws.region, endpoint_url=url)
        services = [Service(act.service, (act,))]
        async with Caller(context, services, Meter(time.monotonic), time.monotonic, read_only=True) as caller:
            error = await error_of(caller, act, **ACTS[act])
    assert (error.fault.code, error.fault.source, error.fault.context) == ("refused", act.name, "prod/here")
    assert error.fault.message == f"read-only: {act.name} was not sent"
    assert error.not_done
    assert recording.calls == []


async def test_an_operation_that_nobody_declared_is_refused_by_the_client_itself(aws: Account) -> None:
    recording = Recording()
    async with (
        aws.gateway(recording) as url,
        AioSession().create_client(
            "sqs", aws.region, endpoint_url=url, aws_access_key_id=aws.number, aws_secret_access_key="test"
        ) as client,
    ):
        ReadOnlyGuard(Context("prod/here", aws.region), sqs.SERVICE.calls, lambda _: True).watch(client, "sqs")
        with pytest.raises(AwsError) as refused:
            await client.purge_queue(QueueUrl="http://q")
    assert (refused.value.fault.code, refused.value.fault.source) == ("refused", "sqs:PurgeQueue")
    assert recording.calls == []


async def test_acts_are_sent_where_it_is_off(aws: Account) -> None:
    queue = aws.boto("sqs").create_queue(QueueName="q")["QueueUrl"]
    recording = Recording()
    async with aws.gateway(recording) as url:
        context = Context("dev/here", aws.region, endpoint_url=url)
        async with Caller(context, [Service("sqs", (SEND,))], Meter(time.monotonic), time.monotonic) as caller:
            await caller.call(SEND, QueueUrl=queue, MessageBody="x")
    assert recording.names == ["sqs:SendMessage"]


async def test_reading_goes_on(aws: Account) -> None:
    recording = Recording()
    async with calling(aws, recording, read_only=True) as caller:
        await caller.call(sqs.LIST_QUEUES)
        await caller.call(sts.WHO_AM_I)
    assert recording.names == ["sqs:ListQueues", "sts:GetCallerIdentity"]


async def test_looks_go_only_into_the_queues_that_were_allowed(aws: Account) -> None:
    boto = aws.boto("sqs")
    source, dlq = (boto.create_queue(QueueName=name)["QueueUrl"] for name in ("orders", "orders-dlq"))
    recording = Recording()
    async with calling(aws, recording, read_only=True, may_look=lambda url: url == dlq) as caller:
        await caller.call(sqs.RECEIVE_MESSAGE, QueueUrl=dlq, VisibilityTimeout=0)
        entries = [{"Id": "0", "ReceiptHandle": "h", "VisibilityTimeout": 0}]
        await caller.call(sqs.CHANGE_VISIBILITY, QueueUrl=dlq, Entries=entries)
        refused = [
            await error_of(caller, sqs.RECEIVE_MESSAGE, QueueUrl=source, VisibilityTimeout=0),
            await error_of(caller, sqs.CHANGE_VISIBILITY, QueueUrl=source, Entries=entries),
        ]
    assert [error.fault.code for error in refused] == ["refused", "refused"]
    assert [error.fault.source for error in refused] == ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"]
    assert recording.names == ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibilityBatch"]
    assert {call.parameters["QueueUrl"] for call in recording.calls} == {dlq}


def test_the_allow_list_holds_no_operation_that_acts() -> None:
    """The names that AWS gives to reading; looking is the one exception, guarded by the queue."""
    reading = ("Get", "List", "Describe", "Filter", "Lookup", "Simulate", "StartQuery", "StopQuery", "StartLiveTail")
    looking = {"sqs:ReceiveMessage", "sqs:ChangeMessageVisibilityBatch"}
    allowed = {call.name for call in CALLS if call.reads} - looking
    assert [name for name in sorted(allowed) if not name.split(":")[1].startswith(reading)] == []
