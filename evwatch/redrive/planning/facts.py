"""What a plan is worked out from: all of it read before, none of it by receiving a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evwatch.model.alarm import Alarm
from evwatch.model.deadletter import DeadLetter
from evwatch.model.flow import Flow
from evwatch.model.look import Look
from evwatch.model.move import Moves
from evwatch.model.queue import Depth, Queue
from evwatch.redrive.journal import Memory


@dataclass(frozen=True)
class Facts:
    """What is known around a DLQ."""

    queue: Queue
    depth: Depth
    context: str
    now: datetime
    flow: Flow = field(default_factory=Flow)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    """The sources and targets among the queues, by ARN, as far as their attributes could be read."""
    depths: Mapping[str, Depth] = field(default_factory=dict)
    """Theirs, by ARN."""
    alarms: tuple[Alarm, ...] = ()
    moves: Moves = field(default_factory=Moves)
    """SQS's own redrives of this queue."""
    memory: Memory = field(default_factory=Memory)
    caller_arn: str = ""
    look: Look | None = None
    """The reading that messages were chosen from."""
    chosen: tuple[DeadLetter, ...] | None = None
    """None: the whole queue."""
    no_target: Mapping[str, str] = field(default_factory=dict)
    """Of the chosen ones that cannot go anywhere: the code by MessageId."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """By target ARN: what would be sent there for one message, where that is not the message as it is."""
    to: Queue | None = None
    """The one queue that all are to go to."""

    @property
    def messages(self) -> int:
        """How many are meant: those that were chosen, or all that SQS counts in the queue."""
        return self.depth.total if self.chosen is None else len(self.chosen)
