"""Gathers what a plan is worked out from, and refuses what may not be acted on now."""

from __future__ import annotations

from evwatch.aws import moves, sqs
from evwatch.aws.errors import AwsError
from evwatch.aws.guard import how_to_act
from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.flow import Flow, dlq_sources
from evwatch.model.look import Look, LookRequest
from evwatch.model.move import MoveTask
from evwatch.model.plan import RedriveRequest
from evwatch.model.queue import Depth, Queue
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.facts import Facts
from evwatch.redrive.journal import Memory
from evwatch.redrive.targets import NoTarget, Router

_UNSEEN = (MoveTask("not to be seen"),)
"""In place of tasks that may not be listed."""
MOVES_UNSEEN = (
    f"no permission: {sqs.LIST_MOVE_TASKS.iam_action}; whether SQS itself is redriving this queue cannot be seen"
)
_EXAMPLE = 4_000
"""Characters of a rendered payload that a plan shows."""


async def gather(
    watch: ContextWatch,
    queue: Queue,
    request: RedriveRequest,
    guards: LookRequest,
    memory: Memory,
    chosen: tuple[DeadLetter, ...] | None,
    look: Look | None,
) -> Facts:
    """Everything that is known around a DLQ, if the guards agree; no message is received. Raises EvwatchError."""
    about = await watch.looker.about(queue, guards)
    await watch.know()
    clock = watch.eye.clock
    router = Router(watch.eye.caller, clock, about.queue, request.to, about.flow, dict(request.edits))
    no_target: dict[str, str] = {}
    examples: dict[str, str] = {}
    for letter in chosen or ():
        routed = await router.route(letter)
        if isinstance(routed, NoTarget):
            no_target[letter.id] = routed.code
        elif routed.outgoing.body != letter.message.body:
            examples.setdefault(routed.target.arn, routed.outgoing.body[:_EXAMPLE])
    wanted = _targets(about.flow, about.queue) | {letter.target_arn for letter in chosen or () if letter.target_arn}
    if request.to:
        wanted.add(request.to.arn)
    read = [found for arn in sorted(wanted) if (found := await _read(watch, about.queue, arn))]
    identity = watch.state.identity.value
    moving = await move_tasks(watch, about.queue.arn)
    return Facts(
        queue=about.queue,
        depth=about.depth,
        context=watch.state.context.name,
        now=clock.now(),
        flow=about.flow,
        queues={found.arn: found for found, _ in read},
        depths={found.arn: depth for found, depth in read},
        alarms=watch.state.cloudwatch_alarms.value or (),
        moves=() if moving is _UNSEEN else moving,
        moves_unseen=moving is _UNSEEN,
        memory=memory,
        caller_arn=identity.arn if identity else "",
        look=look,
        chosen=chosen,
        no_target=no_target,
        examples=examples,
        to=request.to,
    )


async def move_tasks(watch: ContextWatch, queue_arn: str) -> tuple[MoveTask, ...] | None:
    """SQS's own redrives of a queue; None where the endpoint knows none, `_UNSEEN` where they may not be listed."""
    try:
        return await moves.move_tasks(watch.eye.caller, queue_arn)
    except AwsError as error:
        if error.unsupported:
            return None
        if error.fault.code == "permission":
            return _UNSEEN
        if error.fault.code == "not-found":
            return ()
        raise


async def refuse_moving(watch: ContextWatch, queue: Queue) -> None:
    """Raises EvwatchError where SQS itself is redriving this queue now."""
    _refuse(await move_tasks(watch, queue.arn), queue.arn)


def _refuse(tasks: tuple[MoveTask, ...] | None, queue_arn: str) -> None:
    if tasks and tasks[0].active:
        hint = "wait until it has ended, or cancel it (sqs:CancelMessageMoveTask)"
        raise EvwatchError(Fault("refused", f"SQS itself is redriving {arn_name(queue_arn)} now", hint))


async def unseen_moves(watch: ContextWatch, queue_arn: str) -> str:
    """That it cannot be seen whether SQS itself is redriving a queue; empty where it can. Raises EvwatchError where it
    is."""
    tasks = await move_tasks(watch, queue_arn)
    if tasks is _UNSEEN:
        return MOVES_UNSEEN
    _refuse(tasks, queue_arn)
    return ""


def refuse_read_only(watch: ContextWatch) -> None:
    """Raises EvwatchError where nothing may be done; the client would refuse too, but later."""
    if watch.state.context.read_only:
        raise EvwatchError(Fault("refused", "read-only: nothing was done", how_to_act(watch.state.context)))


def _targets(flow: Flow, dlq: Queue) -> set[str]:
    """What gives up into a DLQ, and where messages of it would go."""
    found: set[str] = set()
    for source in dlq_sources(flow, dlq.arn):
        found.add(source.arn)
        edges = flow.outgoing.get(source.arn, ())
        found |= {edge.target for edge in edges if edge.kind in ("targets", "subscribes", "schedules")}
    return found


async def _read(watch: ContextWatch, dlq: Queue, arn: str) -> tuple[Queue, Depth] | None:
    """Attributes and depth of a queue that is a source or target; None for whatever is no queue or not seen."""
    parts = parse_arn(arn)
    if parts is None or parts.service != "sqs" or parts.region != dlq.region or arn == dlq.arn:
        return None
    caller = watch.eye.caller
    try:
        found = await sqs.find_queue(caller, parts.name, parts.account)
        return await sqs.read_queue(caller, found, watch.eye.clock.now()) if found else None
    except AwsError as error:
        if error.fault.code in ("permission", "not-found"):
            return None
        raise
