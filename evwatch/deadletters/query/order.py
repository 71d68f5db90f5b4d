"""The orders in which dead letters are listed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from evwatch.model.deadletter import DeadLetter

Order = Literal["age", "expiry", "receives", "group"]
ORDERS: tuple[Order, ...] = get_args(Order)


def ordered(letters: Iterable[DeadLetter], by: Order, *, reverse: bool = False) -> tuple[DeadLetter, ...]:
    """The letters in an order that does not depend on the one in which they were read.

    `age`: the oldest first; `expiry`: what goes first is first, what is not known last; `receives`: what was received
    most often first; `group`: the largest group first, and within it the oldest.
    """
    found = list(letters)
    sizes = Counter(letter.group for letter in found)

    def key(letter: DeadLetter) -> tuple[float, str, float, str]:
        sent = letter.sent_at.timestamp()
        match by:
            case "age":
                return (0, "", sent, letter.id)
            case "expiry":
                return (letter.expires_at.timestamp() if letter.expires_at else math.inf, "", sent, letter.id)
            case "receives":
                return (-letter.receive_count, "", sent, letter.id)
            case "group":
                return (-sizes[letter.group], letter.group, sent, letter.id)

    return tuple(sorted(found, key=key, reverse=reverse))
