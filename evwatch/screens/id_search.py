"""What holds an id: the dead letters that were read, and the log lines that were shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from evwatch.deadletters.group import title
from evwatch.deadletters.query import with_id
from evwatch.model.arn import arn_name
from evwatch.model.deadletter import DeadLetter
from evwatch.model.log_lines import LogLine, LogRequest
from evwatch.model.snapshot import Snapshot
from evwatch.present.figures import plural
from evwatch.present.key import Key
from evwatch.present.letters import reason, short_id
from evwatch.screens.breath import Breath

SHORTEST = 4
"""A shorter text stands in too much to be an id."""
_MOST = 100
_AROUND = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A dead letter in which the id stands."""

    key: Key
    """Context and queue ARN."""
    letter: str
    name: str
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A log line in which it stands."""

    key: Key
    """Context and function ARN."""
    at: datetime
    term: str
    name: str
    kind: str = "log line"

    @property
    def request(self) -> LogRequest:
        """The lines that hold it, around this one."""
        return LogRequest(self.key[1], self.at - _AROUND, self.at + _AROUND, self.term, context=self.key[0])


@dataclass(frozen=True, slots=True)
class Held:
    """All that holds an id, and that in words."""

    messages: tuple[HeldMessage, ...] = ()
    lines: tuple[HeldLine, ...] = ()
    said: str = ""


class IdSearch:
    """Goes through what is known; nothing is read from AWS for it."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    async def find(self, typed: str) -> Held:
        """What holds this very id. The keys are heard meanwhile."""
        wanted = typed.strip()
        if len(wanted) < SHORTEST or " " in wanted:
            return Held()
        snapshot = self._snapshot()
        messages: list[HeldMessage] = []
        lines: list[HeldLine] = []
        queues: set[Key] = set()
        breath = Breath()
        for key, letter in _letters(snapshot):
            if with_id((letter,), wanted) and len(messages) < _MOST:
                queues.add(key)
                messages.append(HeldMessage(key, letter.id, _message_words(key, letter)))
            await breath.take()
        word = re.compile(rf"(?<![\w-]){re.escape(wanted.casefold())}(?![\w-])")
        for key, line in _lines(snapshot):
            if wanted.casefold() in (text := line.text.casefold()) and word.search(text) and len(lines) < _MOST:
                lines.append(HeldLine(key, line.at, wanted, f"{arn_name(key[1])}: {line.text}"))
            await breath.take()
        return Held(tuple(messages), tuple(lines), _said(messages, lines, len(queues)))


def _letters(snapshot: Snapshot) -> Iterator[tuple[Key, DeadLetter]]:
    for context in snapshot.contexts:
        for arn, look in context.looks.items():
            for letter in look.letters:
                yield (context.context.name, arn), letter


def _lines(snapshot: Snapshot) -> Iterator[tuple[Key, LogLine]]:
    for context in snapshot.contexts:
        seen: set[tuple[datetime, str]] = set()
        for reading in context.log_readings:
            function = reading.functions[0] if reading.functions else ""
            for line in reading.lines:
                if (line.at, line.text) not in seen:
                    seen.add((line.at, line.text))
                    yield (context.context.name, function), line


def _message_words(key: Key, letter: DeadLetter) -> str:
    return f"{arn_name(key[1])} {short_id(letter.id)}  {reason(letter.error) or title(letter)}"


def _said(messages: list[HeldMessage], lines: list[HeldLine], queues: int) -> str:
    parts = []
    if messages:
        parts.append(f"{plural(len(messages), 'message')} in {plural(queues, 'queue')}")
    if lines:
        parts.append(plural(len(lines), "log line"))
    return f"held by {' and '.join(parts)} of those that were read" if parts else ""
