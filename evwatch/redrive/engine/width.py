"""How many workers are busy at once: begun with one, more with each success, fewer when the target has had enough."""

from __future__ import annotations

import asyncio

WORKERS = 8
_SUCCESSES = 2


class Width:
    """Starting small keeps the damage of a wrong target small, and a crash early on leaves little in doubt."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 1
        self._successes = 0
        self._changed = asyncio.Event()

    def allows(self, worker: int) -> bool:
        """Whether this worker, counted from 0, may work."""
        return worker < self._now

    async def change(self) -> None:
        """Return when it may have become wider."""
        await self._changed.wait()

    def grow(self) -> None:
        """A request succeeded."""
        self._successes += 1
        if self._successes >= _SUCCESSES and self._now < self._most:
            self._successes = 0
            self._now += 1
            self.wake()

    def shrink(self) -> None:
        """The target throttles, or does not answer."""
        self._successes = 0
        self._now = max(1, self._now // 2)

    def wake(self) -> None:
        """Let every worker look again."""
        self._changed.set()
        self._changed = asyncio.Event()
