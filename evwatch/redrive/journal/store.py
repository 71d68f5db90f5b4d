"""The journal's file: one thread writes it, and what was asked for meanwhile goes to disk together."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from evwatch.model.fault import EvwatchError, Fault
from evwatch.redrive.folder import journal_file
from evwatch.redrive.journal import schema
from evwatch.redrive.journal.connection import Connection

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_BUSY_SECONDS = 15.0
"""Another evwatch, redriving another queue, holds the file only for the time of a commit."""
_TOGETHER = 64
_LAZY_SECONDS = 0.05
_RESERVE_BYTES = 16 * 1024 * 1024
"""Kept free, so that outcomes can be recorded after the last message that fitted."""


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    done: asyncio.Future[T]
    loop: asyncio.AbstractEventLoop
    alone: bool = False
    """Not within a transaction."""
    lazy: bool = False
    """May wait a moment for others to go to disk with."""

    def reject(self, error: BaseException) -> None:
        def unless_left() -> None:
            if not self.done.done():
                self.done.set_exception(error)

        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            self.loop.call_soon_threadsafe(unless_left)


Done = list[tuple[asyncio.Future[Any], Any]]


def _resolve(jobs: Sequence[_Job[Any]], results: Sequence[Any]) -> None:
    """Give each its result; whoever waits in one loop is woken together, since each waking is a system call."""
    by_loop: dict[asyncio.AbstractEventLoop, Done] = {}
    for job, result in zip(jobs, results, strict=True):
        by_loop.setdefault(job.loop, []).append((job.done, result))
    for loop, done in by_loop.items():
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(_set, done)


def _set(done: Done) -> None:
    for future, result in done:
        if not future.done():  # nobody has left meanwhile
            future.set_result(result)


class Store:
    """A SQLite file that survives a power cut: what `run` has returned from is on disk (WAL, `synchronous=FULL`).

    Several pieces of work that wait at the same time share one transaction, so that many small ones cost one flush.
    """

    def __init__(self, folder: Path) -> None:
        self.path = journal_file(folder)
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._waiting: deque[_Job[Any] | None] = deque()
        self._thread: Thread | None = None

    async def run(self, work: Work[T], *, lazily: bool = False) -> T:
        """Do this within a transaction and return what it gives once that is on disk.

        What nobody is held up by is done `lazily`: with the next that cannot wait, or else after a moment. `work` may
        be called twice, so it must do nothing but speak to the database. Raises EvwatchError with a `journal` fault
        where the file cannot be written: then nothing of it is on disk.
        """
        if self._thread is None:
            self._thread = Thread(target=self._serve, name="evwatch journal", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        job: _Job[T] = _Job(work, loop.create_future(), loop, lazy=lazily)
        self._jobs.put(job)
        result: T = await job.done
        return result

    async def close(self) -> None:
        """End the thread once all that was asked for is done."""
        if self._thread:
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def truncate(self) -> None:
        """Empty the side file, in which what was overwritten may still stand."""
        if self._thread is None:
            return
        loop = asyncio.get_running_loop()
        job: _Job[None] = _Job(_checkpoint, loop.create_future(), loop, alone=True)
        self._jobs.put(job)
        await job.done

    def require_room(self, size: int) -> None:
        """Raises EvwatchError where the disk has no room for this many bytes."""
        folder = self.path.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise unwritable(self.path, error) from error
        if free < size + _RESERVE_BYTES:
            raise EvwatchError(
                Fault(
                    "journal",
                    f"the disk of {folder} has {free // 2**20} MiB left, and {(size + _RESERVE_BYTES) // 2**20} MiB "
                    "may be needed to keep the messages safe",
                    "make room there, or name another folder with EVWATCH_STATE_FOLDER",
                )
            )

    def _serve(self) -> None:
        connection: sqlite3.Connection | None = None
        try:
            while jobs := self._next():
                try:
                    connection = connection or self._connect()
                except (sqlite3.Error, OSError, EvwatchError) as error:
                    # Whoever asks next may find it mended: evwatch lives for days.
                    told = error if isinstance(error, EvwatchError) else unwritable(self.path, error)
                    for job in jobs:
                        job.reject(told)
                else:
                    self._do(connection, jobs)
        finally:
            if connection:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its side files (-wal, -shm) the permissions that it finds on the file itself.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, factory=Connection)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: else a flush may end in the drive's own memory
            connection.execute("PRAGMA checkpoint_fullfsync = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
            connection.execute("PRAGMA journal_size_limit = 67108864")
            schema.prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _next(self) -> list[_Job[Any]]:
        """What may share the next transaction; nothing where the end was asked for and all before it is done."""
        waiting = self._waiting
        if not waiting:
            waiting.append(self._jobs.get())
        until = time.monotonic() + _LAZY_SECONDS
        with suppress(Empty):
            while all(job and job.lazy for job in waiting):
                waiting.append(self._jobs.get(timeout=max(0.0, until - time.monotonic())))
            while True:
                waiting.append(self._jobs.get_nowait())
        first = waiting.popleft()
        if first is None:
            return []
        jobs = [first]
        while waiting and len(jobs) < _TOGETHER and not first.alone:
            job = waiting[0]
            if job is None or job.alone:
                break
            jobs.append(job)
            waiting.popleft()
        return jobs

    def _do(self, connection: sqlite3.Connection, jobs: list[_Job[Any]]) -> None:
        transaction = not jobs[0].alone
        try:
            if transaction:
                connection.execute("BEGIN IMMEDIATE")
            results = [job.work(connection) for job in jobs]
            if transaction:
                connection.execute("COMMIT")
        except Exception as error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            if len(jobs) > 1:  # the fault of one is not that of the others
                for job in jobs:
                    self._do(connection, [job])
            else:
                known = isinstance(error, (sqlite3.Error, OSError))
                jobs[0].reject(unwritable(self.path, error) if known else error)
            return
        _resolve(jobs, results)


def _checkpoint(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def unwritable(path: Path, error: BaseException) -> EvwatchError:
    """What is told where the journal cannot be written."""
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    hint = "nothing is sent without it: make it writable, or name another folder with EVWATCH_STATE_FOLDER"
    return EvwatchError(Fault("journal", f"cannot write the journal {path} ({why})", hint))
