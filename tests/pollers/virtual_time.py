"""An event loop whose clock stands still while something happens and jumps when nothing does.

Hours of polling pass in milliseconds, and what happens when is exact. For code that waits by asyncio alone: a thread or
a socket is not waited for.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from evwatch.model.clock import Clock

T = TypeVar("T")
BEGINNING = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class _Jump(selectors.DefaultSelector):
    jumped = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits for something that nobody will do")
            self.jumped += max(0.0, timeout)
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.jumped


def in_virtual_time(story: Coroutine[Any, Any, T]) -> T:
    """Run the story to its end."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(story)


def elapsed() -> float:
    """Seconds since the story began."""
    return asyncio.get_running_loop().time() - _Jump.jumped


def virtual_clock() -> Clock:
    """The loop's time, as wall clock and as monotonic one."""
    loop = asyncio.get_running_loop()
    return Clock(lambda: BEGINNING + timedelta(seconds=elapsed()), loop.time)
