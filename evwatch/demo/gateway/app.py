"""The gateway's server: the middlewares in their order, and behind them the emulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from evwatch.demo.gateway.upstream import Upstream

LARGEST_REQUEST = 64 * 1024 * 1024
UPSTREAM = web.AppKey("upstream", Upstream)
"""Where a middleware finds the emulator."""
_TURNS_TO_ACCEPT = 4
"""asyncio accepts in one, makes the transport in the next, and tells the server of it in the one after."""


class Background:
    """What goes on after a request was answered; cancelled when the gateway ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with this while the gateway lives."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cancel(self) -> None:
        """End all that is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


BACKGROUND = web.AppKey("background", Background)
"""Where a middleware leaves work that outlives its request."""


def create_gateway(upstream_url: str, middlewares: Iterable[Middleware]) -> web.Application:
    """A server that passes each request through the middlewares, the first outermost, to the emulator."""
    app = web.Application(middlewares=list(middlewares), client_max_size=LARGEST_REQUEST)
    app[UPSTREAM] = Upstream(upstream_url)
    app[BACKGROUND] = Background()
    app.cleanup_ctx.append(_connected)
    app.router.add_route("*", "/{path:.*}", _pass_on)
    return app


@asynccontextmanager
async def running(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve the gateway on the loopback; gives its URL. Port 0 takes a free one. Raises OSError where it is in use."""
    # Bodies stay as they were sent: a compressed one belongs to a header and a signature that say so.
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        host, bound = runner.addresses[0][:2]
        yield f"http://{host}:{bound}"
    finally:
        # A connection of the last moment is the runner's, and closed by it, only some turns of the loop later.
        for _ in range(_TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        await runner.cleanup()


async def _pass_on(request: web.Request) -> web.StreamResponse:
    return await request.app[UPSTREAM].forward(request)


async def _connected(app: web.Application) -> AsyncIterator[None]:
    async with app[UPSTREAM]:
        yield
        await app[BACKGROUND].cancel()
