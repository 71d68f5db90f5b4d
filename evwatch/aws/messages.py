"""Amazon SQS: receiving messages, and how long they stay hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.sqs import CHANGE_VISIBILITY, RECEIVE_MESSAGE
from evwatch.model.deadletter import Message, MessageAttribute

BATCH = 10
"""The most messages that one request takes or gives."""


async def receive(caller: Caller, queue_url: str, most: int, lease_seconds: int, wait_seconds: int) -> list[Message]:
    """Up to ten messages, hidden from others for the lease. Empty where none came while waiting. Raises AwsError.

    The visibility is always said: the queue's own default can be twelve hours, and a lost answer cannot be released.
    """
    answer = await caller.call(
        RECEIVE_MESSAGE,
        QueueUrl=queue_url,
        MaxNumberOfMessages=min(BATCH, most),
        VisibilityTimeout=lease_seconds,
        WaitTimeSeconds=wait_seconds,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return [_message(item) for item in answer.get("Messages") or () if item.get("MessageId")]


async def change_visibility(caller: Caller, queue_url: str, handles: Sequence[str], seconds: int) -> list[int]:
    """Hide up to ten messages for that long from now, or show them again with 0.

    Returns the places of those that were refused (a FIFO handle dies with its lease; a standard one that is outdated is
    accepted without effect). Raises AwsError.
    """
    answer = await caller.call(
        CHANGE_VISIBILITY,
        QueueUrl=queue_url,
        Entries=[
            {"Id": str(place), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
            for place, handle in enumerate(handles)
        ],
    )
    done = {entry.get("Id") for entry in answer.get("Successful") or ()}
    return [place for place in range(len(handles)) if str(place) not in done]


def _message(item: dict[str, Any]) -> Message:
    return Message(
        id=str(item["MessageId"]).encode("ascii", "backslashreplace").decode(),  # the journal is keyed by it
        body=str(item.get("Body") or ""),
        receipt_handle=str(item.get("ReceiptHandle") or ""),
        attributes={str(name): _attribute(value) for name, value in (item.get("MessageAttributes") or {}).items()},
        system={str(name): str(value) for name, value in (item.get("Attributes") or {}).items()},
    )


def _attribute(value: dict[str, Any]) -> MessageAttribute:
    binary = value.get("BinaryValue")
    kind = str(value.get("DataType") or "String")
    if isinstance(binary, bytes):
        return MessageAttribute(kind, binary)
    return MessageAttribute(kind, str(value.get("StringValue") or ""))
