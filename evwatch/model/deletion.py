"""What somebody wants deleted out of a DLQ."""

from __future__ import annotations

from dataclasses import dataclass, field

from evwatch.model.deadletter import DeadLetter
from evwatch.model.look import LookRequest
from evwatch.model.plan import DEFAULT_LEASE_SECONDS
from evwatch.model.queue import Queue


@dataclass(frozen=True, slots=True)
class Deletion:
    """Each message is saved before it is deleted, so that it can be put back."""

    context: str
    queue: Queue
    guards: LookRequest
    """Which guards of a look are lifted: deleting begins with one."""
    chosen: tuple[DeadLetter, ...] | None = field(default=None, repr=False)
    """None: the whole queue."""
    reason: str = ""
    lease_seconds: int = DEFAULT_LEASE_SECONDS
    """How long a message is hidden from others until it is deleted."""
