"""One run for each queue on one host."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evwatch.model.fault import EvwatchError, Fault
from evwatch.redrive.journal.store import unwritable

_MOMENT_SECONDS = 0.02


@contextmanager
def locked(folder: Path, queue_arn: str, queue_name: str) -> Iterator[None]:
    """Hold the lock of a queue. The system lets go of it when the process ends, however that happens.

    Raises EvwatchError: `refused` where another process holds it, `journal` where the lock cannot be made.
    """
    descriptor = _open(folder, queue_arn)
    try:
        if not _try(descriptor, times=3):  # whoever only asks holds it for a moment
            holder = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip()
            where = f" (process {holder})" if holder.isdigit() else ""
            raise EvwatchError(
                Fault(
                    "refused",
                    f"another run of {queue_name} is under way on this host{where}",
                    "wait for it, or end it: `evwatch dlq runs` lists it, `evwatch dlq cancel ID` ends it",
                )
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_locked(folder: Path, queue_arn: str) -> bool:
    """Whether a run of this queue is alive on this host, in this process or another."""
    if not _path(folder, queue_arn).exists():
        return False
    descriptor = _open(folder, queue_arn)
    try:
        return not _try(descriptor)
    finally:
        os.close(descriptor)


def _try(descriptor: int, times: int = 1) -> bool:
    for attempt in range(times):
        if attempt:
            time.sleep(_MOMENT_SECONDS)
        with suppress(BlockingIOError):
            # flock belongs to the open file, not to the process: two runs in one process exclude each other too.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def _open(folder: Path, queue_arn: str) -> int:
    path = _path(folder, queue_arn)
    try:
        for each in (folder, path.parent):  # parents that mkdir makes by itself get a mode of their own
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise unwritable(path, error) from error


def _path(folder: Path, queue_arn: str) -> Path:
    return folder / "locks" / f"{hashlib.sha256(queue_arn.encode(errors='surrogatepass')).hexdigest()[:32]}.lock"
