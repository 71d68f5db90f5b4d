"""ListDeadLetterSourceQueues, which the emulator lacks.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from evwatch.demo.gateway import sqs_protocol
from evwatch.demo.gateway.app import UPSTREAM
from evwatch.demo.gateway.sqs_protocol import SqsError
from evwatch.demo.gateway.upstream import Upstream

LARGEST_PAGE = 1000


def dlq_sources() -> Middleware:
    """Answers which queues name a queue as their DLQ. Pages only where MaxResults is set, as SQS does."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if sqs_protocol.operation_of(request) != "ListDeadLetterSourceQueues":
            return await handler(request)
        try:
            asked = await sqs_protocol.parameters_of(request)
            return sqs_protocol.response(await _list(request.app[UPSTREAM], request.headers, asked))
        except SqsError as error:
            return error.response()

    return middleware


async def _list(upstream: Upstream, caller: Mapping[str, str], asked: Mapping[str, Any]) -> dict[str, Any]:
    if "QueueUrl" not in asked:
        raise SqsError.missing("QueueUrl")
    largest = asked.get("MaxResults")
    if largest is not None and not 1 <= int(largest) <= LARGEST_PAGE:
        raise SqsError.invalid_value(
            f"Value {largest} for parameter MaxResults is invalid. "
            f"Reason: MaxResults must be an integer between 1 and {LARGEST_PAGE}."
        )
    known = await upstream.sqs(
        caller, "GetQueueAttributes", {"QueueUrl": asked["QueueUrl"], "AttributeNames": ["QueueArn"]}
    )
    sources = await sources_of(upstream, caller, known["Attributes"]["QueueArn"])
    if largest is None:
        return {"queueUrls": sources[:LARGEST_PAGE]}
    first = _offset(asked.get("NextToken"))
    after = first + int(largest)
    page: dict[str, Any] = {"queueUrls": sources[first:after]}
    if after < len(sources):
        page["NextToken"] = base64.b64encode(str(after).encode()).decode()
    return page


async def sources_of(upstream: Upstream, caller: Mapping[str, str], dlq_arn: str) -> list[str]:
    """URLs of the caller's queues whose redrive policy names this queue."""
    at_once = asyncio.Semaphore(16)

    async def names_it(url: str) -> bool:
        async with at_once:
            try:
                known = await upstream.sqs(
                    caller, "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["RedrivePolicy"]}
                )
            except SqsError:
                return False  # deleted since it was listed
        policy = known.get("Attributes", {}).get("RedrivePolicy")
        return bool(policy) and json.loads(policy).get("deadLetterTargetArn") == dlq_arn

    urls = await _every_queue(upstream, caller)
    named = await asyncio.gather(*map(names_it, urls))
    return [url for url, names in zip(urls, named, strict=True) if names]


async def _every_queue(upstream: Upstream, caller: Mapping[str, str]) -> list[str]:
    urls: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = await upstream.sqs(caller, "ListQueues", {"MaxResults": LARGEST_PAGE} | token)
        urls += page.get("QueueUrls", [])
        if "NextToken" not in page:
            return urls
        token = {"NextToken": page["NextToken"]}


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True))
    except ValueError:
        raise SqsError.invalid_value("Invalid or expired next token.") from None
