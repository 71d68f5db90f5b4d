"""Answers about single resources, kept for a while, where the API's quota is small and the answer seldom changes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

_SPREAD = 0.3


class Memory:
    """Answers by action and resource. What was not asked for between two `sweep`s is forgotten.

    Times of life vary by a third, so that what was read together is not read again all at once.
    """

    def __init__(self, clock: Callable[[], float], random: Random) -> None:
        self._clock = clock
        self._random = random
        self._answers: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self._asked: set[tuple[str, str]] = set()

    def recall(self, action: str, resource: str) -> dict[str, Any] | None:
        """What was answered, or None where nothing is known or it is too old."""
        key = (action, resource)
        self._asked.add(key)
        until, answer = self._answers.get(key, (0.0, {}))
        return answer if self._clock() < until else None

    def keep(self, action: str, resource: str, answer: dict[str, Any], seconds: float) -> None:
        """Remember an answer for about so long."""
        until = self._clock() + seconds * self._random.uniform(1 - _SPREAD, 1 + _SPREAD)
        self._answers[action, resource] = (until, answer)

    def sweep(self) -> None:
        """Forget resources that are there no more."""
        self._answers = {key: known for key, known in self._answers.items() if key in self._asked}
        self._asked.clear()

    def clear(self) -> None:
        """Forget everything: somebody wants to see what is there now."""
        self._answers.clear()
