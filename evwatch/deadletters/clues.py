"""Where a dead letter's failure would stand in the logs: which function's, over which time, found by what.

Nothing here reads anything. The ladder goes from what proves a line to be about this letter to what only suggests it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from evwatch.deadletters.decode.invocation import request_ids
from evwatch.deadletters.query.identifiers import correlations
from evwatch.model.arn import parse_arn
from evwatch.model.deadletter import DeadLetter
from evwatch.model.log_lines import Clue
from evwatch.model.queue import Queue

BEFORE = timedelta(minutes=20)
"""Lambda gives up right after the last attempt, which cannot have taken longer than a quarter of an hour."""
AFTER = timedelta(minutes=2)
_HOLDS = timedelta(hours=1)
"""For how long a queue whose settings are not known may have tried."""
_LONGEST = timedelta(hours=6)
_GUESSED = timedelta(minutes=2)
_IDENTIFIER = re.compile(r"(?:^|[a-z_-])(?:id|ID|Id|key|Key|number|Number)$")
_TEXTS = 4
_SHORTEST = 6
"""A shorter value stands in too many lines that are about something else."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to find the failure: search this time for this term."""

    clue: Clue
    term: str
    start: datetime
    end: datetime


def functions(letter: DeadLetter) -> tuple[str, ...]:
    """The functions that the letter itself names or its place implies: whoever gave up, then where it was going."""
    return tuple(dict.fromkeys(arn for arn in _ends(letter) if _service(arn) == "lambda"))


def consumed_queues(letter: DeadLetter) -> tuple[str, ...]:
    """The queues whose consumers may have failed on it."""
    return tuple(dict.fromkeys(arn for arn in _ends(letter) if _service(arn) == "sqs"))


def attempts(letter: DeadLetter, now: datetime, source: Queue | None = None) -> tuple[Attempt, ...]:
    """Ways to find the failure, the surest first. `source` is the queue that gave up on it, where there is one."""
    if letter.origin in ("function", "function-destination", "stream"):
        start, end = letter.sent_at - BEFORE, min(letter.sent_at + AFTER, now)
        found = [Attempt("request-id", term, start, end) for term in request_ids(letter)]
    else:
        start, end = _time_in_queue(letter, now, source)
        found = [Attempt("message-id", letter.id, start, end)]
    found += [Attempt("text", term, start, end) for term in texts(letter)]
    if letter.origin == "queue":
        first = _first_receive(letter)
        found.append(Attempt("time", "", first - timedelta(seconds=5), min(first + _GUESSED, now)))
    return tuple(attempt for attempt in found if attempt.start < attempt.end)


def texts(letter: DeadLetter) -> tuple[str, ...]:
    """What the function may have logged of it: correlation ids first, then what the event calls an id."""
    found = dict.fromkeys(sorted(correlations(letter)))
    found.update(dict.fromkeys(_identifiers(letter.event)))
    return tuple(text for text in found if len(text) >= _SHORTEST and "\n" not in text)[:_TEXTS]


def _ends(letter: DeadLetter) -> tuple[str, ...]:
    return tuple(arn for arn in (letter.source_arn, letter.target_arn) if arn)


def _service(arn: str) -> str:
    parts = parse_arn(arn)
    return parts.service if parts else ""


def _first_receive(letter: DeadLetter) -> datetime:
    """When a consumer first had it. A later time is that of a look into the DLQ, and says nothing."""
    first = letter.first_received_at
    return first if first and letter.sent_at <= first <= letter.sent_at + _LONGEST else letter.sent_at


def _time_in_queue(letter: DeadLetter, now: datetime, source: Queue | None) -> tuple[datetime, datetime]:
    if letter.origin != "queue":  # a rule, topic, schedule or pipe gave up, which may have tried for a while
        return letter.sent_at - BEFORE, min(letter.sent_at + AFTER, now)
    held = _HOLDS
    if source and source.visibility_timeout_seconds is not None and source.max_receive_count:
        tries = timedelta(seconds=source.visibility_timeout_seconds * source.max_receive_count)
        held = min(tries + timedelta(minutes=5), _LONGEST)
    return letter.sent_at - timedelta(minutes=1), min(_first_receive(letter) + held, now)


def _identifiers(event: object) -> Iterator[str]:
    level: list[tuple[str, object]] = [("", event)]
    seen = 0
    while level and seen < 2_000:
        name, value = level.pop(0)
        seen += 1
        if isinstance(value, dict):
            level += [(str(key), member) for key, member in value.items()]
        elif isinstance(value, list):
            level += [(name, member) for member in value[:10]]
        elif isinstance(value, str | int) and not isinstance(value, bool) and _IDENTIFIER.search(name):
            yield str(value)
