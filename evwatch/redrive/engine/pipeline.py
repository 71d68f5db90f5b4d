"""From the DLQ to the targets: several workers, each receiving, sending and deleting, until nothing is left to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evwatch.aws.errors import AwsError
from evwatch.deadletters.lease import Lease
from evwatch.model.deadletter import Message
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.run import Phase
from evwatch.redrive.engine.crew import Crew
from evwatch.redrive.engine.discard import Discards
from evwatch.redrive.engine.ending import Ending
from evwatch.redrive.engine.fifo import Groups
from evwatch.redrive.engine.gate import Gate
from evwatch.redrive.engine.hand import Hands
from evwatch.redrive.engine.letters import letters_of
from evwatch.redrive.engine.rate import Rate
from evwatch.redrive.engine.scout import Scout
from evwatch.redrive.engine.tools import Tally
from evwatch.redrive.engine.width import WORKERS

_RECEIVE_TRIES = 8
_CANCEL_LOOK_SECONDS = 0.5
_PAUSE_LOOK_SECONDS = 0.1
_REPORT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Moved:
    """How the moving of messages ended."""

    complete: bool
    """The whole queue was read: what was not met is not there."""
    hidden: bool
    """Messages are there that could not be received: others hold them, or their group is stopped."""
    left: frozenset[str]
    """MessageIds of what stays in the DLQ, as far as it was met."""
    fault: Fault | None
    unreleasable: Fault | None = None
    """Why nothing can be shown again before its lease runs out; None where it can."""


class Pipeline:
    """One run's moving of messages. Use it once."""

    def __init__(self, crew: Crew, tell: Callable[[Phase, Tally, float | None], None]) -> None:
        shift = crew.shift
        self._crew = crew
        self._tools = shift.tools
        self._job = shift.job
        self._halt = shift.halt
        self._tally = shift.tally
        self._decided = shift.decided
        self._width = crew.width
        self._tell_phase = tell
        self._rate = Rate(shift.job.rate, shift.tools.clock.monotonic, shift.tools.control)
        self._phase: Phase = "starting"
        self._ending = Ending(shift)
        self._enough = False
        self._gate = Gate()

    async def move(self) -> Moved:
        """Move until all is moved, or the run is told to stop. Raises EvwatchError where it could not begin."""
        async with self._crew.lease() as lease:
            hands = self._crew.hands(lease)
            groups = Groups(hands, lease) if self._job.dlq.fifo and isinstance(hands, Hands) else None
            self._say("moving")
            scout = Scout(self._crew.shift, self._gate)
            works = (self._watch_cancel(), self._hold(lease), self._report(), self._scouting(scout, lease))
            beside = [asyncio.create_task(work) for work in works]
            try:
                await asyncio.gather(*(self._work(number, lease, hands, groups) for number in range(WORKERS)))
                await hands.written()
            finally:
                for task in beside:
                    task.cancel()
                for ended in await asyncio.gather(*beside, return_exceptions=True):
                    if isinstance(ended, Exception):
                        self._halt.by_defect(ended)
            left = frozenset(lease.names)
            self._say("releasing")
        if self._halt.defect:
            raise self._halt.defect
        return Moved(self._ending.complete, self._ending.hidden, left, self._halt.fault, lease.refused)

    async def _work(self, number: int, lease: Lease, hands: Hands | Discards, groups: Groups | None) -> None:
        """One worker. What goes wrong ends the run, but never another worker in the middle of a message."""
        try:
            while not self._ended():
                if not self._width.allows(number) or not self._ending.may_ask(number):
                    await self._width.change()
                    continue
                await self._tools.control.until_going()
                most = await self._rate.take()
                if most and self._tools.control.paused:  # meanwhile
                    self._rate.give_back(most)
                elif most:
                    await self._turn(most, lease, hands, groups)
        except EvwatchError as error:
            self._halt.because(error.fault)
        except Exception as error:
            self._halt.by_defect(error)
        finally:
            self._width.wake()

    async def _turn(self, most: int, lease: Lease, hands: Hands | Discards, groups: Groups | None) -> None:
        sent = 0
        try:
            async with self._gate.passed():
                received = await self._asked(most, lease)
                if not received:
                    await self._ending.nothing(lease)
                    return
            self._ending.met(len(received))
            try:
                if self._tools.control.paused:
                    await self._show(lease, [message.id for message in received])
                elif not self._tools.control.stop:
                    self._say("moving")
                    sent = await self._handle(received, lease, hands, groups)
            finally:
                self._ending.done()
            self._check_enough()
        finally:
            self._rate.give_back(most - sent)

    async def _asked(self, most: int, lease: Lease) -> list[Message]:
        self._ending.asks(most)
        try:
            wait_seconds = await self._ending.wait_seconds(lease)
            return await self._receive(lease, most, wait_seconds)
        finally:
            self._ending.asked(most)
            self._width.wake()

    async def _handle(
        self, received: list[Message], lease: Lease, hands: Hands | Discards, groups: Groups | None
    ) -> int:
        letters = await letters_of(self._crew.shift, received)
        chosen = self._job.chosen
        if chosen is not None:
            letters = [letter for letter in letters if letter.id in chosen]
        if not letters:
            return 0
        if groups:
            return await groups.move(letters)
        return (await hands.move(letters)).tried

    async def _receive(self, lease: Lease, most: int, wait_seconds: int) -> list[Message]:
        """One receive; what may pass is tried again here, as long as the run is not told to stop."""
        for attempt in range(_RECEIVE_TRIES):
            try:
                return await lease.receive(most, wait_seconds)
            except AwsError as error:
                passing = error.fault.code in ("throttled", "network", "credentials") or not error.not_done
                if not passing or attempt == _RECEIVE_TRIES - 1 or self._tools.control.stop:
                    raise
                if not error.not_done:
                    self._ending.lost()
                self._width.shrink()
                await self._tools.control.sleep(0.1 * 2**attempt * self._tools.random.uniform(0.5, 1.0))
        return []

    def _ended(self) -> bool:
        return self._enough or self._ending.over or self._tools.control.stop is not None

    def _check_enough(self) -> None:
        chosen, most = self._job.chosen, self._job.most
        all_chosen = chosen is not None and len(self._decided) >= len(chosen)
        self._enough = all_chosen or (most is not None and max(self._tally.sent, self._tally.deleted) >= most)

    async def _watch_cancel(self) -> None:
        """Another process may ask this run to end, by way of the journal."""
        try:
            while not self._tools.control.stop:
                await self._tools.control.sleep(_CANCEL_LOOK_SECONDS)
                if await self._tools.journal.cancel_asked(self._job.run):
                    self._tools.control.end("cancel")
        except EvwatchError as error:
            self._halt.because(error.fault)

    async def _scouting(self, scout: Scout, lease: Lease) -> None:
        try:
            await scout.go(lease)
        except EvwatchError as error:
            self._halt.because(error.fault)

    async def _hold(self, lease: Lease) -> None:
        """Nothing stays hidden while the run is paused."""
        control = self._tools.control
        while True:
            await asyncio.sleep(_PAUSE_LOOK_SECONDS)
            if control.paused and self._ending.idle:
                await self._show(lease, lease.names)
                self._say("paused")
            elif not control.paused and self._phase == "paused":
                self._say("moving")

    async def _show(self, lease: Lease, names: Sequence[str]) -> None:
        await lease.release(names)
        lease.drop(names)
        self._ending.shown_again(len(names))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            self._say("moving" if self._phase == "waiting" else self._phase)

    def _say(self, phase: Phase) -> None:
        if phase == "moving" and self._ending.waiting is not None:
            phase = "waiting"
        self._phase = phase
        self._tell_phase(phase, self._tally, self._ending.waiting)
