"""Runs for whoever asks for them, the dashboard and the command line alike: plan, start, resume, cancel, look back."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evwatch.aws import moves, sqs
from evwatch.aws.errors import AwsError
from evwatch.deadletters.document import body_sha256
from evwatch.model.arn import parse_arn
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.flow import dlq_sources
from evwatch.model.look import Look, LookRequest
from evwatch.model.move import MoveTask
from evwatch.model.naming import name_in
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Depth, Queue
from evwatch.model.report import Report
from evwatch.model.run import Progress, Run
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.control import Control
from evwatch.redrive.facts import Facts
from evwatch.redrive.journal import Journal, Memory
from evwatch.redrive.lock import is_locked, locked
from evwatch.redrive.moving import Moving
from evwatch.redrive.native import Native
from evwatch.redrive.planning import make_plan
from evwatch.redrive.targets import NoTarget, Router

Told = Callable[[Progress], None]

_EXAMPLE = 4_000
"""Characters of a rendered payload that a plan shows."""
_UNREAD_MESSAGE_BYTES = 8 * 1024
"""What a message that was not read is taken to be, when it is asked whether the disk has room."""
_UNGUARDED = LookRequest(source_queue_too=True, may_move_on=True, fifo=True)
"""Of a run that was begun the guards were asked before."""
_PASSING = frozenset({"cancelled", "group-stopped", "hidden", "lease-ran-out", "run-ended", "target-refuses"})
"""Why messages were left out that may go another time."""


@dataclass(frozen=True, slots=True)
class RunDetails:
    """A run, and what came of each of its messages."""

    report: Report
    messages: tuple[Mapping[str, Any], ...]


class Redriver:
    """Plans and runs over all contexts of a session. One for each session; close it with that."""

    def __init__(self, watches: Callable[[], Sequence[ContextWatch]], folder: Path, clock: Clock) -> None:
        self._watches = watches
        self._folder = folder
        self._clock = clock
        self._journal = Journal(folder, clock)

    async def close(self) -> None:
        """Let go of the journal."""
        await self._journal.close()

    def require_acting(self, context: str) -> None:
        """Raises EvwatchError where a context is read-only."""
        refuse_read_only(self._watch(context))

    async def queue(self, context: str, text: str) -> Queue:
        """The queue that somebody names as a target, with its attributes. Raises EvwatchError."""
        watch = self._watch(context)
        caller, parts = watch.eye.caller, parse_arn(text)
        found = await sqs.find_queue(caller, name_in(text), parts.account if parts else "")
        if found is None or (parts and parts.region != watch.state.context.region):
            hint = "the target must be in the region and reach of the DLQ"
            raise EvwatchError(Fault("not-found", f'there is no queue "{text}" in {context}', hint))
        queue, _ = await sqs.read_queue(caller, found, self._clock.now())
        return queue

    async def plan(
        self,
        context: str,
        queue: Queue,
        request: RedriveRequest,
        guards: LookRequest,
        *,
        chosen: tuple[DeadLetter, ...] | None = None,
        look: Look | None = None,
    ) -> Plan:
        """What a redrive would do, where the guards agree that it may be done at all.

        Nothing is received and nothing is sent. `chosen` are letters of `look`; None means the whole queue. Raises
        EvwatchError.
        """
        facts = await self._facts(self._watch(context), queue, request, guards, chosen, look)
        return make_plan(facts, request)

    async def start(self, plan: Plan, control: Control, tell: Told) -> Report:
        """Do what a plan says; the report tells what came of it. Raises EvwatchError where it could not begin."""
        watch = self._watch(plan.context)
        refuse_read_only(watch)
        dlq = plan.queue
        with locked(self._folder, dlq.arn, dlq.name):
            await self._journal.settle_the_dead(dlq.arn)
            await self._refuse_moving(watch, dlq)
            run = self._new_run(watch, plan)
            chosen = {letter.id: body_sha256(letter.message.body) for letter in plan.chosen or ()}
            room = plan.bytes if plan.bytes is not None else plan.messages * _UNREAD_MESSAGE_BYTES
            await self._journal.begin(run, chosen, room)
            request = replace(plan.request, watch_seconds=plan.watch_seconds)
            afterwards = None
            if plan.engine == "native":
                await Native(watch, self._journal, run, dlq, request, control, tell).move()
            else:
                moving = Moving(watch, self._journal, run, dlq, request, plan.bounce_seconds, control, tell)
                afterwards = await moving.move(1, plan.chosen)
        if afterwards:
            await afterwards.watch()
        return (await self._journal.record(run.id)).report

    async def resume(self, run_id: str, control: Control, tell: Told, *, send_undecided: bool = False) -> Report:
        """Take up a run that was interrupted: what was sent is not sent again. Raises EvwatchError."""
        record = await self._journal.record(run_id)
        run = record.run
        watch, dlq = await self._place(run)
        refuse_read_only(watch)
        only = _unfinished(record.report, send_undecided)
        if only is not None and not only:
            return record.report
        with locked(self._folder, dlq.arn, dlq.name):
            await self._journal.settle_the_dead(dlq.arn)
            request = await self._request_of(run, watch)
            if run.engine == "native":
                await self._journal.resume(run_id)
                await Native(watch, self._journal, run, dlq, request, control, tell).take_up(record)
                return (await self._journal.record(run_id)).report
            await self._refuse_moving(watch, dlq)
            incarnation = await self._journal.resume(run_id)
            bounce = json.loads(run.request).get("bounce_seconds")
            moving = Moving(watch, self._journal, run, dlq, request, bounce, control, tell)
            afterwards = await moving.move(incarnation, None, send_undecided=send_undecided, only=only)
        if afterwards:
            await afterwards.watch()
        return (await self._journal.record(run_id)).report

    async def cancel(self, run_id: str) -> Report:
        """Ask a run to end, whichever process it is in; one that is in none is closed. Raises EvwatchError."""
        record = await self._journal.record(run_id)
        if record.report.status not in ("running", "interrupted"):
            return record.report
        if is_locked(self._folder, record.run.queue_arn):
            await self._journal.update(run_id, cancel=1)
        elif record.run.engine == "native":
            control = Control()
            control.end("cancel")
            await self.resume(run_id, control, _untold)
        else:
            with locked(self._folder, record.run.queue_arn, record.run.queue_name):
                await self._journal.settle_the_dead(record.run.queue_arn)
                await self._journal.unmet(run_id, "cancelled")
                await self._journal.end(run_id, "cancelled", remaining=record.report.remaining)
        return (await self._journal.record(run_id)).report

    async def runs(self) -> list[Report]:
        """Every run, newest first. Raises EvwatchError."""
        if not self._journal.exists:
            return []
        return [self._alive(record.report) for record in await self._journal.records()]

    async def run(self, run_id: str) -> RunDetails:
        """One run with each of its messages. Raises EvwatchError."""
        report = self._alive((await self._journal.record(run_id)).report)
        return RunDetails(report, tuple(await self._journal.messages(run_id)))

    async def forget(self, run_id: str) -> None:
        """Overwrite what a run holds of its messages; which were sent is still known. Raises EvwatchError."""
        record = await self._journal.record(run_id)
        if self._alive(record.report).status == "running":
            raise EvwatchError(Fault("refused", f"run {run_id} is under way", f"evwatch dlq cancel {run_id}"))
        await self._journal.forget(run_id)

    def _alive(self, report: Report) -> Report:
        """A run whose process died without a word is interrupted."""
        if report.status == "running" and not is_locked(self._folder, report.queue_arn):
            return replace(report, status="interrupted")
        return report

    async def _facts(
        self,
        watch: ContextWatch,
        queue: Queue,
        request: RedriveRequest,
        guards: LookRequest,
        chosen: tuple[DeadLetter, ...] | None,
        look: Look | None,
    ) -> Facts:
        about = await watch.looker.about(queue, guards)
        await watch.know()
        caller, clock = watch.eye.caller, watch.eye.clock
        router = Router(caller, clock, about.queue, request.to, about.flow)
        no_target: dict[str, str] = {}
        examples: dict[str, str] = {}
        for letter in chosen or ():
            routed = await router.route(letter)
            if isinstance(routed, NoTarget):
                no_target[letter.id] = routed.code
            elif routed.outgoing.body != letter.message.body:
                examples.setdefault(routed.target.arn, routed.outgoing.body[:_EXAMPLE])
        wanted = {source.arn for source in dlq_sources(about.flow, about.queue.arn) if source.kind == "queue"}
        wanted |= {
            edge.target
            for source in dlq_sources(about.flow, about.queue.arn)
            for edge in about.flow.outgoing.get(source.arn, ())
            if edge.kind in ("targets", "subscribes", "schedules")
        }
        wanted |= {letter.target_arn for letter in chosen or () if letter.target_arn}
        wanted |= {request.to.arn} if request.to else set()
        read = [found for arn in sorted(wanted) if (found := await self._read(watch, about.queue, arn))]
        identity = watch.state.identity.value
        memory = await self._journal.memory(about.queue.arn) if self._journal.exists else Memory()
        return Facts(
            queue=about.queue,
            depth=about.depth,
            context=watch.state.context.name,
            now=clock.now(),
            flow=about.flow,
            queues={found.arn: found for found, _ in read},
            depths={found.arn: depth for found, depth in read},
            alarms=watch.state.cloudwatch_alarms.value or (),
            moves=await move_tasks(watch, about.queue),
            memory=memory,
            caller_arn=identity.arn if identity else "",
            look=look,
            chosen=chosen,
            no_target=no_target,
            examples=examples,
        )

    async def _read(self, watch: ContextWatch, dlq: Queue, arn: str) -> tuple[Queue, Depth] | None:
        """Attributes and depth of a queue that is a source or target; None for whatever is no queue or not seen."""
        parts = parse_arn(arn)
        if parts is None or parts.service != "sqs" or parts.region != dlq.region or arn == dlq.arn:
            return None
        caller = watch.eye.caller
        try:
            found = await sqs.find_queue(caller, parts.name, parts.account)
            return await sqs.read_queue(caller, found, self._clock.now()) if found else None
        except AwsError as error:
            if error.fault.code in ("permission", "not-found"):
                return None
            raise

    async def _refuse_moving(self, watch: ContextWatch, dlq: Queue) -> None:
        tasks = await move_tasks(watch, dlq)
        if tasks and tasks[0].active:
            hint = "wait until it has ended, or cancel it (sqs:CancelMessageMoveTask)"
            raise EvwatchError(Fault("refused", f"SQS itself is redriving {dlq.name} now", hint))

    def _new_run(self, watch: ContextWatch, plan: Plan) -> Run:
        now = self._clock.now()
        identity = watch.state.identity.value
        request = plan.request
        kept = {
            "to": request.to.arn if request.to else None,
            "rate": request.rate,
            "canary": request.canary,
            "stop_on_bounce": request.stop_on_bounce,
            "watch_seconds": plan.watch_seconds,
            "bounce_seconds": plan.bounce_seconds,
            "lease_seconds": request.lease_seconds,
            "whole": plan.chosen is None,
        }
        return Run(
            id=f"{now:%Y%m%d-%H%M%S}-{watch.eye.random.getrandbits(24):06x}",
            kind="redrive",
            engine=plan.engine,
            queue_arn=plan.queue.arn,
            queue_url=plan.queue.url,
            queue_name=plan.queue.name,
            context=plan.context,
            endpoint_url=watch.eye.caller.endpoint_url,
            started_at=now,
            caller_arn=identity.arn if identity else "",
            host=socket.gethostname(),
            reason=request.reason,
            request=json.dumps(kept),
        )

    async def _request_of(self, run: Run, watch: ContextWatch) -> RedriveRequest:
        """What a run was begun with."""
        kept = json.loads(run.request)
        to = None
        if kept.get("to"):
            parts = parse_arn(kept["to"])
            found = await sqs.find_queue(watch.eye.caller, parts.name, parts.account) if parts else None
            if found is None:
                raise EvwatchError(Fault("not-found", f"the target {kept['to']} is not there any more"))
            to, _ = await sqs.read_queue(watch.eye.caller, found, self._clock.now())
        return RedriveRequest(
            to=to,
            rate=kept.get("rate"),
            canary=kept.get("canary") or 0,
            stop_on_bounce=kept.get("stop_on_bounce"),
            watch_seconds=kept.get("watch_seconds"),
            engine=run.engine,
            reason=run.reason,
            lease_seconds=kept.get("lease_seconds") or RedriveRequest().lease_seconds,
        )

    async def _place(self, run: Run) -> tuple[ContextWatch, Queue]:
        """The context in which a run's queue is, and the queue as it is now."""
        parts = parse_arn(run.queue_arn)
        watches = [watch for watch in self._watches() if parts and watch.state.context.region == parts.region]
        for watch in sorted(watches, key=lambda each: each.state.context.name != run.context):
            found = await watch.find(run.queue_name)
            if found is None:
                continue
            await watch.know()
            queue, _ = await sqs.read_queue(watch.eye.caller, found, self._clock.now())
            if queue.arn == run.queue_arn:
                await watch.looker.about(queue, _UNGUARDED)  # where its messages go is in the flow
                return watch, queue
        hint = f"it was begun in {run.context}: use the same --profile, --region and --endpoint-url"
        raise EvwatchError(Fault("not-found", f"{run.queue_arn} is in none of the contexts", hint))

    def _watch(self, context: str) -> ContextWatch:
        return next(watch for watch in self._watches() if watch.state.context.name == context)


def _untold(_: Progress) -> None:
    return


def _unfinished(report: Report, send_undecided: bool) -> frozenset[str] | None:
    """Of a run that came to its end, the messages that it left behind; None where it is to go on as it was begun.

    What has arrived in the queue since then was never meant.
    """
    if report.status != "completed":
        return None
    left = {each.id for each in report.failed} | set(report.not_deleted)
    left |= {each.id for each in report.skipped if each.code in _PASSING}
    left |= set(report.undecided) if send_undecided else set()
    if left and report.queue_arn.endswith(".fifo"):
        return None  # behind the one that failed its group has waited, and may not have been met at all
    return frozenset(left)


def refuse_read_only(watch: ContextWatch) -> None:
    """Raises EvwatchError where nothing may be done; the client would refuse too, but later."""
    if watch.state.context.read_only:
        hint = "start without --read-only, and outside a read-only context, to act"
        raise EvwatchError(Fault("refused", "read-only: nothing was sent", hint))


async def move_tasks(watch: ContextWatch, dlq: Queue) -> tuple[MoveTask, ...] | None:
    """SQS's own redrives of a queue; None where the endpoint knows none, empty where they may not be seen."""
    try:
        return await moves.move_tasks(watch.eye.caller, dlq.arn)
    except AwsError as error:
        if error.unsupported:
            return None
        if error.fault.code in ("permission", "not-found"):
            return ()
        raise
