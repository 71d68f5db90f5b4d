"""How whoever started a run steers it."""

from __future__ import annotations

import asyncio

from evwatch.model.run import Stop


class Control:
    """One run's switches. A run that is told to stop does so at the next safe point, where every message is accounted
    for: what is on its way arrives, what was sent is deleted, what was not sent is shown again."""

    def __init__(self) -> None:
        self.stop: Stop | None = None
        """Who asked first for an end."""
        self._stopping = asyncio.Event()
        self._going = asyncio.Event()
        self._going.set()

    def end(self, how: Stop) -> None:
        """Stop at the next safe point."""
        self.stop = self.stop or how
        self._stopping.set()

    def pause(self, paused: bool) -> None:
        """Hold the run, or let it go on. Nothing stays hidden while it is held."""
        if paused:
            self._going.clear()
        else:
            self._going.set()

    @property
    def paused(self) -> bool:
        """Whether it is held."""
        return not self._going.is_set()

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the run is told to stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def until_going(self) -> None:
        """Return when the run is not held, or when it is told to stop."""
        await self.until(self._going)

    async def until(self, event: asyncio.Event) -> None:
        """Return when this is set, or when the run is told to stop."""
        if event.is_set() or self._stopping.is_set():
            return
        waits = [asyncio.create_task(each.wait()) for each in (event, self._stopping)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
