"""The envelope that SNS puts around a message for a subscriber without raw delivery."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from evwatch.deadletters.decode.form import Opened, Peeled, member, text
from evwatch.model.deadletter import JsonValue, MessageAttribute

KIND = "sns"


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """Take the message out (SNS developer guide, HTTP/HTTPS notification JSON format; SQS gets the same)."""
    if value.get("Type") != "Notification" or type(value.get("TopicArn")) is not str:
        return None
    message = value.get("Message")
    return Peeled(KIND, message) if type(message) is str else None


def envelope(opened: Opened) -> dict[str, JsonValue] | None:
    """The envelope where it is what the message was delivered in, the outermost layer."""
    if not opened.layers or opened.layers[0].kind != KIND:
        return None
    outermost = opened.layers[0].value
    return outermost if type(outermost.get("TopicArn")) is str else None


def attributes(envelope: Mapping[str, JsonValue]) -> dict[str, MessageAttribute]:
    """The attributes that travel in the envelope; what is malformed is left out."""
    found: dict[str, MessageAttribute] = {}
    carried = envelope.get("MessageAttributes")
    if type(carried) is not dict:
        return found
    for name, entry in carried.items():
        kind, value = member(entry, "Type"), member(entry, "Value")
        if type(kind) is not str or type(value) is not str:
            continue
        if kind.startswith("Binary"):
            try:
                found[name] = MessageAttribute(kind, base64.b64decode(value, validate=True))
            except (binascii.Error, ValueError):
                found[name] = MessageAttribute("String", value)
        else:
            found[name] = MessageAttribute(kind, value)
    return found


def subscription_arn(envelope: Mapping[str, JsonValue]) -> str | None:
    """The subscription that this copy was for: SNS names it in the address for unsubscribing alone."""
    address = text(envelope.get("UnsubscribeURL"))
    if address is None:
        return None
    try:
        found = parse_qs(urlsplit(address).query).get("SubscriptionArn", [])
    except ValueError:
        return None
    return found[0] if found and found[0].startswith("arn:") else None
