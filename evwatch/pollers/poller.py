"""Reads one source again and again: the next reading begins only after the last has ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random

from evwatch.aws.errors import AwsError
from evwatch.pollers.hold import Hold

Read = Callable[[], Awaitable[None]]

_FIRST_RETRY_SECONDS = 2.0
_LONGEST_RETRY_SECONDS = 60.0
_JITTER = 0.1

log = logging.getLogger(__name__)


def doubling(first: float, longest: float, times: int) -> float:
    """`first`, doubled so many times, but at most `longest`. A network can be gone for days: no number is too large."""
    return min(longest, first * 2.0 ** min(times, 30))


class Poller:
    """One source's cadence, with jitter, and exponential back-off while it fails.

    `read` raises AwsError where the reading failed; it has put that into its feed by then. Anything else that it raises
    is a defect and ends the poller loudly.
    """

    def __init__(self, name: str, read: Read, every_seconds: float, random: Random) -> None:
        self.name = name
        self._read = read
        self._every = every_seconds
        self._random = random
        self._failures = 0
        self._wake = asyncio.Event()
        self._hold = Hold()

    def wake(self) -> None:
        """Read now, or as soon as the reading under way has ended."""
        self._wake.set()

    def pause(self, paused: bool) -> None:
        """Hold back the next reading, or let it go."""
        self._hold.pause(paused)

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            await self._hold.passed()
            self._wake.clear()
            try:
                await self._read()
                self._failures = 0
            except AwsError as error:
                self._failures += 1
                log.info("%s failed (%s): %s", self.name, error.fault.source, error.fault.message)
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._delay()):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _delay(self) -> float:
        delay = self._every
        if self._failures:
            longest = min(_LONGEST_RETRY_SECONDS, max(self._every, 15.0))
            delay = doubling(_FIRST_RETRY_SECONDS, longest, self._failures - 1)
        return delay * self._random.uniform(1 - _JITTER, 1 + _JITTER)
