"""The shape of an event: which keys it has, and of which types. What is known of a failure that carries no reason."""

from __future__ import annotations

import re
from typing import Any

from evwatch.deadletters.naming import called
from evwatch.model.deadletter import JsonValue

_DEPTH = 3
_MAX_KEYS = 100
_MAX_ELEMENTS = 20
_TYPES: dict[type, str] = {str: "text", int: "number", float: "number", bool: "boolean", type(None): "null"}
_VARIABLE_KEY = re.compile(r"\d|.{65}", re.DOTALL)
_XML = re.compile(r"\s*<(?:\?[^>]*>\s*<)?([A-Za-z_][\w:.-]{0,40})")
_TYPE_KEYS = ("eventType", "event_type", "type", "eventName", "messageType", "__typename")
_NAME = re.compile(r"[A-Za-z][A-Za-z_.:-]{1,60}")


def shape(event: JsonValue) -> tuple[str, ...]:
    """The shape as sorted texts: first what kind of event it is, then `detail.amount: number` for each field."""
    if type(event) is not dict:
        return (kind(event),)
    found: set[str] = set()
    if _is_bus_event(event):
        _walk(event.get("detail"), "detail", _DEPTH, found)
    elif not _is_batch(event):
        _walk(event, "", _DEPTH, found)
    return (kind(event), *sorted(found))


def kind(event: JsonValue) -> str:
    """What a person would call this kind of event: `OrderCreated from order-service`, `S3 ObjectCreated:Put`."""
    if type(event) is dict:
        if _is_bus_event(event):
            return f"{event['detail-type']} from {event['source']}"
        if records := _is_batch(event):
            return _batch_kind(records)
        for key in _TYPE_KEYS:
            name = event.get(key)
            if type(name) is str and _NAME.fullmatch(name):
                return name
        if event.keys() == {"base64"}:
            return "bytes"
        return "JSON object" if event else "empty JSON object"
    if type(event) is list:
        return "JSON array"
    if event is None:
        return "no payload"
    if type(event) is str:
        if not event.strip():
            return "empty text"
        root = _XML.match(event)
        return f"XML <{root[1]}>" if root else "text that is not JSON"
    return f"JSON {_TYPES[type(event)]}"


def _is_bus_event(event: dict[str, JsonValue]) -> bool:
    return type(event.get("detail-type")) is str and type(event.get("source")) is str


def _is_batch(event: dict[str, JsonValue]) -> list[Any] | None:
    """The records of a document that AWS made: their own content is the sender's, and not what failed here."""
    records = event.get("Records")
    if type(records) is list and records and type(records[0]) is dict:
        source = records[0].get("eventSource", records[0].get("EventSource"))
        if type(source) is str and source.startswith("aws:"):
            return records
    return None


def _batch_kind(records: list[Any]) -> str:
    first = records[0]
    service = str(first.get("eventSource", first.get("EventSource"))).removeprefix("aws:")
    name = first.get("eventName")
    words = {"s3": "S3", "sqs": "SQS batch", "sns": "SNS", "kinesis": "Kinesis batch", "dynamodb": "DynamoDB batch"}
    found = words.get(service, service)
    arn = first.get("eventSourceARN")
    if type(arn) is str:
        found += f" of {called(arn)}"
    elif type(name) is str:
        found += f" {name}"
    return found


def _walk(value: JsonValue, path: str, depth: int, found: set[str]) -> None:
    if type(value) is dict:
        if not value:
            found.add(f"{path}: empty object")
        elif not depth or len(value) > _MAX_KEYS:
            found.add(f"{path}: object")
        else:
            prefix = f"{path}." if path else ""
            for key, member in value.items():
                name = "…" if _VARIABLE_KEY.search(key) else key
                simple = _TYPES.get(type(member))
                if simple:
                    found.add(f"{prefix}{name}: {simple}")
                else:
                    _walk(member, prefix + name, depth - 1, found)
    elif type(value) is list:
        if not value:
            found.add(f"{path}: empty array")
        elif not depth:
            found.add(f"{path}: array")
        else:
            for member in value[:_MAX_ELEMENTS]:
                _walk(member, f"{path}[]", depth - 1, found)
    else:
        found.add(f"{path}: {_TYPES[type(value)]}")
