"""Long work on the event loop, with the keys heard meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_BUSY_SECONDS = 0.008
"""Half a frame: nobody feels a key that waits no longer."""


class Breath:
    """Made when something long begins; to be taken between its steps."""

    def __init__(self, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._until = timer() + _BUSY_SECONDS

    async def take(self) -> None:
        """Let others have the loop, if they had to wait long enough."""
        if self._timer() > self._until:
            await asyncio.sleep(0)
            self._until = self._timer() + _BUSY_SECONDS
