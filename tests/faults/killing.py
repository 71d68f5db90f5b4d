"""A middleware that kills the process which calls, at a chosen call and a chosen moment of it."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation

Moment = Literal["before", "after", "answered"]
MOVES = ("sqs:ReceiveMessage", "sqs:SendMessageBatch", "sqs:DeleteMessageBatch", "sqs:ChangeMessageVisibilityBatch")


@dataclass(slots=True)
class Kill:
    """When to kill: at which of the calls that move messages, and at what moment of it."""

    call: int
    moment: Moment
    """Before SQS has acted; after it has, unanswered; or with the answer on its way and a little later."""
    later: float

    @staticmethod
    def drawn(random: Random, calls: int) -> Kill:
        """A random one within so many calls."""
        moments: tuple[Moment, ...] = ("before", "after", "answered", "answered")
        return Kill(random.randrange(1, calls), random.choice(moments), random.choice((0.0, 0.001, 0.003, 0.01)))


class Killer:
    """Kills the process in `pid` as planned, once for each plan. It is a middleware itself."""

    __middleware_version__ = 1

    def __init__(self) -> None:
        self.pid: int | None = None
        self._plan: Kill | None = None
        self._met = 0
        self._killing: set[asyncio.Task[None]] = set()

    def plan(self, kill: Kill | None) -> None:
        """What happens to the next process."""
        self._plan, self._met, self.pid = kill, 0, None

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Kill, or pass on."""
        plan = self._plan
        if plan is None or (await operation(request)).name not in MOVES:
            return await handler(request)
        self._met += 1
        if self._met != plan.call:
            return await handler(request)
        if plan.moment == "before":
            self._kill()
        answer = await handler(request)
        if plan.moment == "after":
            self._kill()
        if plan.moment == "answered":
            task = asyncio.create_task(self._soon(plan.later))
            self._killing.add(task)
            task.add_done_callback(self._killing.discard)
        return answer

    async def _soon(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._kill()

    def _kill(self) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
