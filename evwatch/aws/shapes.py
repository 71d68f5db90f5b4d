"""Whether a parsed answer is what the service's model says: the SDK passes on whatever it finds in its place.

A reader that was given a text for a list would go through its letters, or stumble. What is merely written otherwise (a
number as a text, as emulators do) is put right; anything else is no answer of AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from evwatch.aws.answers import is_document, speaks_of_something_else

_NUMBER_TYPES = frozenset({int, float})
_SCALARS: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "character": frozenset({str}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),
    "long": frozenset({int}),
    "float": _NUMBER_TYPES,
    "double": _NUMBER_TYPES,
}


_CONVERSIONS: dict[tuple[type, str], Callable[[Any], Any]] = {
    (int, "string"): str,
    (float, "string"): str,
    (bool, "string"): lambda given: str(given).lower(),
    (float, "integer"): int,
    (float, "long"): int,
    (str, "integer"): int,
    (str, "long"): int,
    (str, "float"): float,
    (str, "double"): float,
    (str, "boolean"): {"true": True, "false": False}.__getitem__,
}


class MisfitError(ValueError):
    """Something else stands where the model says what it is."""


def is_answer(shape: Any, parsed: Any, response: Mapping[str, Any] | None, protocol: str) -> bool:
    """Whether this is an answer of an operation with this output shape (None: it has none); it is put right in place.

    `response` is what came over the wire, of which the SDK makes an empty document where it understands nothing.
    """
    if shape is None:
        return True
    try:
        if not is_document(response, protocol) or fitted(parsed, shape) is None:
            return False
    except MisfitError:
        return False
    if shape.members.keys() & parsed.keys() or not shape.members:
        return True
    names = frozenset(member.serialization.get("name", name) for name, member in shape.members.items())
    return not speaks_of_something_else(response, names)


def fitted(value: Any, shape: Any) -> Any:
    """The value as the model's shape (botocore's `Shape`) has it, put right in place. Raises MisfitError."""
    kind = shape.type_name
    if kind in _SCALARS:
        return value if type(value) in _SCALARS[kind] else _put_right(value, kind)
    if kind == "structure":
        return value if shape.is_document_type else _structure(value, shape)
    if kind == "list":
        return _list(value, shape.member)
    if kind == "map":
        return _map(value, shape.value)
    return value  # times and bytes, which the SDK itself makes or refuses


def _structure(value: Any, shape: Any) -> Any:
    if getattr(shape, "is_eventstream", False) and not isinstance(value, dict):
        return value
    if not isinstance(value, dict):
        raise MisfitError(shape.name)
    for name, member in shape.members.items():
        if name in value:
            found = fitted(value[name], member)
            if isinstance(found, float) and not isfinite(found):
                del value[name]  # no number at all: AWS would have left it out
            else:
                value[name] = found
    return value


def _list(value: Any, member: Any) -> Any:
    if not isinstance(value, list):
        raise MisfitError(member.name)
    kind = member.type_name
    if kind == "timestamp" or (kind in _SCALARS and _SCALARS[kind].issuperset(map(type, value))):
        if None in value:
            raise MisfitError(member.name)
        return value  # datapoints come by the ten thousand
    return [fitted(item, member) for item in value]


def _map(value: Any, member: Any) -> Any:
    if not isinstance(value, dict):
        raise MisfitError(member.name)
    return {key: fitted(item, member) for key, item in value.items()}


def _put_right(value: Any, kind: str) -> Any:
    convert = _CONVERSIONS.get((type(value), kind))
    try:
        if convert:
            return convert(value)
    except (ValueError, KeyError, OverflowError):
        pass
    raise MisfitError(kind)
