"""What may be looked into, and what must be asked for first: looking at SQS is never free."""

from __future__ import annotations

from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.look import LookRequest
from evwatch.model.naming import is_called_dlq
from evwatch.model.queue import Queue


def check(queue: Queue, *, is_dlq: bool, unseen: tuple[str, ...], request: LookRequest) -> None:
    """Refuse a look that could do harm which the operator has not accepted.

    `unseen` names the lists that could have told whose DLQ the queue is, but may not be read. Raises EvwatchError.
    """
    if not is_dlq and not request.source_queue_too:
        raise _refused(
            f"{queue.name} is no dead-letter queue as far as can be seen{_why_unsure(queue, unseen)}",
            "looking hides its messages from their consumer, and each look is a receive that can move them to a DLQ; "
            "use --source-queue-too to look all the same",
        )
    if is_dlq and queue.dlq_arn and not request.may_move_on:
        raise _refused(
            f"{queue.name} has a redrive policy of its own (maxReceiveCount {queue.max_receive_count})",
            "each look counts as a receive and can move messages on; use --may-move-on to look all the same",
        )
    if queue.fifo and not request.fifo:
        raise _refused(
            f"{queue.name} is FIFO",
            "a look locks its message groups and may change their order; use --fifo to look all the same",
        )


def _why_unsure(queue: Queue, unseen: tuple[str, ...]) -> str:
    if unseen:
        return f" (not permitted to ask: {', '.join(unseen)})"
    if is_called_dlq(queue.name):
        return ", though its name says so"
    return ""


def _refused(message: str, hint: str) -> EvwatchError:
    return EvwatchError(Fault("refused", message, hint, "sqs:ReceiveMessage"))
