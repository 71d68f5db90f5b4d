"""What a redrive would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from evwatch.model.deadletter import DeadLetter
from evwatch.model.queue import Queue
from evwatch.model.run import Engine

EngineChoice = Literal["auto", "native", "journal"]
DEFAULT_LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RedriveRequest:
    """What the operator asks for."""

    to: Queue | None = None
    """One queue for all; None: each message where it failed."""
    rate: float | None = None
    """Messages a second at most."""
    canary: int = 0
    """So many first; the rest only where none of them comes back."""
    stop_on_bounce: float | None = None
    """Percent of what was sent: when more than this has come back, the run ends."""
    watch_seconds: float | None = None
    """How long to watch for what comes back; None: as long as that takes; 0: not at all."""
    engine: EngineChoice = "auto"
    reason: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    """By MessageId, the event that is to be sent instead of the one that failed."""
    lease_seconds: int = DEFAULT_LEASE_SECONDS
    """How long a message is hidden from others while it is moved; a run that dies leaves them hidden for that."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to know before it is done. The code is stable; the README lists all."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """One place where messages would go."""

    arn: str
    messages: int | None
    """None where only reading them would tell."""
    reason: str = ""
    example: str | None = None
    """What would be sent for one of them, where that is not the message as it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Worked out from what was read before; making it calls nothing."""

    queue: Queue
    context: str
    engine: Engine
    engine_reason: str
    exact: bool
    """False where the messages were not read: their number is SQS's own count."""
    messages: int
    bytes: int | None
    targets: tuple[PlannedTarget, ...]
    rate: float | None
    batches: int
    estimated_seconds: float
    estimated_usd: float
    watch_seconds: float
    """How long it will be watched for what comes back; 0 where it is not."""
    bounce_seconds: float | None = None
    """How long a message takes at most to come back; None where that is not known."""
    warnings: tuple[Caution, ...] = ()
    request: RedriveRequest = field(default_factory=RedriveRequest)
    chosen: tuple[DeadLetter, ...] | None = field(default=None, repr=False)
    """None: the whole queue."""
