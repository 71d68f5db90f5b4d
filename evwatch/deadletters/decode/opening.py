"""Opening a message: layer after layer, until the innermost event."""

from __future__ import annotations

from collections.abc import Callable

from evwatch.deadletters.decode import batches, destination, eventbridge, pipe, sns, stream
from evwatch.deadletters.decode.encodings import unpack
from evwatch.deadletters.decode.form import Layer, Opened, Peeled
from evwatch.model.deadletter import JsonValue, Message

MAX_LAYERS = 8

FORMS: tuple[Callable[[dict[str, JsonValue]], Peeled | None], ...] = (
    eventbridge.peel,
    sns.peel,
    stream.peel,
    destination.peel,
    pipe.peel,
    batches.peel,
)
"""Tried in this order at each layer, the most common first: no two of them accept the same object."""


def open_message(message: Message) -> Opened:
    """Take off encodings and layers. What looks like a layer but is malformed is taken for the event."""
    unpacked = unpack(message.body)
    value, encodings, notes = unpacked.value, unpacked.encodings, unpacked.notes
    layers: list[Layer] = []
    while type(value) is dict and len(layers) < MAX_LAYERS:
        peeled = peel(value)
        if peeled is None:
            break
        layers.append(Layer(peeled.kind, value))
        value = peeled.inner
        if peeled.last:
            break
        if type(value) is str:
            inside = unpack(value)
            value = inside.value
            encodings += inside.encodings
            notes += inside.notes
    return Opened(message, tuple(layers), value, encodings, notes)


def peel(value: dict[str, JsonValue]) -> Peeled | None:
    """Take one layer off; None where this is no layer."""
    for form in FORMS:
        if peeled := form(value):
            return peeled
    return None
