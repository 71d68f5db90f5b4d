"""One run of the engine `journal`, from what was asked for to what is written of its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.deadletters.look import Eye
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import Fault
from evwatch.model.flow import Flow
from evwatch.model.plan import RedriveRequest
from evwatch.model.queue import Queue
from evwatch.model.run import Phase, Progress, Run, RunStatus, Verdict
from evwatch.pollers.watch import ContextWatch
from evwatch.redrive.bounces import BounceWatch
from evwatch.redrive.control import Control
from evwatch.redrive.engine.canary import send_canary
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.pipeline import Moved, Pipeline
from evwatch.redrive.engine.tools import Job, Tally, Tools
from evwatch.redrive.journal import Journal
from evwatch.redrive.speed import Speed
from evwatch.redrive.targets import Router

_ARRIVALS = 100
"""So many more than were there at the beginning are moved at most, or a tenth: a busy DLQ would keep it going."""


class Moving:
    """Use it once, holding the queue's lock."""

    def __init__(
        self,
        watch: ContextWatch,
        journal: Journal,
        run: Run,
        dlq: Queue,
        request: RedriveRequest,
        bounce_seconds: float | None,
        control: Control,
        tell: Callable[[Progress], None],
    ) -> None:
        self._watch = watch
        self._journal = journal
        self._run = run
        self._dlq = dlq
        self._request = request
        self._bounce_seconds = bounce_seconds
        self._control = control
        self._tell = tell
        self._expected: int | None = None
        self._speed = Speed(watch.eye.clock.monotonic)

    @property
    def _eye(self) -> Eye:
        return self._watch.eye

    async def move(
        self,
        incarnation: int,
        letters: tuple[DeadLetter, ...] | None,
        *,
        send_undecided: bool = False,
        only: frozenset[str] | None = None,
    ) -> Afterwards | None:
        """Move what was meant, and write down how it ended; returns the watch that is still to be kept.

        Raises EvwatchError where nothing could begin.
        """
        eye, run = self._eye, self._run
        tools = Tools(eye.caller, eye.clock, eye.random, self._journal, self._control)
        flow = self._watch.state.flow.value or Flow()
        fault: Fault | None = None
        verdict: Verdict | None = None
        left: frozenset[str] = frozenset()
        crew: Crew | None = None
        try:
            job = await self._job(incarnation, send_undecided, only)
            crew = Crew.of(
                tools, job, Router(eye.caller, eye.clock, self._dlq, self._request.to, flow, dict(self._request.edits))
            )
            verdict = await self._canary(crew, flow)
            if verdict != "bounced":
                moved = await Pipeline(crew, self._progress).move(flow)
                fault, left = moved.fault, moved.left
                await self._left_out(moved, incarnation, letters)
        except AwsError as error:
            fault = error.fault
        finally:
            if crew:
                await crew.health.aclose()
            # Also when cancelled in the middle: what was on its way then is in doubt.
            await self._journal.settle_the_dead(self._dlq.arn)
        if crew and crew.halt.tripped:
            verdict = "bounced"
        status = self._status(fault, verdict)
        await self._journal.end(run.id, status, remaining=await self._remaining(), verdict=verdict, fault=fault)
        if status != "completed" or not crew or not crew.tally.sent or not self._request.watch_seconds:
            self._progress("done", crew.tally if crew else Tally(), None)
            return None
        await self._journal.update(run.id, verdict="unproven")
        return Afterwards(self, tools, flow, left, crew.tally)

    async def _canary(self, crew: Crew, flow: Flow) -> Verdict | None:
        """Send the canary and watch it; what its bounce means is for the caller. None where there is none."""
        request = self._request
        if not request.canary:
            return None
        self._progress("moving", crew.tally, None)
        sent = await send_canary(crew, flow, request.canary)
        if not sent or not request.watch_seconds:
            return None
        return await self.watch(crew.tools, flow, None, crew.tally, until_bounced=True)

    async def watch(
        self, tools: Tools, flow: Flow, left: frozenset[str] | None, tally: Tally, *, until_bounced: bool = False
    ) -> Verdict:
        """Watch for what comes back, and write down what that shows. Raises EvwatchError."""
        seconds = self._request.watch_seconds or 0.0
        watch = BounceWatch(
            tools, self._run.id, self._dlq, flow, left, lambda left: self._progress("watching", tally, left)
        )
        watched = await watch.watch(seconds, until_bounced=until_bounced)
        verdict = watched.verdict(seconds, self._bounce_seconds)
        proven = replace(watched, bounced=0).verdict(seconds, self._bounce_seconds) == "passed"
        tally.bounced = max(tally.bounced, watched.bounced)
        await self._journal.update(self._run.id, verdict=verdict, proven=int(proven), probably_bounced=watched.probable)
        self._progress("done", tally, None)
        return verdict

    async def _job(self, incarnation: int, send_undecided: bool, only: frozenset[str] | None) -> Job:
        chosen = only if only is not None else await self._journal.chosen(self._run.id)
        depth = (await sqs.read_queue(self._eye.caller, self._dlq, self._eye.clock.now()))[1]
        there = depth.visible + depth.in_flight + depth.delayed
        self._expected = there if chosen is None else len(chosen)
        return Job(
            run=self._run.id,
            incarnation=incarnation,
            dlq=self._dlq,
            lease_seconds=self._request.lease_seconds,
            chosen=chosen,
            rate=self._request.rate,
            there=there,
            most=there + max(_ARRIVALS, there // 10) if chosen is None else None,
            send_undecided=send_undecided,
            put_back=bool((await self._journal.memory(self._dlq.arn)).put_back),
            discards=self._run.kind == "delete",
            stop_on_bounce=self._request.stop_on_bounce,
        )

    async def _left_out(self, moved: Moved, incarnation: int, letters: tuple[DeadLetter, ...] | None) -> None:
        """Say why what was chosen was not met, where the run is over for good."""
        journal, run = self._journal, self._run.id
        if moved.complete:
            await journal.read_whole(run, incarnation, self._dlq.arn)
        if self._control.stop == "cancel":
            await journal.unmet(run, "cancelled")
        elif self._control.stop is None and (moved.complete or moved.hidden):
            now = self._eye.clock.now()
            expired = [letter.id for letter in letters or () if letter.expires_at and letter.expires_at <= now]
            await journal.unmet(run, "expired", expired)
            await journal.unmet(run, "hidden" if moved.hidden else "gone")

    def _status(self, fault: Fault | None, verdict: Verdict | None) -> RunStatus:
        if fault or verdict == "bounced":
            return "stopped"
        match self._control.stop:
            case "cancel":
                return "cancelled"
            case "interrupt":
                return "interrupted"
        return "completed"

    async def _remaining(self) -> int | None:
        try:
            _, depth = await sqs.read_queue(self._eye.caller, self._dlq, self._eye.clock.now())
        except AwsError:
            return None
        return depth.visible + depth.in_flight + depth.delayed

    def _progress(self, phase: Phase, tally: Tally, seconds_left: float | None) -> None:
        rate = self._speed.of(tally.sent)
        done = tally.sent + tally.failed + tally.skipped + tally.undecided
        left = max(0, self._expected - done) if self._expected is not None else None
        self._tell(
            Progress(
                run=self._run.id,
                phase=phase,
                sent=tally.sent,
                deleted=tally.deleted,
                failed=tally.failed,
                undecided=tally.undecided,
                skipped=tally.skipped,
                bounced=tally.bounced,
                expected=self._expected,
                rate=rate,
                eta_seconds=round(left / rate, 1) if left is not None and rate else None,
                seconds_left=seconds_left,
            )
        )


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The watch for what comes back after all was moved. Nothing is moved any more, so the queue is free meanwhile."""

    moving: Moving
    tools: Tools
    flow: Flow
    left: frozenset[str]
    tally: Tally

    async def watch(self) -> None:
        """Keep it to its end, or until the run is told to stop. Raises EvwatchError."""
        await self.moving.watch(self.tools, self.flow, self.left, self.tally)
