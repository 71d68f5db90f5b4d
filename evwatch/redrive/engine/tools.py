"""What the parts of the engine share."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from evwatch.aws.clients import Caller
from evwatch.model.clock import Clock
from evwatch.model.fault import Fault
from evwatch.model.flow import Flow
from evwatch.model.queue import Queue
from evwatch.redrive.control import Control
from evwatch.redrive.journal import Journal

_MOST_SENDS = 4
_MESSAGES_PER_SEND = 300


@dataclass(frozen=True, slots=True)
class Tools:
    """A run's way to AWS, to the disk and to whoever steers it."""

    caller: Caller
    clock: Clock
    random: Random
    journal: Journal
    control: Control


@dataclass(frozen=True, slots=True)
class Job:
    """What one run is to do."""

    run: str
    incarnation: int
    dlq: Queue
    lease_seconds: int
    flow: Flow = field(default_factory=Flow)
    """What is known around the DLQ."""
    chosen: frozenset[str] | None = None
    """MessageIds; None: the whole queue."""
    rate: float | None = None
    there: int = 0
    """Messages in the DLQ at the beginning, as SQS counts."""
    most: int | None = None
    """Messages sent at most, so that those that arrive meanwhile cannot keep it going for ever."""
    send_undecided: bool = False
    put_back: bool = False
    """The DLQ holds messages that evwatch itself put there."""
    discards: bool = False
    """Messages are not sent anywhere, but deleted once they are saved."""
    stop_on_bounce: float | None = None
    """Percent of what was sent: when more than this has come back, the run ends."""

    @property
    def sends_at_once(self) -> int:
        """What is on its way when the process is killed is in doubt, so a small run has one request on its way."""
        meant = self.there if self.chosen is None else len(self.chosen)
        return max(1, min(_MOST_SENDS, meant // _MESSAGES_PER_SEND))

    @property
    def send_seconds(self) -> float:
        """How long a request may take: with the lease renewed at three quarters, its delete still falls within it."""
        return min(25.0, self.lease_seconds * 0.4)

    @property
    def least_left(self) -> float:
        """How much lease a message must have left to be sent."""
        return self.send_seconds + self.lease_seconds * 0.1


@dataclass(slots=True)
class Tally:
    """What a run has done so far in this process; the journal has the whole of it."""

    sent: int = 0
    deleted: int = 0
    failed: int = 0
    undecided: int = 0
    skipped: int = 0
    bounced: int = 0


@dataclass(slots=True)
class Halt:
    """Ends a run because of what went wrong: the first fault counts."""

    control: Control
    fault: Fault | None = None
    defect: BaseException | None = field(default=None, repr=False)
    tripped: bool = False
    """Too much came back."""

    def because(self, fault: Fault) -> None:
        """End the run at the next safe point."""
        if self.fault is None and self.defect is None:
            self.fault = fault
        self.control.end("interrupt")

    def trip(self) -> None:
        """End the run at the next safe point, because too much comes back."""
        self.tripped = True
        self.control.end("interrupt")

    def by_defect(self, error: BaseException) -> None:
        """End the run at the next safe point; the error comes out after that."""
        self.defect = self.defect or error
        self.control.end("interrupt")


@dataclass(frozen=True, slots=True)
class Shift:
    """One run in this process, as every part of the engine sees it."""

    tools: Tools
    job: Job
    halt: Halt
    tally: Tally = field(default_factory=Tally)
    decided: set[str] = field(default_factory=set)
    """Chosen messages that were dealt with; kept only where some were chosen."""
