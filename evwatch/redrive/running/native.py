"""One run of the engine `native`: SQS moves the messages by itself, and evwatch starts, watches and ends that."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from evwatch.aws import moves
from evwatch.aws.errors import AwsError
from evwatch.model.fault import Fault
from evwatch.model.move import MoveTask
from evwatch.model.plan import RedriveRequest
from evwatch.model.queue import Queue
from evwatch.model.run import Phase, RunStatus
from evwatch.redrive.engine.tools import Tally
from evwatch.redrive.journal import Record
from evwatch.redrive.planning.engine_choice import refuse_native_since
from evwatch.redrive.running.telling import Teller
from evwatch.redrive.running.turn import Turn

_FIRST_LOOK_SECONDS = 0.2
_LONGEST_LOOK_SECONDS = 3.0
_RECONCILE_TRIES = 5
_PATIENCE_SECONDS = 120.0
"""How long SQS may not be reachable before watching its task is given up; the task goes on."""

_PASSING = ("network", "throttled", "aws")
_CLOCKS = timedelta(seconds=5)
"""By how much the clock of AWS may be behind."""
_REASONS = {
    "CouldNotDetermineMessageSource": "a message does not say which queue it came from: it was sent here by hand, or "
    "by SNS, Lambda or EventBridge",
    "NonExistentQueue": "the queue that messages were to go to does not exist",
    "AccessDenied": "SQS was denied sending to the target, receiving or deleting on behalf of this caller",
}


@dataclass(frozen=True, slots=True)
class _Ended:
    task: MoveTask | None
    fault: Fault | None = None


class Native:
    """One turn of it. Use it once.

    A move task belongs to SQS: it outlives evwatch, and what it has moved stays moved. So whatever became of the answer
    to its start, the tasks of the queue are asked before anything is said to have failed.
    """

    def __init__(self, turn: Turn, request: RedriveRequest) -> None:
        self._turn = turn
        self._caller = turn.watch.eye.caller
        self._clock = turn.watch.eye.clock
        self._journal = turn.journal
        self._run = turn.run
        self._dlq = turn.queue
        self._control = turn.control
        self._request = request
        self._moved_before = 0
        self._known: frozenset[datetime | None] = frozenset()
        """When tasks were started that are none of this run's."""
        self._teller = Teller(turn)

    async def move(self) -> None:
        """Start a task and stay with it to its end. Raises EvwatchError where the journal cannot be written."""
        await self._to_the_end(self._start_and_stay())

    async def take_up(self, record: Record) -> None:
        """Find the task of a run that was left, and stay with it; start another where that had been ended early."""
        await self._to_the_end(self._find_and_stay(record))

    async def _to_the_end(self, moving: Coroutine[Any, Any, _Ended]) -> None:
        ended = _Ended(None)
        try:
            ended = await moving
        except AwsError as error:
            ended = _Ended(None, error.fault)
        finally:
            # Also when cancelled in the middle: the task goes on without evwatch, and the run can be taken up again.
            await self._journal.settle_the_dead(self._dlq.arn)
        if ended.task:
            await self._journal.update(self._run.id, moved=ended.task.moved)
        status = self._status(ended)
        await self._journal.end(self._run.id, status, remaining=await self._turn.remaining(), fault=ended.fault)
        self._say("done", ended.task)

    async def _start_and_stay(self) -> _Ended:
        self._known = frozenset(task.started_at for task in await self._tasks())
        return await self._stay_with(await self._start())

    async def _find_and_stay(self, record: Record) -> _Ended:
        tasks = await self._tasks()
        mine = [task for task in tasks if self._is_mine(task, record)]
        self._moved_before = record.moved_before
        if mine and (mine[0].active or record.report.ended_at is None):
            self._known = frozenset(task.started_at for task in tasks) - {mine[0].started_at}
            return await self._stay_with(mine[0])
        self._moved_before = record.report.sent
        await self._journal.update(self._run.id, moved_before=self._moved_before, moved=0)
        if self._control.stop:
            return _Ended(None)  # nothing goes on, and whoever wants an end wants no other task
        memory = await self._journal.memory(self._dlq.arn)
        others = tuple(each for each in memory.open_runs if each != self._run.id)
        refuse_native_since(replace(memory, open_runs=others))
        return await self._start_and_stay()

    def _is_mine(self, task: MoveTask, record: Record) -> bool:
        """SQS tells the handle of a task for as long as that is under way; of one that has ended only when it began."""
        if task.handle and record.task_handle:
            return task.handle == record.task_handle
        return task.started_at is not None and task.started_at >= self._run.started_at - _CLOCKS

    async def _start(self) -> MoveTask:
        """Start a task. Raises AwsError where SQS refuses it, or where none is to be seen after an unclear answer."""
        to = self._request.to.arn if self._request.to else None
        rate = int(self._request.rate) if self._request.rate else None
        unclear: AwsError | None = None
        try:
            handle = await moves.start_move(self._caller, self._dlq.arn, to, rate)
            await self._journal.update(self._run.id, task_handle=handle)
        except AwsError as error:
            if error.not_done:
                raise
            unclear = error
        for attempt in range(_RECONCILE_TRIES):
            if attempt:
                await self._control.sleep(min(1.0, 0.1 * 2**attempt))
            if tasks := await self._tasks():
                return tasks[0]
        if unclear:
            raise unclear
        return MoveTask("RUNNING")  # SQS took it, and does not list it yet

    async def _tasks(self) -> tuple[MoveTask, ...]:
        """This run's tasks, newest first."""
        tasks = await moves.move_tasks(self._caller, self._dlq.arn)
        return tuple(task for task in tasks if task.started_at not in self._known)

    async def _stay_with(self, task: MoveTask) -> _Ended:
        """Tell of its progress until it has ended; cancel it when the run is told to stop."""
        wait = _FIRST_LOOK_SECONDS
        cancelled = False
        lost_until = self._clock.monotonic() + _PATIENCE_SECONDS
        while task.active:
            if not cancelled and (self._control.stop or await self._journal.cancel_asked(self._run.id)):
                try:
                    cancelled = await self._cancel(task)
                except AwsError as error:
                    return _Ended(task, replace(error.fault, hint=self._goes_on))
            self._say("cancelling" if cancelled or task.status == "CANCELLING" else "moving", task)
            await self._pause(wait, cancelled)
            wait = min(_LONGEST_LOOK_SECONDS, wait * 1.5)
            found, fault = None, _unlisted(self._dlq)
            try:
                found = await self._again(task)
            except AwsError as error:
                fault = error.fault
            if found:
                task = found
                lost_until = self._clock.monotonic() + _PATIENCE_SECONDS
                await self._journal.update(self._run.id, moved=task.moved)
            elif fault.code not in _PASSING or self._clock.monotonic() > lost_until:
                return _Ended(task, replace(fault, hint=self._goes_on))
        return _Ended(task, self._failure(task))

    @property
    def _goes_on(self) -> str:
        return f"SQS goes on by itself; `evwatch dlq resume {self._run.id}` looks again"

    async def _again(self, task: MoveTask) -> MoveTask | None:
        """The same task as it is now."""
        same = [each for each in await self._tasks() if task.started_at in (None, each.started_at)]
        return same[0] if same else None

    async def _pause(self, seconds: float, cancelled: bool) -> None:
        if cancelled:
            await asyncio.sleep(seconds)  # the run was told to stop already, so nothing else ends this wait
        else:
            await self._control.sleep(seconds)

    async def _cancel(self, task: MoveTask) -> bool:
        """Ask SQS to end the task; False where that must be tried again. Raises AwsError where it may not be asked."""
        self._control.end("cancel")
        if task.handle is None:
            return task.status != "RUNNING"
        try:
            await moves.cancel_move(self._caller, task.handle)
        except AwsError as error:
            if error.fault.code == "permission":
                raise
            return error.not_done and error.fault.code != "throttled"  # it has ended meanwhile
        return True

    def _failure(self, task: MoveTask) -> Fault | None:
        if task.status != "FAILED":
            return None
        reason = task.failure_reason or "no reason given"
        words = next((said for code, said in _REASONS.items() if code in reason), reason)
        message = f"SQS ended its redrive of {self._dlq.name}: {words}"
        hint = "what was not moved is still there; --engine journal says of each message why, and --to moves all to one"
        return Fault("aws", message, hint, "sqs:StartMessageMoveTask")

    def _status(self, ended: _Ended) -> RunStatus:
        if ended.task and ended.task.active:
            return "interrupted"
        if ended.fault:
            return "stopped"
        if ended.task and ended.task.status == "CANCELLED":
            return "interrupted" if self._control.stop == "interrupt" else "cancelled"
        return "completed" if ended.task else self._turn.untroubled_end

    def _say(self, phase: Phase, task: MoveTask | None) -> None:
        moved = self._moved_before + (task.moved if task else 0)
        expected = self._moved_before + task.to_move if task and task.to_move is not None else None
        self._teller.expected = expected
        self._teller.say(phase, Tally(sent=moved, deleted=moved))


def _unlisted(dlq: Queue) -> Fault:
    return Fault("aws", f"SQS does not list its redrive of {dlq.name}", "", "sqs:ListMessageMoveTasks")
