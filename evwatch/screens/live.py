"""What the screens need of a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from evwatch.model.alarm import Alarm
from evwatch.model.alarm_history import AlarmHistory
from evwatch.model.deadletter import DeadLetter
from evwatch.model.deletion import Deletion
from evwatch.model.fault import Fault
from evwatch.model.interest import Interest
from evwatch.model.log_lines import LogReading, LogRequest
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.model.report import Report, RunDetails
from evwatch.model.run import Progress
from evwatch.model.snapshot import Snapshot
from evwatch.model.switch import Switch, Switched

if TYPE_CHECKING:
    from evwatch.redrive.control import Control
    from evwatch.session import FoundQueue

Tell = Callable[[Progress], None]
NO_SESSION = Fault("network", "there is no connection to AWS yet", "the overview says why")
"""Why nothing can be read or done while no session is open."""


class Switching(Protocol):
    """Pauses and resumes consumers and rules; everything raises `EvwatchError`."""

    async def find(self, text: str) -> Switch:
        """The mapping or rule of this UUID or ARN, as it is now."""

    def require_acting(self, switch: Switch, *, on: bool) -> None:
        """Raises where it may not, or cannot, be switched now."""

    async def switch(self, switch: Switch, *, on: bool) -> Switched:
        """Switch it, and wait until AWS has carried that out."""


class Codes(Protocol):
    """MFA codes, asked for while evwatch runs."""

    @property
    def wanted(self) -> Mapping[str, str]:
        """The device whose code is waited for, by context."""

    def refused(self, context: str) -> bool:
        """Whether a code was used for this context before."""

    def give(self, context: str, code: str) -> None:
        """The code, for the next reading of this context."""


class Redriving(Protocol):
    """Plans and runs; everything raises `EvwatchError`."""

    def require_acting(self, context: str) -> None:
        """Raises where nothing may be done in a context."""

    async def caution(self, context: str, queue_arn: str) -> str:
        """What cannot be known of a queue before it is acted on; raises where SQS itself is redriving it."""

    async def queue(self, context: str, text: str) -> Queue:
        """The queue that somebody names as a target."""

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
        """What a redrive would do; nothing is received and nothing is sent."""

    async def start(self, plan: Plan, control: Control, tell: Tell) -> Report:
        """Do what a plan says."""

    async def delete(self, deletion: Deletion, control: Control, tell: Tell) -> Report:
        """Delete messages; each is saved first."""

    async def undo(self, run_id: str, control: Control, tell: Tell) -> Report:
        """Put back what a run has deleted."""

    async def resume(self, run_id: str, control: Control, tell: Tell, *, send_undecided: bool = False) -> Report:
        """Take up a run that was interrupted."""

    async def cancel(self, run_id: str) -> Report:
        """Ask a run of another process to end, or close one that is in none."""

    async def runs(self) -> list[Report]:
        """Every run, newest first."""

    async def run(self, run_id: str) -> RunDetails:
        """One run with each of its messages."""

    async def forget(self, run_id: str) -> None:
        """Overwrite what a run holds of its messages."""


class LiveSession(Protocol):
    """A live evwatch; `evwatch.session.Session` is one."""

    @property
    def snapshot(self) -> Snapshot:
        """Everything known now."""

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` on the event loop with new snapshots; returns the way to stop."""

    def show(self, interest: Interest) -> None:
        """Say what is on screen."""

    def refresh(self) -> None:
        """Read everything again now."""

    def pause(self, paused: bool) -> None:
        """Hold or resume polling."""

    @property
    def codes(self) -> Codes:
        """MFA codes that are waited for."""

    @property
    def switcher(self) -> Switching:
        """Pauses and resumes consumers and rules."""

    @property
    def redriver(self) -> Redriving:
        """Plans and runs."""

    async def find(self, text: str) -> FoundQueue:
        """The queue of this name, URL or ARN. Raises EvwatchError."""

    async def look(
        self,
        found: FoundQueue,
        request: LookRequest,
        progress: Callable[[LookProgress], None],
        stop: asyncio.Event | None = None,
    ) -> Look:
        """Look into a queue under a lease; set `stop` to end early with what was read. Raises EvwatchError."""

    async def logs(self, request: LogRequest) -> LogReading:
        """Log lines of a function, a queue's consumers, or around a dead letter's failure. Raises EvwatchError."""

    async def alarm_history(self, context: str, alarm: Alarm) -> AlarmHistory:
        """What an alarm did. Raises EvwatchError."""


OpenSession = Callable[[], AbstractAsyncContextManager[LiveSession]]
"""Opens a session that polls for as long as it is held. An `EvwatchError` is shown, and it is called again."""
