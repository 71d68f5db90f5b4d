"""Gathers what a plan is worked out from, where the guards agree that the queue may be acted on at all."""

from __future__ import annotations

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.model.arn import parse_arn
from evwatch.model.deadletter import DeadLetter
from evwatch.model.look import Look, LookRequest
from evwatch.model.plan import RedriveRequest
from evwatch.model.queue import Depth, Queue
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.journal import Memory
from evwatch.redrive.planning.destinations import targets_of_sources
from evwatch.redrive.planning.facts import Facts
from evwatch.redrive.planning.refusals import moves_of
from evwatch.redrive.targets import NoTarget, Router

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
    wanted = {letter.target_arn for letter in chosen or () if letter.target_arn}
    wanted |= targets_of_sources(about.flow, about.queue.arn).keys()
    if request.to:
        wanted.add(request.to.arn)
    read = [found for arn in sorted(wanted) if (found := await _read(watch, about.queue, arn))]
    identity = watch.state.identity.value
    return Facts(
        queue=about.queue,
        depth=about.depth,
        context=watch.state.context.name,
        now=clock.now(),
        flow=about.flow,
        queues={found.arn: found for found, _ in read},
        depths={found.arn: depth for found, depth in read},
        alarms=watch.state.cloudwatch_alarms.value or (),
        moves=await moves_of(watch, about.queue.arn),
        memory=memory,
        caller_arn=identity.arn if identity else "",
        look=look,
        chosen=chosen,
        no_target=no_target,
        examples=examples,
        to=request.to,
    )


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
