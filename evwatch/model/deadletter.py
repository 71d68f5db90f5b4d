"""One message of a dead-letter queue, decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

Origin = Literal["queue", "function", "function-destination", "stream", "rule", "schedule", "topic", "pipe", "unknown"]


@dataclass(frozen=True, slots=True)
class MessageAttribute:
    """A user attribute of a message. The type keeps its custom suffix (`Number.float`); a Binary value is bytes."""

    type: str
    value: str | bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message exactly as SQS gave it; nothing here is ever rewritten."""

    id: str
    body: str
    receipt_handle: str = field(default="", compare=False, repr=False)
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    system: Mapping[str, str] = field(default_factory=dict)
    """System attributes (`SentTimestamp`, `ApproximateReceiveCount`, `DeadLetterQueueSourceArn`, ...) as texts."""


@dataclass(frozen=True, slots=True)
class FailureError:
    """What the one who gave up said about why."""

    code: str | None = None
    type: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message with all that could be learnt from it."""

    message: Message
    origin: Origin
    group: str
    """Fingerprint of the failure group."""
    sent_at: datetime
    receive_count: int
    event: JsonValue
    """The innermost event; None where nothing is known of it (a stream's failure record carries no payload)."""
    envelope: tuple[str, ...] = ()
    """Layers around the event, from outside in."""
    encodings: tuple[str, ...] = ()
    """How the event was encoded, from outside in: `base64`, `gzip`, `zlib`, `json` (JSON within a JSON string),
    `s3-pointer` (the payload lies in S3; `event` says where)."""
    error: FailureError | None = None
    source_arn: str | None = None
    """Who gave up on it."""
    target_arn: str | None = None
    """Where a redrive would put it; None where that cannot be known."""
    target_reason: str = ""
    """Why it goes there, or why that cannot be known, as a sentence."""
    first_received_at: datetime | None = None
    expires_at: datetime | None = None
    """When SQS drops it; the earliest moment at which it may where `expires_exact` is False."""
    expires_exact: bool = True
    message_group_id: str | None = None
    named: tuple[str, ...] = ()
    """What the message itself names as the place where it failed (a target, subscription, function, stream). Unlike
    `target_arn` nothing here is inferred from the flow, so the group does not change with what could be discovered."""
    notes: tuple[str, ...] = ()
    """What a reader should know before trusting `event`: duplicate keys, a truncated payload and the like."""

    @property
    def id(self) -> str:
        """SQS's MessageId."""
        return self.message.id


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Dead letters that failed the same way."""

    group: str
    """The fingerprint, stable between runs and versions."""
    title: str
    origin: Origin
    count: int
    first_sent_at: datetime
    last_sent_at: datetime
    example_id: str
    """MessageId of the newest one: its trail in the logs is the freshest."""
    first_expires_at: datetime | None = None
    error: FailureError | None = None
    """The example's; the others' differ in their variable parts alone."""
    source_arn: str | None = None
    target_arn: str | None = None
    """Where a redrive would put all of them; None where that is not one place, or not known."""
    target_reason: str = ""
