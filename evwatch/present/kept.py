"""Values that are worked out again only where something that they are made of is another object.

A snapshot holds the same objects as the one before wherever nothing new was read (`pollers.state`), and comparing
thousands of values would cost what this saves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Inputs = tuple[object, ...]


class Kept(Generic[T]):
    """The newest value, and what it was made of."""

    def __init__(self) -> None:
        self._newest: tuple[Inputs, T] | None = None

    def of(self, inputs: Inputs, make: Callable[[], T]) -> T:
        """The value of these inputs."""
        if self._newest is None or not same(self._newest[0], inputs):
            self._newest = inputs, make()
        return self._newest[1]


def same(before: Inputs, after: Inputs) -> bool:
    """The same objects, or numbers that are equal."""
    return len(before) == len(after) and all(
        a is b or (isinstance(a, int | float) and a == b) for a, b in zip(before, after, strict=True)
    )
