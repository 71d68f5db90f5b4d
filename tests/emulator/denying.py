"""A middleware that denies, because the emulator knows no permissions."""

from __future__ import annotations

from fnmatch import fnmatchcase

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation
from tests.emulator.refusals import refusal


class Denying:
    """Denies the calls whose name matches one of the patterns, `sqs:ReceiveMessage` or `events:*`."""

    __middleware_version__ = 1

    def __init__(self, *patterns: str) -> None:
        self.patterns = set(patterns)
        """May be changed while it runs: permissions are granted and taken away in life too."""

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse as the service itself does, or pass on."""
        call = await operation(request)
        if any(fnmatchcase(call.name, pattern) for pattern in self.patterns):
            return refusal(call, "denied")
        return await handler(request)
