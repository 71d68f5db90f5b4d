"""What is written of runs and messages, and what is asked of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from evwatch.model.clock import Clock
from evwatch.model.deadletter import Message
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import SkipCode
from evwatch.model.run import Run, RunStatus, Verdict
from evwatch.redrive.journal import claims, reports, runs, saved
from evwatch.redrive.journal.entries import Claim, Claimed, Memory, Met, Settled
from evwatch.redrive.journal.reports import Record
from evwatch.redrive.journal.store import Store

REMEMBERED = timedelta(days=15)
"""No message lives longer than 14 days in a queue, so none that is met again is older than that (SQS quotas)."""


class Journal:
    """Every run and what it did with each message. What a method has returned from is on disk.

    All methods raise EvwatchError with a `journal` fault where the file cannot be read or written.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._store = Store(folder)
        self._clock = clock

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists()

    async def close(self) -> None:
        """Let go of the file."""
        await self._store.close()

    async def begin(self, run: Run, chosen: Mapping[str, str], room: int, *, before: str = "") -> None:
        """Write a new run, with what it chose (SHA-256 of the body by MessageId; none: the whole queue).

        Of a switch its state `before` is kept instead. `room` is how many bytes of messages are to be expected; where
        the disk has no room for them it is refused.
        """
        self._store.require_room(room * 2)
        now = self._now

        def work(db: sqlite3.Connection) -> None:
            runs.drop_before(db, now - REMEMBERED.total_seconds())
            runs.begin(db, run, chosen, before)

        await self._store.run(work)

    async def resume(self, run_id: str) -> int:
        """Take an interrupted run up again; returns its new incarnation."""
        return await self._store.run(lambda db: runs.resume(db, run_id))

    async def settle_the_dead(self, queue_arn: str) -> None:
        """What was on its way out when its process died may have arrived: nobody knows.

        Call it holding the queue's lock, which proves that no run of it is alive on this host.
        """
        await self._store.run(lambda db: runs.settle_the_dead(db, queue_arn))

    async def claim(
        self, run_id: str, incarnation: int, queue_arn: str, wanted: Sequence[Claim], *, send_undecided: bool = False
    ) -> list[Claimed]:
        """Say of each message whether this run may send it, and write down that it is about to.

        Exactly one claim of a message is answered `send`, however often it is received and by whatever run.
        """
        now = self._now
        asking = claims.Asking(run_id, incarnation, queue_arn, now, send_undecided)
        return await self._store.run(lambda db: [claims.claim(db, asking, each) for each in wanted])

    async def settle(self, run_id: str, outcomes: Sequence[Settled]) -> list[str]:
        """Write down how sending ended; returns the state that each message is in by that.

        A refusal proves nothing about an earlier attempt: who may have been sent before stays undecided.
        """
        now = self._now
        return await self._store.run(lambda db: [claims.settle(db, run_id, each, now) for each in outcomes])

    async def discard(
        self, run_id: str, incarnation: int, queue_arn: str, meant: Sequence[tuple[Message, str]]
    ) -> list[str]:
        """Save messages, each with its failure group, that are about to be deleted; returns those that may be."""
        asking = claims.Asking(run_id, incarnation, queue_arn, self._now)

        def work(db: sqlite3.Connection) -> list[str]:
            return [message.id for message, group in meant if claims.discard(db, asking, message, group)]

        return await self._store.run(work)

    async def leave_out(
        self, run_id: str, incarnation: int, queue_arn: str, message_ids: Sequence[str], code: SkipCode, group: str = ""
    ) -> None:
        """Write down that messages are not sent, and why."""
        now = self._now

        def work(db: sqlite3.Connection) -> None:
            for message_id in message_ids:
                claims.leave_out(db, claims.Asking(run_id, incarnation, queue_arn, now), message_id, code, group)

        await self._store.run(work)

    async def deleted(self, run_id: str, queue_arn: str, message_ids: Sequence[str]) -> None:
        """Write down that SQS has deleted messages that were sent, by this run or an earlier one.

        What another run may have sent is gone by that. What another has saved and failed to delete stays so: it is this
        run that took it out of the queue, and it must not be put back for both.
        """
        now = self._now

        def work(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE messages SET deleted_at = iif(state = 'sent' OR run = ?, ?, deleted_at),"
                " gone_at = iif(state = 'undecided' AND run != ?, coalesce(gone_at, ?), gone_at)"
                " WHERE queue_arn = ? AND message_id = ? AND deleted_at IS NULL",
                ((run_id, now, run_id, now, queue_arn, name) for name in message_ids),
            )

        await self._store.run(work, lazily=True)

    async def met_again(self, run_id: str, met: Sequence[Met]) -> tuple[set[str], set[str]]:
        """Of messages that are in the queue now: those that this run has sent for sure, and those that only failed the
        same way."""
        return await self._store.run(lambda db: claims.met_again(db, run_id, met)) if met else (set(), set())

    async def read_whole(self, run_id: str, incarnation: int, queue_arn: str, left: Collection[str] = ()) -> None:
        """Write down that a complete reading of the queue has ended: what it did not meet is not there any more.

        `left` are the MessageIds of what it met and left there. Where that is nothing, gone is also what the run itself
        has sent and is not sure to have deleted.
        """
        now, there = self._now, frozenset(left)

        def work(db: sqlite3.Connection) -> None:
            unmet = db.execute(
                "SELECT number, message_id FROM messages WHERE queue_arn = ? AND gone_at IS NULL AND deleted_at IS NULL"
                " AND state IN ('sent', 'undecided', 'discarded') AND run IN (SELECT id FROM runs WHERE kind IN"
                " ('redrive', 'edit', 'delete')) AND (message_id NOT IN"
                " (SELECT message_id FROM messages WHERE run = ? AND incarnation = ?) OR run = ? AND state = 'sent')",
                (queue_arn, run_id, incarnation, "" if there else run_id),
            )
            gone = [(now, row["number"]) for row in unmet if row["message_id"] not in there]
            db.executemany("UPDATE messages SET gone_at = ? WHERE number = ?", gone)

        await self._store.run(work)

    async def chosen(self, run_id: str) -> frozenset[str] | None:
        """What a run was begun with: MessageIds, or None where that was the whole queue."""
        return await self._store.run(lambda db: runs.chosen(db, run_id))

    async def unmet(self, run_id: str, code: SkipCode, message_ids: Sequence[str] | None = None) -> None:
        """Write down that what was chosen and never met is left out, and why; all of it, or these alone."""
        now = self._now
        names = "" if message_ids is None else " AND message_id = ?"

        def work(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE messages SET state = 'skipped', code = ?, settled_at = ? WHERE run = ? AND state = 'planned'"
                + names,
                [(code, now, run_id)] if message_ids is None else [(code, now, run_id, name) for name in message_ids],
            )

        await self._store.run(work)

    async def end(
        self,
        run_id: str,
        status: RunStatus,
        *,
        remaining: int | None,
        verdict: Verdict | None = None,
        fault: Fault | None = None,
    ) -> None:
        """Close a run."""
        now = self._now
        await self._store.run(lambda db: runs.end(db, run_id, status, now, remaining, verdict, fault))

    async def update(self, run_id: str, **columns: Any) -> None:
        """Change columns of a run: `task_handle`, `moved`, `cancel`, `verdict`, `after` and their kin."""
        names = ", ".join(f"{name} = ?" for name in columns)

        def work(db: sqlite3.Connection) -> None:
            db.execute(f"UPDATE runs SET {names} WHERE id = ?", (*columns.values(), run_id))

        await self._store.run(work)

    async def cancel_asked(self, run_id: str) -> bool:
        """Whether another process asked this run to end."""

        def work(db: sqlite3.Connection) -> bool:
            row = db.execute("SELECT cancel FROM runs WHERE id = ?", (run_id,)).fetchone()
            return bool(row and row["cancel"])

        return await self._store.run(work)

    async def memory(self, queue_arn: str) -> Memory:
        """What earlier runs left behind on a queue."""
        return await self._store.run(lambda db: reports.memory(db, queue_arn))

    async def record(self, run_id: str) -> Record:
        """A run as it is written. Raises EvwatchError (`not-found`) where there is none."""
        found = await self._store.run(lambda db: reports.records(db, self.path, run_id))
        if not found:
            raise EvwatchError(Fault("not-found", f'there is no run "{run_id}"', "`evwatch dlq runs` lists them"))
        return found[0]

    async def records(self) -> list[Record]:
        """Every run that was not forgotten, newest first."""
        return await self._store.run(lambda db: reports.records(db, self.path))

    async def messages(self, run_id: str) -> list[dict[str, Any]]:
        """What came of each message of a run, in the order in which they were met."""
        return await self._store.run(lambda db: reports.messages(db, run_id))

    async def deleted_messages(self, run_id: str, after: int, most: int) -> list[tuple[int, Message]]:
        """Whole messages that a run has deleted for sure, some at a time: those numbered above `after`."""
        return await self._store.run(lambda db: saved.deleted(db, run_id, after, most))

    async def content(self, run_id: str, message_id: str) -> Message | None:
        """One whole message of a run; None where it was not saved, or was forgotten."""
        return await self._store.run(lambda db: saved.content(db, run_id, message_id))

    async def originals(self, queue_arn: str, message_ids: Sequence[str]) -> dict[str, Message]:
        """What messages were before evwatch put them into this queue, by undo or import: by their MessageId now."""
        return await self._store.run(lambda db: saved.originals(db, queue_arn, message_ids))

    async def undone_by(self, run_id: str) -> list[tuple[str, RunStatus]]:
        """The runs that put back what this one deleted, each with its status."""
        return await self._store.run(lambda db: runs.undone_by(db, run_id))

    async def forget(self, run_id: str) -> None:
        """Overwrite all that a run holds of its messages. That they were sent is still remembered, by id alone."""
        await self._store.run(lambda db: runs.forget(db, run_id))
        await self._store.truncate()

    @property
    def _now(self) -> float:
        return self._clock.now().timestamp()
