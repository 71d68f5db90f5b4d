"""A middleware that lets AWS be as far away as it is."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler


class Latency:
    """Each answer comes this many seconds late."""

    __middleware_version__ = 1

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Wait, then pass on."""
        await asyncio.sleep(self.seconds)
        return await handler(request)
