"""What forbids acting on a queue now, whatever is planned: the context is read-only, or SQS itself is at work on it."""

from __future__ import annotations

from evwatch.aws import moves
from evwatch.aws.errors import AwsError
from evwatch.aws.guard import how_to_act
from evwatch.aws.sqs import LIST_MOVE_TASKS
from evwatch.model.arn import arn_name
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.move import Moves
from evwatch.pollers.watch import ContextWatch

MOVES_UNSEEN = f"no permission: {LIST_MOVE_TASKS.iam_action}; whether SQS itself is redriving this queue cannot be seen"


def refuse_read_only(watch: ContextWatch) -> None:
    """Raises EvwatchError where nothing may be done; the client would refuse too, but later."""
    if watch.state.context.read_only:
        raise EvwatchError(Fault("refused", "read-only: nothing was done", how_to_act(watch.state.context)))


async def refuse_moving(watch: ContextWatch, queue_arn: str) -> str:
    """That it cannot be seen whether SQS itself is redriving a queue now; empty where it can.

    Raises EvwatchError where it is.
    """
    found = await moves_of(watch, queue_arn)
    if found.active:
        hint = "wait until it has ended, or cancel it (sqs:CancelMessageMoveTask)"
        raise EvwatchError(Fault("refused", f"SQS itself is redriving {arn_name(queue_arn)} now", hint))
    return "" if found.seen else MOVES_UNSEEN


async def moves_of(watch: ContextWatch, queue_arn: str) -> Moves:
    """SQS's own redrives of a queue, as far as they can be seen. Raises AwsError."""
    try:
        return Moves(await moves.move_tasks(watch.eye.caller, queue_arn))
    except AwsError as error:
        if error.unsupported:
            return Moves(supported=False)
        if error.fault.code == "permission":
            return Moves(seen=False)
        if error.fault.code == "not-found":
            return Moves()
        raise
