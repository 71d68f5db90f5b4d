"""How fast messages may go."""

from __future__ import annotations

import math
from collections.abc import Callable

from evwatch.aws.messages import BATCH
from evwatch.redrive.control import Control


class Rate:
    """A token bucket that is asked before messages are received, so that none is held while it waits.

    What was received and not sent is given back. Without a rate nothing ever waits.
    """

    def __init__(self, per_second: float | None, clock: Callable[[], float], control: Control) -> None:
        self._rate = per_second
        self._clock = clock
        self._control = control
        self._tokens = 0.0
        self._at = clock()

    @property
    def at_once(self) -> int:
        """How many to receive at once: half a second's worth, so that the target sees a flow and not bursts."""
        return BATCH if self._rate is None else max(1, min(BATCH, math.ceil(self._rate / 2)))

    async def take(self) -> int:
        """Wait until as many as `at_once` may go; returns how many, 0 where the run was told to stop meanwhile."""
        wanted = self.at_once
        if self._rate is None:
            return wanted
        self._refill()
        self._tokens -= wanted  # at once, so that later comers queue behind
        if self._tokens < 0:
            await self._control.sleep(-self._tokens / self._rate)
        if self._control.stop:
            self._tokens += wanted
            return 0
        return wanted

    def give_back(self, count: int) -> None:
        """These were not sent."""
        if self._rate is not None:
            self._tokens += count

    def _refill(self) -> None:
        assert self._rate is not None
        now = self._clock()
        self._tokens = min(float(self.at_once), self._tokens + (now - self._at) * self._rate)
        self._at = now
