"""What a target may have called a message that came back: by that a bounce is proved."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.deadletters.decode import sns
from evwatch.deadletters.decode.form import member
from evwatch.deadletters.decode.invocation import request_ids
from evwatch.deadletters.decode.opening import open_message
from evwatch.model.deadletter import DeadLetter


def known_names(letter: DeadLetter) -> tuple[str, ...]:
    """The MessageId, which SQS keeps from queue to DLQ; the id of a function's request; that of an event."""
    return tuple(dict.fromkeys(name for name in _names(letter) if isinstance(name, str) and name))


def _names(letter: DeadLetter) -> Iterator[object]:
    yield letter.id
    match letter.origin:
        case "function" | "function-destination":
            yield from request_ids(letter)
        case "rule":
            yield member(letter.event, "id")
        case "topic":
            if envelope := sns.envelope(open_message(letter.message)):
                yield envelope.get("MessageId")
