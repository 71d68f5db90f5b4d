"""Dead letters and failure groups as JSON documents, and the way back from a document to the message."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any

from evwatch.model.deadletter import (
    DeadLetter,
    FailureError,
    FailureGroup,
    JsonValue,
    Message,
    MessageAttribute,
)
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.timestamp import timestamp

KEYS = frozenset(
    {
        "id",
        "origin",
        "group",
        "sent_at",
        "first_received_at",
        "expires_at",
        "expires_exact",
        "receive_count",
        "source_arn",
        "target_arn",
        "target_reason",
        "error",
        "event",
        "envelope",
        "encodings",
        "notes",
        "body",
        "body_sha256",
        "attributes",
        "system",
        "message_group_id",
    }
)
"""Every key that a dead letter's document has."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def document(letter: DeadLetter) -> dict[str, JsonValue]:
    """A dead letter as scripts see it. Nothing of the message is lost: `message_of` brings it back."""
    message = letter.message
    return {
        "id": letter.id,
        "origin": letter.origin,
        "group": letter.group,
        "sent_at": timestamp(letter.sent_at),
        "first_received_at": timestamp(letter.first_received_at),
        "expires_at": timestamp(letter.expires_at),
        "expires_exact": letter.expires_exact,
        "receive_count": letter.receive_count,
        "source_arn": letter.source_arn,
        "target_arn": letter.target_arn,
        "target_reason": letter.target_reason,
        "error": _error(letter.error),
        "event": letter.event,
        "envelope": list(letter.envelope),
        "encodings": list(letter.encodings),
        "notes": list(letter.notes),
        "body": message.body,
        "body_sha256": body_sha256(message.body),
        "attributes": attributes_document(message),
        "system": dict(message.system),
        "message_group_id": letter.message_group_id,
    }


def attributes_document(message: Message) -> dict[str, JsonValue]:
    """The attributes of a message, bytes in base64."""
    return {
        name: {"type": attribute.type, "value": _attribute_value(attribute)}
        for name, attribute in message.attributes.items()
    }


def group_document(group: FailureGroup) -> dict[str, JsonValue]:
    """A failure group as scripts see it."""
    return {
        "group": group.group,
        "title": group.title,
        "origin": group.origin,
        "count": group.count,
        "first_sent_at": timestamp(group.first_sent_at),
        "last_sent_at": timestamp(group.last_sent_at),
        "first_expires_at": timestamp(group.first_expires_at),
        "example_id": group.example_id,
        "error": _error(group.error),
        "source_arn": group.source_arn,
        "target_arn": group.target_arn,
        "target_reason": group.target_reason,
    }


def dumps(value: JsonValue, *, ascii_only: bool = False, indent: int | None = None) -> str:
    """JSON on one line (or indented) that can always be written as UTF-8.

    Half of a surrogate pair, which JSON can hold and UTF-8 cannot, is written as the escape that it came from. Raises
    ValueError for numbers that are not finite: a document never holds any.
    """
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, allow_nan=False)
    return text if ascii_only else _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def body_sha256(body: str) -> str:
    """The SHA-256 of a body's UTF-8, in hexadecimal."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def message_of(document: JsonValue) -> Message:
    """The message of a document, byte for byte; what is not needed to send it again may be missing.

    Raises EvwatchError with an `input` fault that says what is wrong: a key of the wrong type, base64 that is none, or
    a body that does not match its checksum.
    """
    if type(document) is not dict:
        raise _wrong("a line is not a JSON object")
    body = document.get("body")
    if type(body) is not str:
        raise _wrong("`body` is not text")
    identity = document.get("id", "")
    if type(identity) is not str:
        raise _wrong("`id` is not text")
    checksum = document.get("body_sha256")
    if checksum is not None and checksum != body_sha256(body):
        raise _wrong(
            "the body does not match `body_sha256`", "it was changed: remove `body_sha256` to send it as it is now"
        )
    system = _object(document, "system")
    for name, value in system.items():
        if type(value) is not str:
            raise _wrong(f"`system.{name}` is not text")
    attributes = {name: _attribute(name, entry) for name, entry in _object(document, "attributes").items()}
    return Message(identity, body, attributes=attributes, system=system)


def loads(line: str) -> JsonValue:
    """Read one line of a file of documents; raises EvwatchError with an `input` fault where it is not JSON."""
    try:
        value: JsonValue = json.loads(line)
    except json.JSONDecodeError as error:
        raise _wrong(f"not JSON at column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise _wrong("not JSON that can be read: nested too deep, or a number too long") from None
    return value


def _error(error: FailureError | None) -> JsonValue:
    return None if error is None else {"code": error.code, "type": error.type, "message": error.message}


def _attribute_value(attribute: MessageAttribute) -> JsonValue:
    if type(attribute.value) is bytes:
        return {"base64": base64.b64encode(attribute.value).decode("ascii")}
    return str(attribute.value)


def _attribute(name: str, entry: JsonValue) -> MessageAttribute:
    kind = entry.get("type") if type(entry) is dict else None
    if type(entry) is not dict or type(kind) is not str:
        raise _wrong(f"`attributes.{name}` has no `type`")
    value = entry.get("value")
    if type(value) is str and not kind.startswith("Binary"):
        return MessageAttribute(kind, value)
    coded = value.get("base64") if type(value) is dict else None
    if type(coded) is not str:
        raise _wrong(f"`attributes.{name}.value` is neither text nor base64")
    try:
        return MessageAttribute(kind, base64.b64decode(coded, validate=True))
    except (binascii.Error, ValueError):
        raise _wrong(f"`attributes.{name}.value` is not base64") from None


def _object(document: dict[str, JsonValue], key: str) -> dict[str, Any]:
    value = document.get(key)
    if value is None:
        return {}
    if type(value) is not dict:
        raise _wrong(f"`{key}` is not an object")
    return value


def _wrong(message: str, hint: str = "") -> EvwatchError:
    return EvwatchError(Fault("input", message, hint or "take a file that `evwatch dlq export` wrote"))
