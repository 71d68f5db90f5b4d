"""Many messages are decoded in their order, and what runs beside gets its turn as often as they are large."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from evwatch.deadletters.decode import decode_all
from evwatch.model.deadletter import Message


async def turns_beside(messages: list[Message], surroundings: Any) -> int:
    turns = 0

    async def beside() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(beside())
    await asyncio.sleep(0)
    began = turns
    letters = await decode_all(messages, surroundings)
    other.cancel()
    assert [letter.id for letter in letters] == [message.id for message in messages]
    return turns - began


@pytest.mark.parametrize(
    ("characters", "messages", "at_least"),
    [(900_000, 10, 9), (60_000, 40, 9), (10, 200, 5), (10, 3, 0)],
    ids=["a MiB each", "60 kB each", "many small ones", "a few small ones"],
)
async def test_the_screen_gets_its_turn_between_large_messages(
    characters: int, messages: int, at_least: int, around: Any
) -> None:
    body = json.dumps({"text": "x" * characters})
    given = [Message(f"m-{number}", body) for number in range(messages)]
    turns = await turns_beside(given, around())
    assert turns >= at_least if at_least else turns == 0
