"""A few messages first, of as many kinds as possible: what comes back of them tells of the rest."""

from __future__ import annotations

from collections.abc import Sequence

from evwatch.deadletters.lease import Lease
from evwatch.model.deadletter import DeadLetter
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.letters import letters_of
from evwatch.redrive.engine.tools import Shift

_SAMPLE = 100
_SAMPLE_PER_CANARY = 10
_EMPTY_RECEIVES = 3


async def send_canary(crew: Crew, count: int) -> int:
    """Send so many, spread over the failure groups; in FIFO only what is the head of its message group.

    Returns how many were sent. What was received besides is shown again at once. Raises EvwatchError.
    """
    shift = crew.shift
    async with crew.lease() as lease:
        hands = crew.hands(lease)
        picked = spread(await _sample(shift, lease, max(_SAMPLE, count * _SAMPLE_PER_CANARY)), count)
        before = shift.tally.sent
        while picked and not shift.tools.control.stop:
            await hands.move(picked[:10])
            picked = picked[10:]
        await hands.written()
    return shift.tally.sent - before


async def _sample(shift: Shift, lease: Lease, most: int) -> list[DeadLetter]:
    tools, job = shift.tools, shift.job
    found: list[DeadLetter] = []
    heads: set[str | None] = set()
    empty = 0
    while len(found) < most and empty < _EMPTY_RECEIVES and not tools.control.stop:
        received = await lease.receive(10)
        empty = 0 if received else empty + 1
        for letter in await letters_of(shift, received):
            if job.dlq.fifo:
                if letter.message_group_id in heads:
                    continue
                heads.add(letter.message_group_id)
            if job.chosen is None or letter.id in job.chosen:
                found.append(letter)
        if lease.holding >= job.there:
            break
    return found


def spread(letters: Sequence[DeadLetter], count: int) -> list[DeadLetter]:
    """So many of them, one of each failure group in turn, beginning with the largest."""
    groups: dict[str, list[DeadLetter]] = {}
    for letter in letters:
        groups.setdefault(letter.group, []).append(letter)
    lanes = sorted(groups.values(), key=len, reverse=True)
    picked: list[DeadLetter] = []
    for place in range(max(map(len, lanes), default=0)):
        picked += [lane[place] for lane in lanes if place < len(lane)]
    return picked[:count]
