"""The emulator as the gateway speaks to it: requests passed through, and SQS calls on behalf of a caller."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from evwatch.demo.gateway.sqs_protocol import REPLACED_BODY, SqsError

# What concerns one connection and not the message (RFC 9110, 7.6.1), and what the client library works out anew.
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
)
_SIGNED_AS = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "Host")


class Upstream:
    """One keep-alive pool to the emulator. Use it as an async context manager."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Upstream:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def forward(self, request: web.BaseRequest) -> web.Response:
        """The emulator's answer to this request, unchanged."""
        body: bytes = request[REPLACED_BODY] if REPLACED_BODY in request else await request.read()
        status, headers, content = await self._send(request.method, request.raw_path, request.headers, body)
        if request.method != "HEAD":  # whose length is that of the body it leaves out
            headers.popall("Content-Length", None)
        return web.Response(status=status, headers=headers, body=content)

    async def sqs(self, caller: Mapping[str, str], operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call SQS as whoever sent the headers `caller`, so in that account and region. Raises SqsError."""
        headers = {name: caller[name] for name in _SIGNED_AS if name in caller}
        headers |= {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{operation}"}
        body = json.dumps(parameters).encode()
        status, answered, content = await self._send("POST", "/", headers, body)
        answer: dict[str, Any] = json.loads(content) if content else {}
        if status >= 400:
            raise SqsError.answered(status, answered, answer)
        return answer

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, CIMultiDict[str], bytes]:
        if self._session is None:
            raise RuntimeError("the gateway has not been started")
        sent = CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP)
        sent.pop("Content-Length", None)
        async with self._session.request(
            method,
            URL(self._url + path, encoded=True),
            headers=sent,
            data=io.BytesIO(body) if body else None,
            allow_redirects=False,
        ) as answer:
            content = await answer.read()
            received = CIMultiDict((n, v) for n, v in answer.headers.items() if n.lower() not in _HOP_BY_HOP)
            return answer.status, received, content
