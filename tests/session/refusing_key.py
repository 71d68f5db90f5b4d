"""A middleware that refuses whatever one access key asks for."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation
from tests.emulator.refusals import Kind, refusal


class RefusingKey:
    """Refuses one access key in one way, and lets all others pass."""

    __middleware_version__ = 1

    def __init__(self, key: str, kind: Kind) -> None:
        self.key = key
        self.kind = kind

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse as the service itself does, or pass on."""
        call = await operation(request)
        return refusal(call, self.kind) if call.access_key_id == self.key else await handler(request)
