"""A run: one redrive, delete, undo, import or switch that was started, and how it gets on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

RunKind = Literal["redrive", "delete", "undo", "import", "edit", "pause", "resume"]
"""The last two switch a consumer or a rule off and on, and move nothing."""
SWITCHES: tuple[RunKind, ...] = ("pause", "resume")
Engine = Literal["native", "journal"]
RunStatus = Literal["running", "completed", "stopped", "cancelled", "interrupted"]
"""`running` while a process works on it; `interrupted` where that process was stopped or died: it can be resumed."""
Phase = Literal["starting", "moving", "paused", "waiting", "cancelling", "releasing", "watching", "done"]
"""`waiting`: for messages that are hidden until a lease of them runs out. `cancelling`: SQS goes on moving for a
while after it was told to end."""
Verdict = Literal["passed", "bounced", "unproven"]
"""`unproven`: nothing came back, but the watch was shorter than a bounce takes."""
Stop = Literal["cancel", "interrupt"]
"""Who ends a run early: an operator who wants no more of it, or a process that has to go."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is known of a run from its beginning."""

    id: str
    kind: RunKind
    engine: Engine
    queue_arn: str
    queue_url: str
    queue_name: str
    """Of a switch: the ARN and name of what was switched, and no URL."""
    context: str
    """Name of the context that it was started in."""
    endpoint_url: str | None
    started_at: datetime
    caller_arn: str = ""
    """Who AWS said the caller was."""
    host: str = ""
    reason: str = ""
    """Why, in the operator's words."""
    request: str = "{}"
    """What was asked for, as JSON, so that it can be resumed as it was begun."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a run gets on."""

    run: str
    phase: Phase
    kind: RunKind = "redrive"
    sent: int = 0
    """In a delete, as in its report, what was deleted."""
    deleted: int = 0
    failed: int = 0
    undecided: int = 0
    skipped: int = 0
    bounced: int = 0
    expected: int | None = None
    """Messages that the run is about, as far as is known."""
    rate: float = 0.0
    """Messages sent a second, lately; of a delete, deleted."""
    eta_seconds: float | None = None
    seconds_left: float | None = field(default=None, compare=False)
    """Of a phase that ends by the clock: the wait for hidden messages, the watch for bounces."""
