"""A middleware that answers in AWS's place, for what the emulator lacks or does not do as AWS does."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation, operation
from tests.aws import cbor


class Answering:
    """Answers one operation with these documents in turn, the last of them from then on; the rest passes."""

    __middleware_version__ = 1

    def __init__(self, name: str, *documents: dict[str, Any]) -> None:
        self.name = name
        self.documents = list(documents)
        self.calls: list[Operation] = []

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer in the protocol of the call, or pass it on."""
        call = await operation(request)
        if call.name != self.name:
            return await handler(request)
        self.calls.append(call)
        document = self.documents[min(len(self.calls), len(self.documents)) - 1]
        if call.protocol == "cbor":
            return web.Response(body=cbor.encode(document), headers=cbor.HEADERS)
        text = json.dumps(document, default=datetime.timestamp)
        return web.Response(text=text, content_type="application/x-amz-json-1.0")
