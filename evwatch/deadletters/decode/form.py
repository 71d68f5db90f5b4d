"""What the forms share: a message as it was opened, and a verdict on who gave up on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from evwatch.model.deadletter import FailureError, JsonValue, Message, MessageAttribute, Origin


class Peeled(NamedTuple):
    """One layer taken off: what it is called, and what was inside."""

    kind: str
    inner: JsonValue
    last: bool = False
    """True where `inner` is the event and nothing is to be taken off it, whatever it looks like."""


class Layer(NamedTuple):
    """One layer of an opened message, as it was before it was taken off."""

    kind: str
    value: dict[str, JsonValue]


class Opened(NamedTuple):
    """A message with its layers told apart."""

    message: Message
    layers: tuple[Layer, ...]
    """From outside in; the innermost may be the event itself (an EventBridge event, a batch document)."""
    event: JsonValue
    encodings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def layer(self, kind: str) -> dict[str, JsonValue] | None:
        """The outermost layer of this kind."""
        for layer in self.layers:
            if layer.kind == kind:
                return layer.value
        return None


class Verdict(NamedTuple):
    """Who gave up on a message, why, and where it should go again."""

    origin: Origin
    source_arn: str | None
    target_arn: str | None
    target_reason: str
    error: FailureError | None = None
    named: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def attribute(attributes: Mapping[str, MessageAttribute], name: str) -> str | None:
    """The text of an attribute; None where it is absent, empty or binary."""
    found = attributes.get(name)
    return found.value if found is not None and type(found.value) is str and found.value else None


def member(value: JsonValue, name: str) -> JsonValue:
    """A member of an object; None where it has none, or where this is no object."""
    return value.get(name) if type(value) is dict else None


def text(value: JsonValue) -> str | None:
    """A text that says something; None for anything else."""
    return value if type(value) is str and value else None


def failure(code: str | None, type_: str | None, message: str | None) -> FailureError | None:
    """The error, or None where nothing was said."""
    return None if code is type_ is message is None else FailureError(code, type_, message)
