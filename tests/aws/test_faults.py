"""Whatever goes wrong on the way to AWS or back, in each protocol that the services speak, becomes one fault."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.aws import cloudwatch, events, functions, sns, sqs, sts
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call
from evwatch.demo.gateway.operation import Operation
from evwatch.model.fault import FaultCode
from tests.aws.calling import caller_for, calling, error_of
from tests.emulator.account import Account
from tests.emulator.faults import Fault, Faults, empty, html_page, refused, reset_before, slow, truncated
from tests.emulator.misfits import something_else

# SQS speaks JSON with legacy codes beside it, CloudWatch CBOR, SNS and STS query XML, Lambda REST, EventBridge JSON.
CALLS: tuple[Call, ...] = (
    sqs.LIST_QUEUES,
    cloudwatch.DESCRIBE_ALARMS,
    sns.LIST_TOPICS,
    functions.LIST_FUNCTIONS,
    events.LIST_EVENT_BUSES,
    sts.WHO_AM_I,
)


async def portal(_: web.Request, __: Operation, ___: Handler) -> web.StreamResponse:
    """A network's log-in page, which answers every request with 200."""
    return web.Response(text="<html><body>Welcome</body></html>", content_type="text/html")


async def not_a_map(_: web.Request, __: Operation, ___: Handler) -> web.StreamResponse:
    """Something that parses, and is none of the service's documents."""
    return web.Response(text="[1, 2]", content_type="application/json")


async def dripping(request: web.Request, _: Operation, __: Handler) -> web.StreamResponse:
    """A body that comes a byte at a time: no single read is ever too slow."""
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    answer.content_length = 1_000_000
    await answer.prepare(request)
    while True:
        await answer.write(b" ")
        await asyncio.sleep(0.01)


FAULTS: dict[str, tuple[Fault, FaultCode, str]] = {
    "denied": (refused("denied"), "permission", "no permission: {action}"),
    "throttled": (refused("throttled"), "throttled", "AWS throttles {action}"),
    "expired": (refused("expired"), "credentials", "the AWS credentials have expired"),
    "unknown key": (refused("invalid-credentials"), "credentials", "AWS does not accept these credentials"),
    "500": (refused("internal"), "aws", "{action}: InternalFailure: We encountered an internal error."),
    "503": (refused("unavailable"), "aws", "{action}: ServiceUnavailable: Service is unavailable."),
    "web page 503": (html_page, "aws", "{action}: 503: Service Unavailable"),
    "empty 200": (empty, "network", "{url} does not answer as AWS does"),
    "web page 200": (portal, "network", "{url} does not answer as AWS does"),
    "somebody else's document": (something_else, "network", "{url} does not answer as AWS does"),
    "not a map": (not_a_map, "network", "{url} does not answer as AWS does"),
    "truncated": (truncated, "network", "{url} broke off the connection"),
    "reset": (reset_before, "network", "{url} broke off the connection"),
}


async def test_each_failure_in_each_protocol_is_one_sentence_with_its_code_and_action(aws: Account) -> None:
    async def told(fault: Fault) -> tuple[str, list[AwsError]]:
        async with calling(aws, Faults().on("*", fault, times=None)) as caller:
            found = await asyncio.gather(*(error_of(caller, call) for call in CALLS))
            return caller.context.endpoint_url or "", list(found)

    names = list(FAULTS)
    for name, (url, errors) in zip(names, await asyncio.gather(*(told(FAULTS[n][0]) for n in names)), strict=True):
        _, code, message = FAULTS[name]
        for call, error in zip(CALLS, errors, strict=True):
            fault = error.fault
            wanted = message.format(action=call.iam_action, url=url)
            assert (fault.code, fault.source, fault.context) == (code, call.iam_action, "test/here"), (name, fault)
            assert fault.message.startswith(wanted), (name, fault)
            assert fault.hint, (name, fault)
            # What sends leans on this: AWS's own refusal proves that nothing was done, and no other answer does.
            assert error.not_done == (name in ("denied", "throttled", "expired", "unknown key")), (name, fault)


@pytest.mark.parametrize("body", [dripping, slow(30)])
async def test_a_call_ends_in_time_however_slowly_its_answer_comes(aws: Account, body: Fault) -> None:
    async with calling(aws, Faults().on("*", body, times=None), overall_seconds=0.2) as caller:
        fault = (await error_of(caller, sqs.LIST_QUEUES)).fault
    assert (fault.code, fault.message) == ("network", f"no answer in time from {caller.context.endpoint_url}")


async def test_an_endpoint_where_nobody_listens_is_named(aws: Account) -> None:
    async with calling(aws) as caller:
        pass  # the gateway's port is free again
    async with caller_for(caller.context) as other:
        fault = (await error_of(other, sts.WHO_AM_I)).fault
    assert (fault.code, fault.message) == ("network", f"{caller.context.endpoint_url} cannot be reached")


async def test_a_call_that_was_never_sent_is_known_not_to_be_done(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    async with calling(aws) as caller:
        error = await error_of(caller, sqs.LIST_QUEUES)
    assert (error.fault.message, error.not_done) == ("no AWS credentials were found", True)
