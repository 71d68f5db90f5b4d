"""A token bucket: how fast something may go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pace:
    """Lets `rate` units through per second, and up to `burst` at once after a rest; whoever comes first goes first."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = max(1.0, burst)
        self._clock = clock
        self._tokens = self._burst
        self._at = clock()

    async def wait(self, units: float = 1.0) -> None:
        """Return when `units` may pass. They are taken at once, so that later comers queue behind."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - units
        self._at = now
        if self._tokens < 0:
            await asyncio.sleep(-self._tokens / self._rate)
