"""Finding a thing by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
Rank = tuple[int, int, int]

_BREAKS = "-_./: ="


def best(query: str, things: Iterable[T], name: Callable[[T], str], most: int) -> list[T]:
    """The things whose names fit the query, the closest first; all of them, in their own order, where it is empty."""
    words = query.casefold().split()
    if not words:
        return [thing for thing, _ in zip(things, range(most), strict=False)]
    ranked: list[tuple[Rank, int, T]] = []
    for place, thing in enumerate(things):
        found = rank(words, name(thing).casefold())
        if found:
            ranked.append((found, place, thing))
    ranked.sort(key=lambda each: each[:2])
    return [thing for _, _, thing in ranked[:most]]


def rank(words: list[str], name: str) -> Rank | None:
    """How close a name is (less is closer): whole, at the start, at the start of a part, anywhere, letters in order."""
    worst = 0
    first = 0
    for word in words:
        place = name.find(word)
        if place < 0:
            if len(words) > 1 or not _in_order(word, name):
                return None
            worst = 4
        elif name == word:
            worst = max(worst, 0)
        elif place == 0:
            worst = max(worst, 1)
        elif name[place - 1] in _BREAKS:
            worst = max(worst, 2)
        else:
            worst = max(worst, 3)
        first = max(first, place)
    return worst, first, len(name)


def _in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)
