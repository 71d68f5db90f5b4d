"""What a failure group is called: who failed, at what, in words that a person takes in at a glance."""

from __future__ import annotations

from evwatch.deadletters.group.shape import kind
from evwatch.deadletters.group.skeleton import GAP, skeleton
from evwatch.deadletters.naming import called
from evwatch.model.deadletter import DeadLetter, FailureError

MAX_LENGTH = 160


def title(letter: DeadLetter) -> str:
    """The title of the group that this letter is an example of; variable parts of messages are gaps in it."""
    source = called(letter.source_arn) if letter.source_arn else ""
    error = letter.error
    match letter.origin:
        case "function" | "function-destination":
            found = _reason(error, f" in {source or 'a function'}")
        case "rule" | "schedule":
            found = _undelivered(letter, source, error)
        case "stream" | "pipe":
            stream = letter.named[-1] if letter.named else ""
            found = _reason(error, f" in {source or f'a {letter.origin}'}")
            found += f": batch of {called(stream)}" if stream else ""
        case "queue":
            found = f"{kind(letter.event)}, given up in {source}"
        case "topic":
            found = f"{kind(letter.event)}, not delivered by {source or 'a topic'}"
            found += f" to {called(letter.target_arn)}" if letter.target_arn else ""
        case _:
            found = f"{kind(letter.event)}, not known who gave up"
    return found if len(found) <= MAX_LENGTH else f"{found[: MAX_LENGTH - 3]}..."


def _reason(error: FailureError | None, where: str) -> str:
    if error is None:
        return f"Failure{where}"
    # Lambda's code is the HTTP status of the invocation, 200 for a function that raised: no word for a person.
    what = error.type or (error.code if error.code and not error.code.isdigit() else "Failure")
    return f"{what}{where}{_message(error)}"


def _message(error: FailureError) -> str:
    """The message behind a colon, without the type where it begins with that: the title has said it already."""
    if not error.message:
        return ""
    said = error.message
    if error.type and said.lstrip().startswith(error.type):
        said = said.lstrip()[len(error.type) :].lstrip(" :")
    short = skeleton(said, error.type).lstrip(f"{GAP} ")
    return f": {short}" if short else ""


def _undelivered(letter: DeadLetter, source: str, error: FailureError | None) -> str:
    target = letter.named[1] if len(letter.named) > 1 else ""
    where = f" calling {called(target)}" if target else ""
    return _reason(error, f"{where}, {letter.origin} {source}")
