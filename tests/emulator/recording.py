"""A middleware that remembers every call, so that a test can say what was asked of AWS and what was not."""

from __future__ import annotations

from collections import Counter

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation, operation


class Recording:
    """Every call that came through, in the order of arrival. It is a middleware itself."""

    __middleware_version__ = 1

    def __init__(self) -> None:
        self.calls: list[Operation] = []

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note the call, then pass it on."""
        self.calls.append(await operation(request))
        return await handler(request)

    @property
    def names(self) -> list[str]:
        """`service:Operation` of each call."""
        return [call.name for call in self.calls]

    def count(self, name: str) -> int:
        """How often this was called."""
        return Counter(self.names)[name]

    def of(self, name: str) -> list[Operation]:
        """The calls of this name."""
        return [call for call in self.calls if call.name == name]

    def clear(self) -> None:
        """Forget what was recorded so far."""
        self.calls.clear()
