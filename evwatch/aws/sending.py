"""Amazon SQS: sending and deleting in batches, with an outcome for each message that claims no more than is proved."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.error_codes import THROTTLED
from evwatch.aws.errors import AwsError
from evwatch.aws.sqs import DELETE_MESSAGE_BATCH, SEND_MESSAGE_BATCH
from evwatch.model.deadletter import MessageAttribute

BATCH_BYTES = 1_048_576
"""What the messages of one request may be together (SendMessageBatch, API reference)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to a queue."""

    body: str
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    trace_header: str | None = None
    group_id: str | None = None
    deduplication_id: str | None = None

    @property
    def size(self) -> int:
        """Bytes as SQS counts them: body and attributes; the trace header does not count."""
        return len(_bytes(self.body)) + sum(
            len(_bytes(name)) + len(_bytes(attribute.type)) + len(_bytes(attribute.value))
            for name, attribute in self.attributes.items()
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """The target has it, and calls it this."""

    id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It is proved that the target has not taken it."""

    code: str
    message: str
    transient: bool = False
    """Trying again may help: a throttle, or trouble on SQS's side that it told of itself."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing proves whether the target has it."""

    why: str


Outcome = Accepted | Refused | Unclear


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request."""

    outcomes: tuple[Outcome, ...]
    error: AwsError | None = None
    """Where the whole request failed."""


async def send_batch(caller: Caller, queue_url: str, messages: Sequence[Outgoing], seconds: float) -> Answer:
    """Send up to ten messages in one request that is made once; raises nothing that AWS or the network does."""
    entries = [_entry(place, message) for place, message in enumerate(messages)]
    try:
        async with asyncio.timeout(seconds):
            answer = await caller.call(SEND_MESSAGE_BATCH, QueueUrl=queue_url, Entries=entries)
    except AwsError as error:
        return Answer((of_error(error),) * len(messages), error)
    except TimeoutError:
        return Answer((Unclear("timeout"),) * len(messages))
    outcomes: list[Outcome] = [Unclear("not in the answer")] * len(messages)
    for entry in _entries(answer, "Failed"):
        if (place := _place(entry, len(messages))) is not None:
            code = str(entry.get("Code") or "Failed")
            transient = code in THROTTLED or not entry.get("SenderFault", True)
            outcomes[place] = Refused(code, str(entry.get("Message") or ""), transient)
    for entry in _entries(answer, "Successful"):
        if (place := _place(entry, len(messages))) is not None and entry.get("MessageId"):
            exact = entry.get("MD5OfMessageBody") in (None, "", _md5(messages[place].body))
            outcomes[place] = Accepted(str(entry["MessageId"])) if exact else Unclear("arrived changed")
    return Answer(tuple(outcomes))


async def delete_batch(caller: Caller, queue_url: str, handles: Sequence[str]) -> list[str | None]:
    """Delete up to ten messages; for each None where SQS says that it is done, else its code. Raises AwsError."""
    entries = [{"Id": str(place), "ReceiptHandle": handle} for place, handle in enumerate(handles)]
    answer = await caller.call(DELETE_MESSAGE_BATCH, QueueUrl=queue_url, Entries=entries)
    codes: list[str | None] = ["not in the answer"] * len(handles)
    for entry in _entries(answer, "Failed"):
        if (place := _place(entry, len(handles))) is not None:
            codes[place] = str(entry.get("Code") or "Failed")
    for entry in _entries(answer, "Successful"):
        if (place := _place(entry, len(handles))) is not None:
            codes[place] = None
    return codes


def of_error(error: AwsError) -> Refused | Unclear:
    """What a failed request says of each message in it."""
    if error.not_done:
        code = next(iter(sorted(error.codes)), error.fault.code)
        return Refused(code, error.fault.message, error.fault.code == "throttled")
    return Unclear(next(iter(sorted(error.codes)), error.fault.code))


def _entry(place: int, message: Outgoing) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": str(place), "MessageBody": message.body}
    if message.attributes:
        entry["MessageAttributes"] = {
            name: {"DataType": found.type, "BinaryValue": found.value}
            if isinstance(found.value, bytes)
            else {"DataType": found.type, "StringValue": found.value}
            for name, found in message.attributes.items()
        }
    if message.trace_header:
        entry["MessageSystemAttributes"] = {
            "AWSTraceHeader": {"DataType": "String", "StringValue": message.trace_header}
        }
    if message.group_id is not None:
        entry["MessageGroupId"] = message.group_id
    if message.deduplication_id is not None:
        entry["MessageDeduplicationId"] = message.deduplication_id
    return entry


def _entries(answer: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return [entry for entry in answer.get(key) or () if isinstance(entry, Mapping)]


def _place(entry: Mapping[str, Any], count: int) -> int | None:
    name = str(entry.get("Id"))
    return int(name) if name.isdecimal() and int(name) < count else None


def _bytes(value: str | bytes) -> bytes:
    """As SQS counts and hashes it. Half of a surrogate pair is none of its characters, but JSON can hold one."""
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _md5(text: str) -> str:
    return hashlib.md5(_bytes(text), usedforsecurity=False).hexdigest()
