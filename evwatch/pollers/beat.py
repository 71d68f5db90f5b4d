"""How soon what was read is told to those who show it."""

from __future__ import annotations

from collections.abc import Callable

QUICK_SECONDS = 0.25
CALM_SECONDS = 1.0
"""While nothing is going on but polling: painting four times a second costs more than all that is read meanwhile."""
LIVELY_SECONDS = 5.0
_OPENING_SECONDS = 20.0


class Beat:
    """Quick at the start and after everything that somebody does; then once a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that only grow."""
        self._clock = clock
        self._lively_until = clock() + _OPENING_SECONDS
        self._told_at = float("-inf")

    def stir(self) -> None:
        """Somebody does something, and waits to see what comes of it."""
        self._lively_until = max(self._lively_until, self._clock() + LIVELY_SECONDS)

    def told(self) -> None:
        """It was told just now."""
        self._told_at = self._clock()

    @property
    def rest(self) -> float:
        """Seconds until what has just changed is told, with all that changes meanwhile."""
        now = self._clock()
        return QUICK_SECONDS if now < self._lively_until else max(QUICK_SECONDS, self._told_at + CALM_SECONDS - now)
