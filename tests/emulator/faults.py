"""A middleware that lets calls fail in the ways a network and a service do, before or after AWS has acted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation, operation
from evwatch.demo.gateway.sqs_protocol import REPLACED_BODY
from tests.emulator.refusals import Kind, refusal

Fault = Callable[[web.Request, Operation, Handler], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class _Planned:
    pattern: str
    fault: Fault
    after: int
    times: int | None
    met: int = 0

    @property
    def due(self) -> bool:
        """The call that was met last is one of those that fail."""
        return self.met > self.after and (self.times is None or self.met <= self.after + self.times)


class Faults:
    """A plan of what goes wrong with which calls. It is a middleware itself; with no plan all passes."""

    __middleware_version__ = 1

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def on(self, pattern: str, fault: Fault, *, after: int = 0, times: int | None = 1) -> Faults:
        """Let calls that match fail: the first `after` pass, then `times` fail (None: all), then they pass again."""
        self._planned.append(_Planned(pattern, fault, after, times))
        return self

    def clear(self) -> None:
        """All is well from now on."""
        self._planned.clear()

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Fail as planned, or pass on."""
        call = await operation(request)
        matching = [planned for planned in self._planned if fnmatchcase(call.name, planned.pattern)]
        for planned in matching:
            planned.met += 1
        for planned in matching:
            if planned.due:
                return await planned.fault(request, call, handler)
        return await handler(request)


def refused(kind: Kind) -> Fault:
    """An error in the words of the service: throttled, expired, internal and their kin. AWS has not acted."""

    async def fault(_: web.Request, call: Operation, __: Handler) -> web.StreamResponse:
        return refusal(call, kind)

    return fault


async def reset_before(request: web.Request, _: Operation, __: Handler) -> web.StreamResponse:
    """The connection is reset and AWS has not acted."""
    return _cut(request)


async def reset_after(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
    """AWS has acted, and the connection is reset before it could say so."""
    await handler(request)
    return _cut(request)


async def error_after(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
    """AWS has acted, and a 500 comes back."""
    await handler(request)
    return refusal(call, "internal")


async def empty(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
    """AWS has acted, and something on the way answers 200 with nothing in it."""
    await handler(request)
    return web.Response(status=200)


async def html_page(_: web.Request, __: Operation, ___: Handler) -> web.StreamResponse:
    """A proxy answers with its own page."""
    return web.Response(status=503, text="<html><body>Bad Gateway</body></html>", content_type="text/html")


async def truncated(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
    """AWS has acted, and the connection is cut in the middle of the answer."""
    answer = await handler(request)
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
    cut = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
    cut.content_length = max(len(body), 2)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2] or b" ")
    if request.transport:
        request.transport.close()  # not abort: what was written shall arrive
    return cut


def slow(seconds: float) -> Fault:
    """An answer that comes late; AWS has acted at once."""

    async def fault(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        await asyncio.sleep(seconds)
        return answer

    return fault


def partial(
    failing: Collection[int], code: str = "InternalError", *, sender: bool = False, silently: bool = False
) -> Fault:
    """Of an SQS batch the entries at these places fail and the others are done.

    `silently` leaves them out of both lists, which AWS does not promise never to do.
    """

    async def fault(request: web.Request, _: Operation, handler: Handler) -> web.StreamResponse:
        asked = json.loads(await request.read())
        lost = [entry for place, entry in enumerate(asked["Entries"]) if place in failing]
        asked["Entries"] = [entry for entry in asked["Entries"] if entry not in lost]
        outcome: dict[str, list[object]] = {"Successful": [], "Failed": []}
        if asked["Entries"]:
            request[REPLACED_BODY] = json.dumps(asked).encode()
            answer = await handler(request)
            assert isinstance(answer, web.Response)
            assert isinstance(answer.body, bytes)
            outcome |= json.loads(answer.body)
        if not silently:
            outcome["Failed"] += [
                {"Id": entry["Id"], "Code": code, "Message": "It failed.", "SenderFault": sender} for entry in lost
            ]
        return web.json_response(outcome, content_type="application/x-amz-json-1.0")

    return fault


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
