"""What the one that failed was given, exactly: the text that a redrive would give it again."""

from __future__ import annotations

from evwatch.deadletters.decode import destination, sns
from evwatch.deadletters.decode.eventbridge import KIND as EVENTBRIDGE
from evwatch.deadletters.decode.layers import member_text
from evwatch.deadletters.decode.opening import open_message
from evwatch.model.deadletter import DeadLetter


def payload(letter: DeadLetter) -> str | None:
    """The original payload as it stood in the message, never written anew; None where the message does not hold it.

    A queue's, rule's, schedule's or subscriber's dead letter is the payload itself; Lambda wraps it where it uses a
    topic or a destination; a stream's or pipe's failure record has none.
    """
    body = letter.message.body
    match letter.origin:
        case "stream" | "pipe":
            return None
        case "function":
            opened = open_message(letter.message)
            envelope = None if "RequestID" in letter.message.attributes else sns.envelope(opened)
            return str(envelope["Message"]) if envelope else body
        case "function-destination":
            return _requested(letter)
        case _:
            return body


def _requested(letter: DeadLetter) -> str | None:
    """`requestPayload` of the record, which may have come straight, in SNS's envelope, or as an event of a bus."""
    opened = open_message(letter.message)
    envelope = sns.envelope(opened)
    text: str | None = str(envelope["Message"]) if envelope else letter.message.body
    if opened.layer(destination.KIND) is None and opened.layer(EVENTBRIDGE) is not None:
        text = member_text(text or "", "detail")
    return member_text(text or "", "requestPayload")
