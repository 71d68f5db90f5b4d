"""A middleware under which a share of all calls that move messages goes wrong, each in its own way."""

from __future__ import annotations

from collections import Counter
from random import Random

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation
from tests.emulator.faults import (
    Fault,
    empty,
    error_after,
    partial,
    refused,
    reset_after,
    reset_before,
    slow,
    truncated,
)
from tests.faults.killing import MOVES

ANY: dict[str, Fault] = {
    "throttled": refused("throttled"),
    "500 before": refused("internal"),
    "503 before": refused("unavailable"),
    "500 after": error_after,
    "reset before": reset_before,
    "reset after": reset_after,
    "empty 200": empty,
    "cut off": truncated,
    "slow": slow(0.2),
    "expired": refused("expired"),
}
OF_BATCHES: dict[str, Fault] = {
    "some refused": partial({0, 3, 4}),
    "some refused for good": partial({1}, "InvalidMessageContents", sender=True),
    "some throttled": partial({2, 5}, "KMS.ThrottlingException"),
    "some not mentioned": partial({1, 2}, silently=True),
}


class Trouble:
    """Lets calls fail at random. It is a middleware itself; with a share of 0 all passes."""

    __middleware_version__ = 1

    def __init__(self, random: Random, share: float) -> None:
        self._random = random
        self.share = share
        self.met: Counter[str] = Counter()
        """How often each kind of trouble came up."""

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Fail, or pass on."""
        call = await operation(request)
        if call.name not in MOVES or self._random.random() >= self.share:
            return await handler(request)
        kinds = ANY | OF_BATCHES if call.name in ("sqs:SendMessageBatch", "sqs:DeleteMessageBatch") else ANY
        name = self._random.choice(sorted(kinds))
        self.met[name] += 1
        return await kinds[name](request, call, handler)
