"""What came of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from evwatch.model.fault import Fault
from evwatch.model.run import Engine, RunKind, RunStatus, Verdict

SkipCode = Literal[
    "cancelled",
    "changed",
    "deleted-before",
    "expired",
    "gone",
    "group-stopped",
    "hidden",
    "input-unknown",
    "lease-ran-out",
    "no-group",
    "no-payload",
    "no-target",
    "not-reached",
    "other-region",
    "run-ended",
    "sent-before",
    "target-missing",
    "target-refuses",
    "too-large",
    "truncated",
]
"""Why a run leaves a message out, where it was no fault: that has a code of its own."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that the target refused: it was not sent, and stays in the DLQ."""

    id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message that was meant, but not sent; the code says why."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """What came of one failure group."""

    group: str
    sent: int
    bounced: int
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run, message by message where the engine knows them; of a switch it has no messages.

    `planned` is the sum of `sent`, `failed`, `skipped` and `undecided`. What a delete takes out of the queue goes into
    the journal and no further: of it `sent` counts what has gone there for good, so that the sum holds for every run.
    """

    run: str
    kind: RunKind
    queue: str
    queue_arn: str
    context: str
    engine: Engine
    status: RunStatus
    planned: int
    sent: int
    deleted: int
    failed: tuple[Failed, ...]
    skipped: tuple[Skipped, ...]
    undecided: tuple[str, ...]
    """Sent perhaps: no answer proves either. They stay in the DLQ and are sent again only when told to."""
    bounced: tuple[str, ...]
    """MessageIds that came back, as they are in the DLQ now."""
    probably_bounced: int
    verdict: Verdict | None
    remaining: int | None
    """Messages in the DLQ after it, as SQS counts them; None where that could not be read."""
    started_at: datetime
    ended_at: datetime | None
    journal: str
    """Path of the file that holds the run."""
    not_deleted: tuple[str, ...] = ()
    """Sent, but still in the DLQ as far as is known. A later run deletes them and sends none again."""
    groups: tuple[GroupOutcome, ...] = ()
    reason: str = ""
    caller_arn: str = ""
    host: str = ""
    fault: Fault | None = None
    """What ended it early, where something did."""
    before: str = ""
    """Of a switch (`pause`, `resume`): its state before, in the service's word."""
    after: str = ""
    """And after; empty where that is not known."""

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """What is undecided and stays so. While it runs, the journal cannot tell this from what is on its way."""
        return () if self.status == "running" else self.undecided

    @property
    def on_the_way(self) -> int:
        """How many messages are being sent."""
        return len(self.undecided) - len(self.in_doubt)

    @property
    def left_behind(self) -> tuple[str, ...]:
        """What was sent and stays in the DLQ. While the run goes on, what is being deleted looks the same."""
        return () if self.status == "running" else self.not_deleted

    @property
    def clean(self) -> bool:
        """Everything that was meant is where it should be."""
        whole = self.status == "completed" and self.fault is None
        return whole and not (self.failed or self.undecided or self.bounced or self.not_deleted)


@dataclass(frozen=True, slots=True)
class RunDetails:
    """A run, and what came of each of its messages."""

    report: Report
    messages: tuple[Mapping[str, Any], ...]
    """As the journal holds them, in the order in which they were met."""
    undone_by: str = ""
    """The run that put back what this one deleted."""
