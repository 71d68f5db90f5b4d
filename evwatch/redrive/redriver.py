"""Runs for whoever asks for them, the dashboard and the command line alike: plan, start, resume, cancel, look back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from evwatch.aws import sqs
from evwatch.deadletters.document import body_sha256
from evwatch.model.arn import parse_arn
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter, Message
from evwatch.model.deletion import Deletion
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.look import Look, LookRequest
from evwatch.model.naming import name_in
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.model.report import Report, RunDetails
from evwatch.model.run import Engine, Progress, Run, RunKind
from evwatch.pollers.watch import ContextWatch, watch_of
from evwatch.redrive.control import Control
from evwatch.redrive.files import MessageFile, read_file
from evwatch.redrive.journal import Journal, Memory
from evwatch.redrive.journal.lock import is_locked, locked
from evwatch.redrive.journal.originals import with_origin
from evwatch.redrive.planning.engine_choice import refuse_native_since
from evwatch.redrive.planning.plan import make_plan
from evwatch.redrive.planning.refusals import refuse_moving, refuse_read_only
from evwatch.redrive.planning.survey import gather
from evwatch.redrive.running import requests
from evwatch.redrive.running.breaking import Breaking
from evwatch.redrive.running.earlier import place_of_run, require_resumable, require_undoable, unfinished
from evwatch.redrive.running.items import items_of
from evwatch.redrive.running.moving import Moving
from evwatch.redrive.running.native import Native
from evwatch.redrive.running.putting import Putting
from evwatch.redrive.running.turn import Turn

Told = Callable[[Progress], None]

_UNREAD_MESSAGE_BYTES = 8 * 1024
"""What a message that was not read is taken to be, when it is asked whether the disk has room."""


class Redriver:
    """Plans and runs over all contexts of a session. One for each session; close it with that."""

    def __init__(self, watches: Callable[[], Sequence[ContextWatch]], folder: Path, clock: Clock) -> None:
        self._watches = watches
        self._folder = folder
        self._journal = Journal(folder, clock)

    @property
    def journal(self) -> Journal:
        """Where runs are written; what else is done is recorded there too."""
        return self._journal

    async def close(self) -> None:
        """Let go of the journal."""
        await self._journal.close()

    async def know(self, context: str) -> None:
        """Read who the caller is in a context, where that was not read yet."""
        await self._watch(context).know()

    async def originals(self, queue_arn: str, messages: Sequence[Message]) -> list[Message]:
        """Messages of a queue; those that evwatch put there say again where they came from, as far as is known."""
        if self._journal.exists:
            with suppress(EvwatchError):  # a look needs no journal
                return await with_origin(self._journal, queue_arn, messages)
        return list(messages)

    def require_acting(self, context: str) -> None:
        """Raises EvwatchError where a context is read-only."""
        refuse_read_only(self._watch(context))

    async def caution(self, context: str, queue_arn: str) -> str:
        """What cannot be known of a queue before messages are taken out of it or put into it; mostly nothing.

        Raises EvwatchError where SQS itself is redriving it, which no run would go along with.
        """
        watch = next((watch for watch in self._watches() if watch.state.context.name == context), None)
        return await refuse_moving(watch, queue_arn) if watch else ""

    async def queue(self, context: str, text: str) -> Queue:
        """The queue that somebody names as a target, with its attributes. Raises EvwatchError."""
        watch = self._watch(context)
        caller, parts = watch.eye.caller, parse_arn(text)
        if parts and parts.service != "sqs":
            hint = "a whole topic or bus gets messages only where a rule's failed target is one"
            raise EvwatchError(Fault("usage", f'"{text}" is no queue', hint))
        found = await sqs.find_queue(caller, name_in(text), parts.account if parts else "")
        if found is None or (parts and parts.region != watch.state.context.region):
            hint = "the target must be in the region and reach of the DLQ"
            raise EvwatchError(Fault("not-found", f'there is no queue "{text}" in {context}', hint))
        queue, _ = await sqs.read_queue(caller, found, watch.eye.clock.now())
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
        memory = await self._journal.memory(queue.arn) if self._journal.exists else Memory()
        facts = await gather(self._watch(context), queue, request, guards, memory, chosen, look)
        return make_plan(facts, request)

    async def start(self, plan: Plan, control: Control, tell: Told) -> Report:
        """Do what a plan says; the report tells what came of it. Raises EvwatchError where it could not begin."""
        watch, dlq = self._watch(plan.context), plan.queue
        request = replace(plan.request, watch_seconds=plan.watch_seconds)
        kept = requests.kept(request, whole=plan.chosen is None, bounce_seconds=plan.bounce_seconds)
        kind: RunKind = "edit" if request.edits else "redrive"
        run = self._new_run(watch, kind, plan.engine, dlq, kept, request.reason)
        afterwards, breaking = None, Breaking()
        async with self._held(watch, dlq):
            if plan.engine == "native":
                refuse_native_since(await self._journal.memory(dlq.arn))
            await self._begin(run, plan.chosen, plan.bytes, plan.messages)
            turn = Turn(watch, self._journal, run, dlq, control, tell)
            with breaking:
                if plan.engine == "native":
                    await Native(turn, request).move()
                else:
                    afterwards = await Moving(turn, request, plan.bounce_seconds).move(plan.chosen)
        if afterwards:
            with breaking:
                await afterwards.watch()
        return breaking.told((await self._journal.record(run.id)).report)

    async def delete(self, deletion: Deletion, control: Control, tell: Told) -> Report:
        """Delete messages of a DLQ; each is saved first. Raises EvwatchError where it could not begin."""
        watch, chosen, reason = self._watch(deletion.context), deletion.chosen, deletion.reason
        about = await watch.looker.about(deletion.queue, deletion.guards)
        dlq = about.queue
        await watch.know()
        request = RedriveRequest(reason=reason, lease_seconds=deletion.lease_seconds, watch_seconds=0)
        kept = requests.kept(request, whole=chosen is None, bounce_seconds=None)
        run, breaking = self._new_run(watch, "delete", "journal", dlq, kept, reason), Breaking()
        async with self._held(watch, dlq):
            await self._begin(run, chosen, None, about.depth.held if chosen is None else len(chosen))
            turn = Turn(watch, self._journal, run, dlq, control, tell)
            with breaking:
                await Moving(turn, request, None).move(chosen)
        return breaking.told((await self._journal.record(run.id)).report)

    async def undo(self, run_id: str, control: Control, tell: Told) -> Report:
        """Put back what a run has deleted: once. Raises EvwatchError where it could not begin."""
        record = await self._journal.record(run_id)
        await require_undoable(record, self._journal)
        watch, queue = await place_of_run(record.run, self._watches())
        run, breaking = self._new_run(watch, "undo", "journal", queue, {"of": run_id}, ""), Breaking()
        async with self._held(watch, queue):
            await require_undoable(record, self._journal)
            await self._begin(run, None, None, record.report.deleted)
            with breaking:
                await self._put(Turn(watch, self._journal, run, queue, control, tell))
        return breaking.told((await self._journal.record(run.id)).report)

    async def import_file(
        self, context: str, queue: Queue, file: MessageFile, control: Control, tell: Told, *, again: bool = False
    ) -> Report:
        """Send the messages of a file to a queue, byte for byte; each line once, unless it is wanted `again`.

        Raises EvwatchError where it could not begin.
        """
        watch = self._watch(context)
        await watch.know()
        queue, _ = await sqs.read_queue(watch.eye.caller, queue, watch.eye.clock.now())
        kept = {"file": str(file.path.absolute()), "sha256": file.sha256, "again": again}
        run, breaking = self._new_run(watch, "import", "journal", queue, kept, ""), Breaking()
        async with self._held(watch, queue):
            await self._begin(run, None, file.bytes, file.messages)
            with breaking:
                await self._put(Turn(watch, self._journal, run, queue, control, tell), file)
        return breaking.told((await self._journal.record(run.id)).report)

    async def resume(self, run_id: str, control: Control, tell: Told, *, send_undecided: bool = False) -> Report:
        """Take up a run that was interrupted: what was sent is not sent again. Raises EvwatchError."""
        record = await self._journal.record(run_id)
        run = record.run
        require_resumable(run)
        watch, queue = await place_of_run(run, self._watches())
        only = unfinished(record.report, send_undecided=send_undecided)
        if only is not None and not only:
            return record.report
        kept = json.loads(run.request)
        afterwards, breaking = None, Breaking()
        async with self._held(watch, queue, moving_too=run.engine == "native"):
            request = await requests.of_run(run, watch)
            file = await asyncio.to_thread(read_file, Path(kept["file"])) if run.kind == "import" else None
            incarnation = await self._journal.resume(run_id)
            turn = Turn(watch, self._journal, run, queue, control, tell, incarnation)
            with breaking:
                if run.kind in ("undo", "import"):
                    await self._put(turn, file, send_undecided=send_undecided)
                elif run.engine == "native":
                    await Native(turn, request).take_up(record)
                else:
                    moving = Moving(turn, request, kept.get("bounce_seconds"))
                    afterwards = await moving.move(None, send_undecided=send_undecided, only=only)
        if afterwards:
            with breaking:
                await afterwards.watch()
        return breaking.told((await self._journal.record(run_id)).report)

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
        undone = await self._journal.undone_by(run_id) if report.kind == "delete" else []
        return RunDetails(report, tuple(await self._journal.messages(run_id)), undone[0][0] if undone else "")

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

    @asynccontextmanager
    async def _held(self, watch: ContextWatch, queue: Queue, *, moving_too: bool = False) -> AsyncIterator[None]:
        """Hold a queue for one run. Raises EvwatchError where another run or SQS itself is at work on it."""
        refuse_read_only(watch)
        with locked(self._folder, queue.arn, queue.name):
            await self._journal.settle_the_dead(queue.arn)
            if not moving_too:
                await refuse_moving(watch, queue.arn)
            yield

    async def _begin(self, run: Run, chosen: tuple[DeadLetter, ...] | None, size: int | None, messages: int) -> None:
        shas = {letter.id: body_sha256(letter.message.body) for letter in chosen or ()}
        await self._journal.begin(run, shas, messages * _UNREAD_MESSAGE_BYTES if size is None else size)

    def _new_run(
        self, watch: ContextWatch, kind: RunKind, engine: Engine, queue: Queue, kept: dict[str, Any], reason: str
    ) -> Run:
        names = {"arn": queue.arn, "name": queue.name, "url": queue.url}
        return requests.new_run(watch, kind, engine, **names, kept=kept, reason=reason)

    async def _put(self, turn: Turn, file: MessageFile | None = None, *, send_undecided: bool = False) -> None:
        items = items_of(turn.run, self._journal, file)
        await Putting(turn, file.messages if file else None).put(items, send_undecided=send_undecided)

    def _watch(self, context: str) -> ContextWatch:
        return watch_of(self._watches(), context)


def _untold(_: Progress) -> None:
    return
