"""FIFO: the messages of a group one after the other, and none after one that did not go."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from evwatch.deadletters.lease import Lease
from evwatch.model.deadletter import DeadLetter
from evwatch.redrive.engine.hand import Hands


class Groups:
    """Moves the message groups of what was received together, side by side, each in its order."""

    def __init__(self, hands: Hands, lease: Lease) -> None:
        self._hands = hands
        self._lease = lease
        self._stopped: set[str] = set()

    async def move(self, letters: Sequence[DeadLetter]) -> int:
        """Send, delete, next; returns how many were sent. Raises EvwatchError."""
        lanes: dict[str, deque[DeadLetter]] = {}
        for letter in letters:
            lanes.setdefault(letter.message_group_id or "", deque()).append(letter)
        sent = 0
        while heads := [lane for name, lane in lanes.items() if lane and name not in self._stopped]:
            sent += await self._round(heads)
        for name, lane in lanes.items():
            if name in self._stopped and lane:
                await self._hands.leave_out([letter.id for letter in lane], "group-stopped")
        return sent

    async def _round(self, lanes: Sequence[deque[DeadLetter]]) -> int:
        """The first message of each group."""
        outcome = await self._hands.move([lane[0] for lane in lanes])
        gone, withdrawn = set(outcome.gone), set(outcome.withdrawn)
        for lane in lanes:
            letter = lane.popleft()
            if letter.id in withdrawn:
                # Shown again in their order, the first of them was already; they will be met once more.
                names = [each.id for each in lane]
                await self._lease.release(names)
                self._lease.drop(names)
                lane.clear()
            elif letter.id not in gone:
                self._stopped.add(letter.message_group_id or "")
        return outcome.tried
