"""Keeps back what polls while the operator wants nothing read."""

from __future__ import annotations

import asyncio


class Hold:
    """Open until it is paused."""

    def __init__(self) -> None:
        self._going = asyncio.Event()
        self._going.set()

    def pause(self, paused: bool) -> None:
        """Hold back the next reading, or let it go."""
        if paused:
            self._going.clear()
        else:
            self._going.set()

    async def passed(self) -> None:
        """Return when nothing is held back."""
        await self._going.wait()
