"""What goes into the journal for one message, and what comes out."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Literal

from evwatch.deadletters.document import attributes_document, message_of
from evwatch.model.deadletter import Message
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import SkipCode

State = Literal["planned", "sending", "sent", "undecided", "failed", "skipped", "withdrawn", "discarded"]
"""`planned`: chosen, not met yet. `sending`: on its way out, or it was when the process died. `withdrawn`: proved not
to have been sent, and free to be sent again. `discarded`: saved in order to be deleted."""

_COMPRESS_FROM = 2048


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that a run is about to send."""

    message: Message
    target_arn: str
    group: str
    repeatable: bool
    """The target itself tells a repetition within five minutes (FIFO's deduplication, an execution's name)."""
    known_as: tuple[str, ...] = ()
    """What a target may have called it, had this run sent it: its MessageId, a request id."""
    refuse: SkipCode | Literal[""] = ""
    """Why it is not to be sent, where it was not sent before: the code of `skipped`."""


Answer = Literal["send", "delete", "undecided", "leave", "changed", "refused", "bounce"]
"""`send`: the intent is on disk. `delete`: it was sent before, by whichever run. `undecided`: it may have been sent.
`leave`: it is being dealt with, or was. `changed`: it is not what was chosen. `refused`: as the claim asked.
`bounce`: this run sent it, and it came back."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the journal says to a claim."""

    answer: Answer
    by_other_run: bool = False
    """For `delete`: another run had sent it."""
    repeat_seconds: float = 0.0
    """For `send`: how long the target will recognise a repetition, counted from the first attempt by whichever run."""
    bounce_of: str = ""
    """For `bounce`: the MessageId that was sent."""


@dataclass(frozen=True, slots=True)
class Met:
    """A message that is in the queue after a run has sent others."""

    id: str
    group: str
    known_as: tuple[str, ...]
    """What a target may have called it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How the sending of a message ended."""

    message_id: str
    state: Literal["sent", "undecided", "failed", "withdrawn"]
    code: str = ""
    said: str = ""
    sent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier runs left behind on a queue that a new one must know of."""

    undecided: int = 0
    not_deleted: int = 0
    """Sent, and not known to be deleted."""
    open_runs: tuple[str, ...] = ()
    """Runs that were interrupted."""
    bounced: frozenset[str] = frozenset()
    """MessageIds under which messages came back after earlier runs, as far as they are not known to have left since."""
    put_back: int = 0
    """Messages that evwatch itself put here, by undo or import: SQS does not know any more where they came from."""


def undo_key(run_id: str, message_id: str) -> str:
    """The name by which it is remembered that a message which this run deleted was put back."""
    return f"undo:{run_id}:{message_id}"


def undone_id(key: str) -> str:
    """The MessageId that a message had before, by that name."""
    return key.split(":", 2)[2]


def packed(message: Message) -> bytes:
    """The whole message, for the journal."""
    document = {
        "id": message.id,
        "body": message.body,
        "attributes": attributes_document(message),
        "system": dict(message.system),
    }
    data = json.dumps(document, separators=(",", ":")).encode()
    return b"z" + zlib.compress(data, 1) if len(data) >= _COMPRESS_FROM else b"j" + data


def unpacked(content: bytes | None) -> Message | None:
    """The message again; None where it was forgotten. Raises EvwatchError where the journal is damaged."""
    if content is None:
        return None
    try:
        data = zlib.decompress(content[1:]) if content[:1] == b"z" else content[1:]
        return message_of(json.loads(data))
    except (zlib.error, ValueError, EvwatchError) as error:
        fault = Fault("journal", f"the journal is damaged: {error}", "take an export, if there is one")
        raise EvwatchError(fault) from error
