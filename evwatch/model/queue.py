"""SQS queues: what they are, and how many messages they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as it is configured (sqs:GetQueueAttributes); times in seconds."""

    arn: str
    url: str
    name: str
    account: str
    region: str
    fifo: bool
    retention_seconds: int | None = None
    """None, like the others, while only the name is known: its attributes were not read yet, or may not be."""
    visibility_timeout_seconds: int | None = None
    delay_seconds: int | None = None
    maximum_message_bytes: int | None = None
    max_receive_count: int | None = None
    dlq_arn: str | None = None
    redrive_permission: str | None = None
    """RedriveAllowPolicy: `allowAll`, `denyAll` or `byQueue`; None where there is no policy, which allows all."""
    redrive_source_arns: tuple[str, ...] = ()
    """The queues that a `byQueue` policy allows."""
    kms_key_id: str | None = None
    policy: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages a queue holds, approximately (SQS counts are eventually consistent, up to a minute behind)."""

    visible: int
    in_flight: int
    delayed: int
    taken_at: datetime = field(compare=False)

    @property
    def held(self) -> int:
        """Visible and in flight: what looking at a queue cannot make smaller."""
        return self.visible + self.in_flight

    @property
    def total(self) -> int:
        """All that is in the queue: also what is not to be received yet."""
        return self.held + self.delayed
