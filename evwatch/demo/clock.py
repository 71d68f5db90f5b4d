"""A clock that one request can set back, so that the demo's past can be written over the ordinary API.

AWS stamps what it is given with the time at which it is given, and so does the emulator: a dead letter that has waited
for days, or an alarm that has fired for an hour, could not be shown by a demo that has just begun. So in the emulator's
process a request may say by how many seconds ago it counts; every other request, and every thread, has the real time.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

SECONDS_AGO = "X-Evwatch-Seconds-Ago"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_seconds_ago: ContextVar[float] = ContextVar("seconds_ago", default=0.0)


def install() -> None:
    """Let `time.time` of this process follow the request that it is called for."""
    real = time.time
    time.time = lambda: real() - _seconds_ago.get()


def following_requests(app: App) -> App:
    """The ASGI application, with the clock set as each request's header says."""
    header = SECONDS_AGO.lower().encode()

    async def at_its_time(scope: Message, receive: Receive, send: Send) -> None:
        for name, value in scope.get("headers", ()):
            if name.lower() == header:
                _seconds_ago.set(float(value))
        await app(scope, receive, send)

    return at_its_time
