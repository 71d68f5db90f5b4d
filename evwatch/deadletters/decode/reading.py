"""Reading JSON that nobody vouches for: what can be read is, what is odd about it is said, and nothing raises."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from evwatch.model.deadletter import JsonValue

MAX_DEPTH = 200
"""Levels of nesting that are read. Printing and searching recurse, and must have room left under any caller."""

_MAX_DIGITS = 4_000
"""CPython refuses to convert integers of more than 4,300 digits (sys.set_int_max_str_digits)."""

_STARTS = frozenset('{["-0123456789tfnNI')


class Reading(NamedTuple):
    """What a text says as JSON; not `found` where it is not JSON, or too deep to be handled safely."""

    found: bool
    value: JsonValue = None
    notes: tuple[str, ...] = ()


_NOT_JSON = Reading(False)


class _OddError(Exception):
    """Something that plain JSON cannot hold, or holds twice: the text is read again with care."""


def read_json(text: str) -> Reading:
    """Read a text as JSON, whoever wrote it.

    Of duplicate keys the last wins. NaN, infinities and numbers beyond what a program can hold become their text:
    they are not JSON, and what is written out later must be.
    """
    start = text[:64].lstrip(" \t\r\n\ufeff")[:1] or text.lstrip(" \t\r\n\ufeff")[:1]
    if start not in _STARTS:
        return _NOT_JSON
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
    notes: tuple[str, ...] = ()
    try:
        value: JsonValue = _QUICK.decode(text)
    except json.JSONDecodeError:
        return _NOT_JSON
    except RecursionError:
        return _TOO_DEEP
    except (_OddError, ValueError):
        careful = _careful(text)
        if not careful.found:
            return careful
        value, notes = careful.value, careful.notes
    if text.count("[") + text.count("{") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        return _TOO_DEEP
    return Reading(True, value, notes)


def _careful(text: str) -> Reading:
    """Read it once more, collecting what is odd; slower, and seldom needed."""
    repeated: dict[str, None] = {}
    odd: dict[str, None] = {}

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    repeated[key] = None
                seen.add(key)
        return found

    def constant(name: str) -> str:
        odd[name] = None
        return name

    def integer(digits: str) -> int | str:
        if len(digits) <= _MAX_DIGITS:
            return int(digits)
        odd["a number of thousands of digits"] = None
        return digits

    def number(digits: str) -> float | str:
        value = float(digits)
        if abs(value) != float("inf"):
            return value
        odd["a number too large for a program"] = None
        return digits

    decoder = json.JSONDecoder(
        object_pairs_hook=members, parse_constant=constant, parse_int=integer, parse_float=number
    )
    try:
        value: JsonValue = decoder.decode(text)
    except RecursionError:
        return _TOO_DEEP
    except ValueError:
        return _NOT_JSON
    notes = []
    if repeated:
        keys = ", ".join(key[:40] for key in list(repeated)[:3])
        notes.append(f"duplicate keys, of which the last is shown: {keys}{', ...' if len(repeated) > 3 else ''}")
    if odd:
        notes.append(f"not strict JSON, shown as text: {', '.join(odd)}")
    return Reading(True, value, tuple(notes))


_TOO_DEEP = Reading(False, None, (f"nested deeper than {MAX_DEPTH} levels: shown as text",))


def _deeper(value: JsonValue, levels: int) -> bool:
    """Whether containers nest deeper than this; level by level, because recursion is what must not be trusted."""
    level: list[Any] = [value]
    for _ in range(levels):
        level = [
            member
            for container in level
            for member in (container.values() if type(container) is dict else container)
            if type(member) is dict or type(member) is list
        ]
        if not level:
            return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OddError
    return found


def _finite(digits: str) -> float:
    value = float(digits)
    if value in _INFINITE:
        raise _OddError
    return value


def _refused(name: str) -> Any:
    raise _OddError(name)


_INFINITE = (float("inf"), float("-inf"))
_QUICK = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refused)
