"""What was received together: sorted into what is sent, what is only deleted, and what stays where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from evwatch.deadletters.lease import Lease
from evwatch.model.deadletter import DeadLetter
from evwatch.model.report import SkipCode
from evwatch.redrive.engine.deleting import Deleter
from evwatch.redrive.engine.sender import Sender
from evwatch.redrive.engine.tools import Shift
from evwatch.redrive.journal import Claim, Claimed
from evwatch.redrive.targets import NoTarget, Parcel, Router
from evwatch.redrive.targets.names import known_names
from evwatch.redrive.targets.parcel import Routed


@dataclass(slots=True)
class Sorted:
    """What the journal said of the messages of one hand."""

    send: list[Parcel] = field(default_factory=list)
    delete: list[str] = field(default_factory=list)
    repeatable_until: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What came of messages that were received together, by MessageId."""

    gone: list[str] = field(default_factory=list)
    """Sent, now or before."""
    withdrawn: list[str] = field(default_factory=list)
    tried: int = 0
    """Sent, refused or in doubt."""

    def add(self, message_id: str, state: str) -> None:
        """Take note of one."""
        if state == "withdrawn":
            self.withdrawn.append(message_id)
            return
        self.tried += 1
        if state == "sent":
            self.gone.append(message_id)


class Hands:
    """Takes messages from the lease to their outcome, each step written down before the next."""

    def __init__(self, shift: Shift, router: Router, sender: Sender, lease: Lease) -> None:
        self._tools = shift.tools
        self._job = shift.job
        self._halt = shift.halt
        self._tally = shift.tally
        self._decided = shift.decided
        self._router = router
        self._sender = sender
        self._lease = lease
        self._deleter = Deleter(shift, lease)
        self._sending = asyncio.Semaphore(shift.job.sends_at_once)

    async def move(self, letters: Sequence[DeadLetter]) -> Outcome:
        """Send what may be sent and delete what was accepted, or had been before. Raises EvwatchError."""
        routed = [await self._router.route(letter) for letter in letters]
        outcome = Outcome()
        if nowhere := [each for each in routed if isinstance(each, NoTarget)]:
            outcome.gone += (await self._claimed(nowhere)).delete
        for parcels in batches([each for each in routed if isinstance(each, Parcel)]):
            async with self._sending:
                if self._tools.control.stop:
                    outcome.withdrawn += [parcel.letter.id for parcel in parcels]
                    continue
                await self._send(parcels, outcome)
        await self._deleter.delete(outcome.gone)
        # What could not be sent in time is shown again, and will be met once more.
        await self._lease.release(outcome.withdrawn)
        self._lease.drop(outcome.withdrawn)
        return outcome

    async def _send(self, parcels: Sequence[Parcel], outcome: Outcome) -> None:
        found = await self._claimed(parcels)
        outcome.gone += found.delete
        if not found.send:
            return
        settled = await self._sender.deliver(self._lease, found.send, found.repeatable_until)
        states = await self._tools.journal.settle(self._job.run, settled)
        for each, state in zip(settled, states, strict=True):
            self._count(each.message_id, state)
            outcome.add(each.message_id, state)

    async def _claimed(self, routed: Sequence[Routed]) -> Sorted:
        job = self._job
        claims = [self._claim(each) for each in routed]
        answers = await self._tools.journal.claim(
            job.run, job.incarnation, job.dlq.arn, claims, send_undecided=job.send_undecided
        )
        found = Sorted()
        now = self._tools.clock.monotonic()
        for each, answer in zip(routed, answers, strict=True):
            self._sort(found, each, answer, now)
        return found

    async def leave_out(self, message_ids: Sequence[str], code: SkipCode) -> None:
        """These are not sent, for this reason. Raises EvwatchError."""
        job = self._job
        await self._tools.journal.leave_out(job.run, job.incarnation, job.dlq.arn, message_ids, code)
        for message_id in message_ids:
            self._count(message_id, "skipped")

    async def written(self) -> None:
        """Return when all that was done is on disk."""
        await self._deleter.written()

    def _claim(self, routed: Routed) -> Claim:
        letter = routed.letter
        known_as = known_names(letter)
        if isinstance(routed, NoTarget):
            return Claim(letter.message, "", letter.group, False, known_as, refuse=routed.code)
        closed = self._sender.closed.get(routed.target.arn)
        refuse: SkipCode | Literal[""] = "target-refuses" if closed else ""
        target = routed.target
        return Claim(letter.message, target.arn, letter.group, target.repeatable, known_as, refuse)

    def _sort(self, found: Sorted, routed: Routed, answer: Claimed, now: float) -> None:
        message_id = routed.letter.id
        match answer.answer:
            case "send":
                assert isinstance(routed, Parcel)
                found.send.append(routed)
                found.repeatable_until[message_id] = now + answer.repeat_seconds
            case "delete":
                found.delete.append(message_id)
                self._count(message_id, "skipped" if answer.by_other_run else "")
            case "undecided" | "changed" | "refused":
                self._count(message_id, "undecided" if answer.answer == "undecided" else "skipped")
            case "bounce":
                self._came_back()

    def _came_back(self) -> None:
        tally, limit = self._tally, self._job.stop_on_bounce
        tally.bounced += 1
        if limit is not None and tally.bounced * 100 > limit * max(1, tally.sent):
            self._halt.trip()

    def _count(self, message_id: str, state: str) -> None:
        match state:
            case "sent":
                self._tally.sent += 1
            case "undecided":
                self._tally.undecided += 1
            case "failed":
                self._tally.failed += 1
            case "skipped":
                self._tally.skipped += 1
        if state != "withdrawn" and self._job.chosen is not None:
            self._decided.add(message_id)


def batches(parcels: Sequence[Parcel]) -> list[list[Parcel]]:
    """Parcels in requests: one target each, by count and by bytes."""
    by_target: dict[str, list[list[Parcel]]] = {}
    room: dict[str, int] = {}
    for parcel in parcels:
        target = parcel.target
        made = by_target.setdefault(target.arn, [])
        size = parcel.outgoing.size
        if not made or len(made[-1]) >= target.most or room[target.arn] < size:
            made.append([])
            room[target.arn] = target.most_bytes
        made[-1].append(parcel)
        room[target.arn] -= size
    return [batch for made in by_target.values() for batch in made]
