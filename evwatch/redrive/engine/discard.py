"""Deletes messages that were saved before, so that they can be put back."""

from __future__ import annotations

from collections.abc import Sequence

from evwatch.deadletters.lease import Lease
from evwatch.model.deadletter import DeadLetter
from evwatch.redrive.engine.deleting import Deleter
from evwatch.redrive.engine.hand import Outcome
from evwatch.redrive.engine.tools import Halt, Job, Tally, Tools


class Discards:
    """Writes whole messages down, then deletes them, then writes that down."""

    def __init__(self, tools: Tools, job: Job, halt: Halt, tally: Tally, lease: Lease, decided: set[str]) -> None:
        self._tools = tools
        self._job = job
        self._tally = tally
        self._decided = decided
        self._deleter = Deleter(tools, job, halt, tally, lease)

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

    async def leave_out(self, message_ids: Sequence[str], code: str) -> None:
        """Nothing is left out: order does not matter to what is deleted."""

    async def written(self) -> None:
        """Return when all that was done is on disk."""
        await self._deleter.written()
