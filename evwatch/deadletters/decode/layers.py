"""The layers of a message as exact texts, for peeling it by hand and for sending what was inside."""

from __future__ import annotations

import json
from typing import NamedTuple

from evwatch.deadletters.decode.encodings import unpack
from evwatch.deadletters.decode.opening import MAX_LAYERS, peel
from evwatch.deadletters.decode.reading import read_json
from evwatch.model.deadletter import JsonValue, Message

_WHITESPACE = " \t\r\n\ufeff"
_SCANNER = json.JSONDecoder(parse_int=str, parse_float=str)


class LayerText(NamedTuple):
    """One layer with everything in it."""

    name: str
    """`body`, an encoding or the kind of an envelope that was taken off to get here."""
    text: str
    """Exactly as it stands in the message: numbers, spaces and order are those of the sender."""


def layers(message: Message) -> tuple[LayerText, ...]:
    """The message from outside in; the first is the body, the last what the envelopes were around.

    Made when asked for: it reads the message again.
    """
    found = [LayerText("body", message.body)]
    text = message.body
    for _ in range(MAX_LAYERS):
        unpacked = unpack(text)
        if unpacked.encodings and unpacked.text != text:
            text = unpacked.text
            found.append(LayerText("+".join(unpacked.encodings), text))
        value = unpacked.value
        peeled = peel(value) if type(value) is dict else None
        if type(value) is not dict or peeled is None or peeled.inner is value:
            break
        inner = _inner_text(peeled.kind, value, text)
        if inner is None:
            break
        text = inner
        found.append(LayerText(peeled.kind, text))
        if peeled.last:
            break
    return tuple(found)


def member_text(text: str, name: str) -> str | None:
    """The exact text of a member of a JSON object, the last of that name; None where there is none."""
    if not read_json(text).found:
        return None
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        return None
    at = _skip(text, at + 1)
    found: str | None = None
    while text[at : at + 1] == '"':
        key, at = _SCANNER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        _, end = _SCANNER.raw_decode(text, at)
        if key == name:
            found = text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    return found


def _inner_text(kind: str, value: dict[str, JsonValue], text: str) -> str | None:
    match kind:
        case "sns":
            message = value.get("Message")
            if type(message) is str:
                return message
            peeled = peel(value)
            return peeled.inner if peeled and type(peeled.inner) is str else None
        case "function-destination":
            return member_text(text, "requestPayload")
        case "stream":
            return member_text(text, "payload")
    return None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITESPACE:
        at += 1
    return at
