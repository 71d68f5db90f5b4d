"""A message move task: a redrive that SQS does by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MoveStatus = Literal["RUNNING", "COMPLETED", "CANCELLING", "CANCELLED", "FAILED"]


@dataclass(frozen=True, slots=True)
class MoveTask:
    """A task as SQS describes it (ListMessageMoveTasks)."""

    status: str
    """SQS's own word: one of `MoveStatus`, or a newer one."""
    handle: str | None = None
    """Only while it runs."""
    moved: int = 0
    to_move: int | None = None
    """None until SQS has counted."""
    destination_arn: str | None = None
    """None where each message goes back to its own source."""
    rate: int | None = None
    failure_reason: str | None = None
    started_at: datetime | None = None

    @property
    def active(self) -> bool:
        """It holds its queue: no second one may start."""
        return self.status in ("RUNNING", "CANCELLING")


@dataclass(frozen=True, slots=True)
class Moves:
    """What can be seen of the move tasks of one queue."""

    tasks: tuple[MoveTask, ...] = ()
    """Newest first."""
    supported: bool = True
    """Whether the endpoint knows such tasks."""
    seen: bool = True
    """Whether they may be listed; where not, one may be running."""

    @property
    def active(self) -> bool:
        """One is at work: only the newest can be, as a queue has one at a time."""
        return bool(self.tasks) and self.tasks[0].active
