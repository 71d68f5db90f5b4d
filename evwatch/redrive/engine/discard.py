"""Deletes messages that were saved before, so that they can be put back."""

from __future__ import annotations

from collections.abc import Sequence

from evwatch.deadletters.lease import Lease
from evwatch.model.deadletter import DeadLetter
from evwatch.model.report import SkipCode
from evwatch.redrive.engine.deleting import Deleter
from evwatch.redrive.engine.hand import Outcome
from evwatch.redrive.engine.tools import Shift


class Discards:
    """Writes whole messages down, then deletes them, then writes that down."""

    def __init__(self, shift: Shift, lease: Lease) -> None:
        self._tools = shift.tools
        self._job = shift.job
        self._tally = shift.tally
        self._decided = shift.decided
        self._deleter = Deleter(shift, lease)

    async def move(self, letters: Sequence[DeadLetter]) -> Outcome:
        """Save and delete. Raises EvwatchError."""
        job = self._job
        meant = await self._tools.journal.discard(
            job.run, job.incarnation, job.dlq.arn, [(letter.message, letter.group) for letter in letters]
        )
        deleted = await self._deleter.delete(meant)
        failed = [name for name in meant if name not in deleted]
        self._tally.failed += len(failed)
        if job.chosen is not None:
            self._decided |= {letter.id for letter in letters}
        return Outcome(gone=list(deleted), tried=len(meant))

    async def leave_out(self, message_ids: Sequence[str], code: SkipCode) -> None:
        """Nothing is left out: order does not matter to what is deleted."""

    async def written(self) -> None:
        """Return when all that was done is on disk."""
        await self._deleter.written()
