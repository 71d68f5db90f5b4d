"""Decoding many messages without holding up everything else that runs: the screen must stay alive."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from evwatch.deadletters.decode.letter import decode
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.model.deadletter import DeadLetter, Message

_AT_ONCE = 250_000
"""Characters between two breaths: a few milliseconds. A body of 1 MiB takes thirty by itself."""
_EACH = 10_000
"""What a small message costs, in the characters that take as long."""


async def decode_all(messages: Iterable[Message], surroundings: Surroundings) -> tuple[DeadLetter, ...]:
    """The letters in their order."""
    letters: list[DeadLetter] = []
    read = 0
    for message in messages:
        if read and read + len(message.body) > _AT_ONCE:
            await asyncio.sleep(0)
            read = 0
        letters.append(decode(message, surroundings))
        read += len(message.body) + _EACH
    return tuple(letters)
