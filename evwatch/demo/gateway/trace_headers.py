"""The trace header of a message that is sent in a batch, which the emulator keeps only where one is sent alone.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from evwatch.demo.gateway import sqs_protocol
from evwatch.demo.gateway.app import UPSTREAM
from evwatch.demo.gateway.sqs_protocol import SqsError
from evwatch.demo.gateway.upstream import Upstream

Entries = Sequence[Mapping[str, Any]]


def trace_headers() -> Middleware:
    """Keeps the trace headers of a batch."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if sqs_protocol.operation_of(request) != "SendMessageBatch":
            return await handler(request)
        asked = await sqs_protocol.parameters_of(request)
        entries = asked.get("Entries") or []
        ids = {entry.get("Id") for entry in entries}
        if not _traced(entries) or len(entries) > 10 or len(ids) < len(entries):
            return await handler(request)
        try:
            queue = str(asked.get("QueueUrl", ""))
            return sqs_protocol.response(await send_batch(request.app[UPSTREAM], request.headers, queue, entries))
        except SqsError as error:
            return error.response()

    return middleware


async def send_batch(upstream: Upstream, caller: Mapping[str, str], queue_url: str, entries: Entries) -> dict[str, Any]:
    """Send a batch, one by one where one of them has a trace header. Raises SqsError where the queue is not there."""
    if not _traced(entries):
        return await upstream.sqs(caller, "SendMessageBatch", {"QueueUrl": queue_url, "Entries": entries})
    outcome: dict[str, list[dict[str, Any]]] = {"Successful": [], "Failed": []}
    for entry in entries:
        message = {name: value for name, value in entry.items() if name != "Id"}
        try:
            sent = await upstream.sqs(caller, "SendMessage", {"QueueUrl": queue_url} | message)
            outcome["Successful"].append({"Id": entry["Id"]} | sent)
        except SqsError as error:
            if error.shape == "QueueDoesNotExist":
                raise
            refused = {"Id": entry["Id"], "Code": error.code, "Message": error.message, "SenderFault": True}
            outcome["Failed"].append(refused)
    return outcome


def _traced(entries: Entries) -> bool:
    return any(entry.get("MessageSystemAttributes") for entry in entries)
