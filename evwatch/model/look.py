"""A look into a queue: what was asked for, what it showed, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from evwatch.model.deadletter import DeadLetter, FailureGroup
from evwatch.model.queue import Queue

Incomplete = Literal["limit", "group-locked", "hidden-by-others", "interrupted"]
DEFAULT_LEASE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class LookRequest:
    """How far to look, and which guards the operator lifts."""

    limit: int | None = None
    """Messages read at most; None: all."""
    lease_seconds: int = DEFAULT_LEASE_SECONDS
    source_queue_too: bool = False
    """Look although nothing names the queue as its DLQ: its messages belong to a live consumer."""
    may_move_on: bool = False
    """Look although the queue has a redrive policy of its own: each look counts towards the next move."""
    fifo: bool = False
    """Look although the queue is FIFO: its groups are locked while they are held, and their order changes after."""


@dataclass(frozen=True, slots=True)
class LookProgress:
    """How a look gets on."""

    phase: Literal["reading", "releasing", "done"]
    seen: int
    approximate: int
    per_second: float = 0.0
    note: str = ""
    """What the operator should know before anything is hidden: that it cannot be released, say."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into a queue showed. It is kept: showing it again reads nothing."""

    queue: Queue
    letters: tuple[DeadLetter, ...]
    approximate: int
    """Messages that the queue held when the look began, as SQS counted."""
    complete: bool
    reason: Incomplete | None
    lease_seconds: int
    released: bool
    """False where messages stay hidden until their lease runs out by itself."""
    notes: tuple[str, ...] = ()
    """What the operator should know: a permission that was missing, receive counts that begin to matter."""
    taken_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """What a short look at a few messages of a DLQ told, where the operator turned sampling on."""

    groups: tuple[FailureGroup, ...]
    """Failure groups among what was seen, largest first."""
    seen: int
    approximate: int
    first_expires_at: datetime | None = None
