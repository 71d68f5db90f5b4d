"""One run of the engine `journal`, from what was asked for to what is written of its end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evwatch.aws import sqs
from evwatch.aws.errors import AwsError
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import Fault
from evwatch.model.flow import Flow
from evwatch.model.plan import RedriveRequest
from evwatch.model.run import Verdict
from evwatch.redrive.engine.bounces import BounceWatch
from evwatch.redrive.engine.canary import send_canary
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.pipeline import Moved, Pipeline
from evwatch.redrive.engine.tools import Job, Shift, Tally
from evwatch.redrive.running.telling import Teller
from evwatch.redrive.running.turn import Turn
from evwatch.redrive.targets import Router

_ARRIVALS = 100
"""So many more than were there at the beginning are moved at most, or a tenth: a busy DLQ would keep it going."""


class Moving:
    """One turn of it. Use it once."""

    def __init__(self, turn: Turn, request: RedriveRequest, bounce_seconds: float | None) -> None:
        """`bounce_seconds` is how long a message takes at most to come back, where that is known."""
        self._turn = turn
        self._journal = turn.journal
        self._run = turn.run
        self._dlq = turn.queue
        self._request = request
        self._bounce_seconds = bounce_seconds
        self._teller = Teller(turn)

    async def move(
        self,
        letters: tuple[DeadLetter, ...] | None,
        *,
        send_undecided: bool = False,
        only: frozenset[str] | None = None,
    ) -> Afterwards | None:
        """Move what was meant, and write down how it ended; returns the watch that is still to be kept.

        Raises EvwatchError where nothing could begin.
        """
        turn = self._turn
        tools, flow = turn.tools, turn.watch.state.flow.value or Flow()
        fault: Fault | None = None
        verdict: Verdict | None = None
        left: frozenset[str] = frozenset()
        crew: Crew | None = None
        try:
            job = await self._job(flow, send_undecided, only)
            edits = dict(self._request.edits)
            router = Router(tools.caller, tools.clock, self._dlq, self._request.to, flow, edits)
            crew = Crew.of(tools, job, router)
            verdict = await self._canary(crew)
            if verdict != "bounced":
                moved = await Pipeline(crew, self._teller.say).move()
                fault, left = moved.fault, moved.left
                turn.watch.state.tried(sqs.CHANGE_VISIBILITY.iam_action, moved.unreleasable)
                await self._left_out(moved, letters)
        except AwsError as error:
            fault = error.fault
        finally:
            if crew:
                await crew.health.aclose()
            # Also when cancelled in the middle: what was on its way then is in doubt.
            await self._journal.settle_the_dead(self._dlq.arn)
        if crew and crew.shift.halt.tripped:
            verdict = "bounced"
        status = "stopped" if fault or verdict == "bounced" else turn.untroubled_end
        await self._journal.end(turn.run.id, status, remaining=await turn.remaining(), verdict=verdict, fault=fault)
        if status != "completed" or not crew or not crew.shift.tally.sent or not self._request.watch_seconds:
            self._teller.say("done", crew.shift.tally if crew else Tally())
            return None
        await self._journal.update(turn.run.id, verdict="unproven")
        return Afterwards(self, crew.shift, left)

    async def _canary(self, crew: Crew) -> Verdict | None:
        """Send the canary and watch it; what its bounce means is for the caller. None where there is none."""
        request = self._request
        if not request.canary:
            return None
        self._teller.say("moving", crew.shift.tally)
        sent = await send_canary(crew, request.canary)
        if not sent or not request.watch_seconds:
            return None
        return await self.watch(crew.shift, None, until_bounced=True)

    async def watch(self, shift: Shift, left: frozenset[str] | None, *, until_bounced: bool = False) -> Verdict:
        """Watch for what comes back, and write down what that shows. Raises EvwatchError."""
        seconds, tally = self._request.watch_seconds or 0.0, shift.tally
        watch = BounceWatch(shift, left, lambda left: self._teller.say("watching", tally, left))
        watched = await watch.watch(seconds, until_bounced=until_bounced)
        verdict = watched.verdict(seconds, self._bounce_seconds)
        proven = replace(watched, bounced=0).verdict(seconds, self._bounce_seconds) == "passed"
        tally.bounced = max(tally.bounced, watched.bounced)
        await self._journal.update(self._run.id, verdict=verdict, proven=int(proven), probably_bounced=watched.probable)
        self._teller.say("done", tally)
        return verdict

    async def _job(self, flow: Flow, send_undecided: bool, only: frozenset[str] | None) -> Job:
        chosen = only if only is not None else await self._journal.chosen(self._run.id)
        there = (await self._turn.depth()).total
        self._teller.expected = there if chosen is None else len(chosen)
        return Job(
            run=self._run.id,
            incarnation=self._turn.incarnation,
            dlq=self._dlq,
            flow=flow,
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

    async def _left_out(self, moved: Moved, letters: tuple[DeadLetter, ...] | None) -> None:
        """Say why what was chosen was not met, where the run is over for good."""
        journal, run, stop = self._journal, self._run.id, self._turn.control.stop
        if moved.complete:
            await journal.read_whole(run, self._turn.incarnation, self._dlq.arn, moved.left)
        if stop == "cancel":
            await journal.unmet(run, "cancelled")
        elif stop is None and (moved.complete or moved.hidden):
            now = self._turn.watch.eye.clock.now()
            expired = [letter.id for letter in letters or () if letter.expires_at and letter.expires_at <= now]
            await journal.unmet(run, "expired", expired)
            await journal.unmet(run, "hidden" if moved.hidden else "gone")


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The watch for what comes back after all was moved. Nothing is moved any more, so the queue is free meanwhile."""

    moving: Moving
    shift: Shift
    left: frozenset[str]

    async def watch(self) -> None:
        """Keep it to its end, or until the run is told to stop. Raises EvwatchError."""
        await self.moving.watch(self.shift, self.left)
