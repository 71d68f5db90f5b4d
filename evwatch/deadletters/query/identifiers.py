"""Finding one story across dead-letter queues: by an id, or by what a letter shares with others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from evwatch.model.deadletter import DeadLetter, JsonValue

_CORRELATION = re.compile(r"(?:x[-_])?(?:correlation|causation|trace)[-_]?id", re.IGNORECASE)
_TRACE_ROOT = re.compile(r"Root=([\w-]+)")


def with_id(letters: Iterable[DeadLetter], value: str) -> tuple[DeadLetter, ...]:
    """The letters in which this id stands somewhere: as MessageId, in an attribute, as any value within the event, or
    as a word of a text that is not JSON. Upper and lower case are one."""
    wanted = value.strip().casefold()
    if not wanted:
        return ()
    word = re.compile(rf"(?<![\w-]){re.escape(wanted)}(?![\w-])")
    return tuple(letter for letter in letters if _mentions(letter, wanted, word))


def related(letter: DeadLetter, letters: Iterable[DeadLetter]) -> tuple[DeadLetter, ...]:
    """The other letters that belong to the same story: they share a correlation or trace id, or the id of the event."""
    mine = correlations(letter)
    return tuple(other for other in letters if other is not letter and not mine.isdisjoint(correlations(other)))


def correlations(letter: DeadLetter) -> frozenset[str]:
    """The ids that tie messages of one story together."""
    found = {text for name, text in _scalars(letter.event) if text and _CORRELATION.fullmatch(name)}
    found.update(
        str(attribute.value)
        for name, attribute in letter.message.attributes.items()
        if attribute.value and type(attribute.value) is str and _CORRELATION.fullmatch(name)
    )
    if "eventbridge" in letter.envelope and type(letter.event) is dict and type(letter.event.get("id")) is str:
        found.add(str(letter.event["id"]))
    found.update(_TRACE_ROOT.findall(letter.message.system.get("AWSTraceHeader", "")))
    return frozenset(found - {""})


def _mentions(letter: DeadLetter, wanted: str, word: re.Pattern[str]) -> bool:
    message = letter.message
    if wanted == message.id.casefold() or (letter.message_group_id or "").casefold() == wanted:
        return True
    if any(type(found.value) is str and found.value.casefold() == wanted for found in message.attributes.values()):
        return True
    if any(word.search(text.casefold()) for text in message.system.values()):
        return True
    if wanted not in message.body.casefold() and not letter.encodings and "\\" not in message.body:
        return False
    if type(letter.event) is str:
        return bool(word.search(letter.event.casefold()))
    return any(text.casefold() == wanted for _, text in _scalars(letter.event)) or (
        letter.event is None and bool(word.search(message.body.casefold()))
    )


def _scalars(event: JsonValue) -> Iterator[tuple[str, str]]:
    """Every text and number within an event, with the name that it has; without recursion."""
    level: list[tuple[str, JsonValue]] = [("", event)]
    while level:
        name, value = level.pop()
        if type(value) is dict:
            level += value.items()
        elif type(value) is list:
            level += [(name, member) for member in value]
        elif value is not None and type(value) is not bool:
            yield name, str(value)
