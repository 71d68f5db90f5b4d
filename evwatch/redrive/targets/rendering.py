"""What EventBridge makes of an event for a target: Input, InputPath and InputTransformer.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from evwatch.deadletters.decode.layers import member_text
from evwatch.deadletters.decode.reading import read_json

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']+)'\]|\[\"([^\"]+)\"\]")
_PLACE = re.compile(r"<([\w.\-]+)>")


class UnrenderableError(ValueError):
    """What the target would have got cannot be worked out for sure; the text says why."""


class Made(NamedTuple):
    """The rule that an event came by, for the names that EventBridge fills in itself."""

    rule_arn: str
    rule_name: str


def rendered(event: str, target: Mapping[str, Any], made: Made) -> str:
    """The payload that a target gets for an event, numbers and spaces as they stand where that is possible.

    Raises UnrenderableError.
    """
    if isinstance(target.get("Input"), str):
        return str(target["Input"])
    if isinstance(target.get("InputPath"), str):
        found = _at(event, str(target["InputPath"]))
        if found is None:
            raise UnrenderableError(f"the event has nothing at {target['InputPath']}")
        return found
    transformer = target.get("InputTransformer")
    if isinstance(transformer, Mapping):
        return _transformed(event, transformer, made)
    return event


def _transformed(event: str, transformer: Mapping[str, Any], made: Made) -> str:
    template = str(transformer.get("InputTemplate") or "")
    paths = transformer.get("InputPathsMap")
    values: dict[str, str | None] = {}
    for name, path in (paths if isinstance(paths, Mapping) else {}).items():
        values[str(name)] = _at(event, str(path))
    values["aws.events.rule-arn"] = json.dumps(made.rule_arn)
    values["aws.events.rule-name"] = json.dumps(made.rule_name)
    values["aws.events.event"] = _without_detail(event)
    values["aws.events.event.json"] = event
    parts: list[str] = []
    for text, name, quoted in _pieces(template):
        parts.append(text)
        if name is None:
            continue
        if name not in values:
            raise UnrenderableError(f"the input template names <{name}>, which only EventBridge knows")
        parts.append(_value(name, values[name], quoted))
    return "".join(parts)


def _value(name: str, value: str | None, quoted: bool) -> str:
    if value is None:
        if quoted:
            return ""
        raise UnrenderableError(f"the event has nothing for <{name}>")
    if not quoted:
        return value
    # Within quotes a text stands without its own, and anything else as JSON in a text.
    return value[1:-1] if value.startswith('"') else json.dumps(value, ensure_ascii=False)[1:-1]


def _pieces(template: str) -> Iterator[tuple[str, str | None, bool]]:
    """Text, then the name of a placeholder that follows it, and whether that stands within a JSON string."""
    at = 0
    quoted = False
    for place in _PLACE.finditer(template):
        text = template[at : place.start()]
        quoted = _quoted_after(text, quoted)
        yield text, place[1], quoted
        at = place.end()
    yield template[at:], None, False


def _quoted_after(text: str, quoted: bool) -> bool:
    escaped = False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
    return quoted


def _at(event: str, path: str) -> str | None:
    """The JSON text at a path such as `$.detail.items[0].id`; None where the event has nothing there."""
    if not path.startswith("$"):
        raise UnrenderableError(f"{path} is no JSON path")
    at, text = 1, event.strip()
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise UnrenderableError(f"{path} has more in it than names and places")
        found = _element(text, int(step[2])) if step[2] else member_text(text, step[1] or step[3] or step[4])
        if found is None:
            return None
        text, at = found, step.end()
    return text


def _element(text: str, place: int) -> str | None:
    """An element of an array, written anew: only members of objects are found as they stand."""
    value = read_json(text).value
    if type(value) is not list or place >= len(value):
        return None
    return json.dumps(value[place], ensure_ascii=False)


def _without_detail(event: str) -> str:
    """`<aws.events.event>` is the event without its detail."""
    value = read_json(event).value
    if type(value) is not dict:
        raise UnrenderableError("the event is no JSON object")
    return json.dumps({name: found for name, found in value.items() if name != "detail"}, ensure_ascii=False)
