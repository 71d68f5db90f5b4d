"""From a message as SQS gave it to a dead letter that a person can judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from evwatch.deadletters.decode import destination, function, pipe, queue, rule, schedule, stream, topic
from evwatch.deadletters.decode.form import Opened, Verdict
from evwatch.deadletters.decode.opening import open_message
from evwatch.deadletters.decode.surroundings import Surroundings
from evwatch.deadletters.group import fingerprint
from evwatch.model.deadletter import DeadLetter, Message

ORDER: tuple[Callable[[Opened, Surroundings], Verdict | None], ...] = (
    queue.recognise,
    rule.recognise,
    schedule.recognise,
    function.recognise,
    pipe.recognise,
    stream.recognise,
    destination.recognise,
    topic.recognise,
)
"""Who may have given up on a message, tried in this order; the first that recognises it decides.

The queue comes first because only SQS sets its mark, and with the last move: whatever else a message carries, such as
the attributes of a rule that had given up on it before, is older. A topic comes last because anything may travel in
its envelope.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIFO_CLOCK = "FIFO: moving a message restarts its clock; it expires at the time shown or later"
_FIFO_UNKNOWN = "FIFO: moving a message restarts its clock, and when it was moved is not recorded"


def decode(message: Message, surroundings: Surroundings) -> DeadLetter:
    """All that can be learnt from a message. Never raises, whatever the message holds; the message is kept as it is."""
    opened = open_message(message)
    verdict = _verdict(opened, surroundings)
    system = message.system
    sent = _time(system.get("SentTimestamp"))
    expires, exact, notes = _expiry(sent, surroundings)
    event, error = opened.event, verdict.error
    return DeadLetter(
        message=message,
        origin=verdict.origin,
        group=fingerprint(verdict.origin, verdict.named, error, event),
        sent_at=sent or surroundings.now,
        receive_count=_count(system),
        event=event,
        envelope=tuple(layer.kind for layer in opened.layers),
        encodings=opened.encodings,
        error=error,
        source_arn=verdict.source_arn,
        target_arn=verdict.target_arn,
        target_reason=verdict.target_reason,
        first_received_at=_time(system.get("ApproximateFirstReceiveTimestamp")),
        expires_at=expires,
        expires_exact=exact,
        message_group_id=system.get("MessageGroupId"),
        named=verdict.named,
        notes=opened.notes + verdict.notes + notes,
    )


def _verdict(opened: Opened, surroundings: Surroundings) -> Verdict:
    for recognise in ORDER:
        if verdict := recognise(opened, surroundings):
            return verdict
    reason = "not known: nothing in the message says who gave up on it"
    if surroundings.points_here:
        reason += "; it may have been sent here by hand"
    return Verdict("unknown", None, None, reason)


def _expiry(sent: datetime | None, surroundings: Surroundings) -> tuple[datetime | None, bool, tuple[str, ...]]:
    """When SQS drops the message, and whether that is exact.

    A standard queue counts from when the message was first sent, to whichever queue; FIFO begins anew with the move to
    the DLQ (SQS developer guide, message retention of dead-letter queues), so there it is the earliest moment.
    """
    if sent is None:
        return None, True, ("when it was sent was not given",)
    retention = surroundings.queue.retention_seconds
    if retention is None:
        return None, True, ()
    try:
        expires = sent + timedelta(seconds=retention)
    except OverflowError:
        return None, True, ()
    if not surroundings.queue.fifo:
        return expires, True, ()
    if expires <= surroundings.now:
        return None, True, (_FIFO_UNKNOWN,)
    return expires, False, (_FIFO_CLOCK,)


def _time(milliseconds: str | None) -> datetime | None:
    """SQS's time stamps are milliseconds since the epoch, as text."""
    if not milliseconds:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError):
        return None


def _count(system: Mapping[str, str]) -> int:
    try:
        return int(system.get("ApproximateReceiveCount", ""))
    except ValueError:
        return 0
