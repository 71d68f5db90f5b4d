"""Which queue holds the dead letters of what the cursor is on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evwatch.model.flow import GIVES_UP
from evwatch.present.key import Key
from evwatch.present.picture import Picture
from evwatch.screens.targets import AlarmTarget, QueueTarget, ResourceTarget, Target


def where_it_gave_up(picture: Picture, target: Target | None) -> Key | None:
    """The DLQ itself, a queue's DLQ, or where a resource or what an alarm is about gives up: of what a function could
    not do, the queue that it consumes gives up.

    A queue that has no DLQ is given back as it is: looking into it asks first. None where nothing is known.
    """
    match target:
        case QueueTarget():
            row = picture.queue_by_key.get(target.key)
            if row is None or row.is_dlq or not row.queue.dlq_arn:
                return target.key
            return _place(picture, target.key[0], row.queue.dlq_arn)
        case AlarmTarget():
            alarm = picture.alarm_by_key.get(target.key)
            return _first(picture, target.key[0], alarm.alarm.resource_arns if alarm else ())
        case ResourceTarget():
            return _first(picture, target.key[0], (target.node.arn,))
        case _:
            dead = picture.dead
            return dead[0].row.key if dead else None


def _first(picture: Picture, context: str, arns: Iterable[str]) -> Key | None:
    found = (_place(picture, context, dlq) for arn in arns for dlq in _gives_up_into(picture, context, arn))
    return next(found, None)


def _gives_up_into(picture: Picture, context: str, arn: str) -> Iterator[str]:
    row = picture.queue_by_arn.get(arn)
    if row and row.is_dlq:
        yield arn
    elif row and row.queue.dlq_arn:
        yield row.queue.dlq_arn
    flow = picture.flow_of(context)
    if flow is None:
        return
    for edge in flow.outgoing.get(arn, ()):
        if edge.kind in GIVES_UP and edge.target in picture.queue_by_arn:
            yield edge.target
    for edge in flow.incoming.get(arn, ()):
        consumed = picture.queue_by_arn.get(edge.source) if edge.kind == "consumes" else None
        if consumed and consumed.queue.dlq_arn:
            yield consumed.queue.dlq_arn


def _place(picture: Picture, context: str, arn: str) -> Key:
    """A DLQ stands in the context that lists it; where none does, it is asked for from where one is."""
    row = picture.queue_by_arn.get(arn)
    return row.key if row else (context, arn)
