"""A middleware that tells of each call which changes what the demo measures, once AWS has done it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Told = Callable[[str, dict[str, Any], dict[str, Any]], None]
"""Is told the operation, what was asked and what was answered."""

_SENDS = ("SendMessage", "SendMessageBatch")
_COUNTED = {
    f"{prefix}.{operation}": f"{service}:{operation}"
    for prefix, service, operations in (
        ("AmazonSQS", "sqs", (*_SENDS, "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch")),
        ("AWSEvents", "events", ("PutEvents",)),
    )
    for operation in operations
}


def counting(told: Told) -> Middleware:
    """Tells of every such call that succeeded."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        operation = _COUNTED.get(request.headers.get("X-Amz-Target", ""))
        if operation and isinstance(answer, web.Response) and answer.status == 200 and isinstance(answer.body, bytes):
            told(operation, json.loads(await request.read()), json.loads(answer.body or b"{}"))
        return answer

    return middleware
