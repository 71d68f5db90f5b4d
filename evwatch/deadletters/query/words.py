"""What a person types to find a message: plain words that it contains, or an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evwatch.deadletters.document import dumps
from evwatch.deadletters.query.where import Selection, Where, compile_where
from evwatch.model.deadletter import DeadLetter

_WORDS = re.compile(r'"([^"]*)"?|(\S+)')
_OPERATORS = re.compile(r"[=!<>]=|&&|\|\||`|\[\?|^\w+\(.*\)$|[\w\]]\s+[<>]\s+\S", re.DOTALL)
_SYSTEM = ("MessageGroupId", "MessageDeduplicationId", "AWSTraceHeader", "SenderId")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a message contains, all of them, whatever their case."""

    words: tuple[str, ...]

    def matches(self, letter: DeadLetter) -> bool:
        """Whether all words stand somewhere in its body, decoded event, attributes, ids or error."""
        text = searchable(letter)
        return all(word in text for word in self.words)

    def select(self, letters: Iterable[DeadLetter]) -> Selection:
        """The letters that contain all words."""
        return Selection(tuple(letter for letter in letters if self.matches(letter)))


def plain_words(text: str) -> Words:
    """Split what was typed at spaces; what stands in double quotes stays together."""
    found = (quoted or word for quoted, word in _WORDS.findall(text))
    return Words(tuple(word.casefold() for word in found if word))


def parse_filter(text: str) -> Where | Words:
    """Take what was typed for an expression where it has an operator, and for plain words otherwise.

    Double quotes at the beginning always mean words. Raises EvwatchError with an `expression` fault where an
    expression is wrong.
    """
    if not text.lstrip().startswith('"') and _OPERATORS.search(text):
        return compile_where(text)
    return plain_words(text)


def searchable(letter: DeadLetter) -> str:
    """All that plain words are looked for in, case folded, one thing a line."""
    message = letter.message
    parts = [message.body, letter.id, letter.group, letter.origin, letter.source_arn, letter.target_arn]
    if letter.envelope or letter.encodings or "\\" in message.body:
        parts.append(dumps(letter.event))
    if letter.error:
        parts += (letter.error.code, letter.error.type, letter.error.message)
    for name, attribute in message.attributes.items():
        value = attribute.value
        parts += (name, value.decode("utf-8", "replace") if type(value) is bytes else str(value))
    parts += (message.system.get(name) for name in _SYSTEM)
    return "\n".join(part for part in parts if part).casefold()
