"""How fast something gets on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 5.0


class Speed:
    """Units a second over the last few seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def of(self, count: int) -> float:
        """Take note of how many there are by now; returns the speed."""
        now = self._clock()
        self._seen.append((now, count))
        while len(self._seen) > 2 and self._seen[0][0] < now - _WINDOW_SECONDS:
            self._seen.popleft()
        began, before = self._seen[0]
        return round((count - before) / (now - began), 2) if now > began else 0.0
