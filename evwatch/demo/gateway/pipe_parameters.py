"""A pipe's parameters, which the emulator takes and forgets: without them nobody sees where its dead letters go."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_PIPE = re.compile(r"^/v1/pipes/([^/]+)$")
_FORGOTTEN = ("SourceParameters", "TargetParameters", "Enrichment", "EnrichmentParameters", "LogConfiguration")


def pipe_parameters() -> Middleware:
    """Remembers what CreatePipe and UpdatePipe were given, and adds it to what DescribePipe answers."""
    remembered: dict[tuple[str, str], dict[str, Any]] = {}

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        named = _PIPE.match(request.path)
        if not named:
            return await handler(request)
        answer = await handler(request)
        if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes) or answer.status != 200:
            return answer
        described = json.loads(answer.body)
        arn = str(described.get("Arn", ""))
        pipe = (arn, named[1])
        if request.method in ("POST", "PUT"):
            asked = json.loads(await request.read())
            given = {name: asked[name] for name in _FORGOTTEN if name in asked}
            remembered[pipe] = remembered.get(pipe, {}) | given
            return answer
        if request.method == "DELETE":
            remembered.pop(pipe, None)
            return answer
        return web.json_response(described | remembered.get(pipe, {}))

    return middleware
