"""The runs that the dashboard has begun or taken up: they go on whatever is on screen, but not without a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import Report, RunDetails
from evwatch.model.run import Progress, RunKind
from evwatch.model.snapshot import ContextSnapshot
from evwatch.present.gone import Gone
from evwatch.present.run_progress import Work
from evwatch.present.tones import WARN

if TYPE_CHECKING:
    from evwatch.model.look import Look
    from evwatch.redrive.control import Control
    from evwatch.screens.live import LiveSession, Redriving, Tell

Begin = Callable[["Redriving", "Control", "Tell"], Coroutine[None, None, Report]]
"""Begins a run through this redriver; the report is what came of it. Raises EvwatchError."""

_EVERY_SECONDS = 2.0
_FEW = 5_000


@dataclass(frozen=True, slots=True)
class About:
    """What a run is about, before it has told anything."""

    kind: RunKind
    context: str
    queue_arn: str
    queue_name: str
    messages: int | None = None
    run: str = ""
    """Its id, where it is taken up again."""


class Running:
    """One run under way in this process, or one that has ended here."""

    def __init__(self, about: About, control: Control) -> None:
        self.about = about
        self.control = control
        self.progress: Progress | None = None
        self.details: RunDetails | None = None
        """As the journal had it when the run last came to another phase."""
        self.fault: Fault | None = None
        """Why it could not begin, or could not be carried on."""
        self.read_at = float("-inf")
        """When the journal was last read for it, by the loop's clock."""
        self.version = 0
        """Another number whenever something is new."""
        self.task: asyncio.Task[None] | None = None

    @property
    def run(self) -> str:
        """Its id; empty until the run has told it."""
        return self.progress.run if self.progress else self.about.run

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.task is not None and self.task.done()

    def raise_defect(self) -> None:
        """A defect must not pass in silence."""
        if self.task and self.task.done() and not self.task.cancelled():
            self.task.result()

    @property
    def watches(self) -> bool:
        """Everything was moved, and what comes back is watched for: nothing is at stake any more."""
        return bool(self.details and self.details.report.status == "completed") and not self.done

    @property
    def moves(self) -> bool:
        """Messages are on their way, or may be soon."""
        return not self.done and not self.watches

    @property
    def ends(self) -> bool:
        """It was told to end and has not done so yet."""
        return self.control.stop is not None and not self.done

    @property
    def work(self) -> Work:
        """What the top line says of it."""
        return Work(
            self.about.kind,
            self.about.queue_name,
            self.progress,
            self.about.messages,
            self.watches,
            self.control.paused,
        )


class Redrives:
    """Begins runs, one at a time for each queue while it moves messages; keeps what they left behind."""

    def __init__(self, ended: Callable[[Running], None], changed: Callable[[], None]) -> None:
        """`ended` is called when a run has ended; `changed` when one begins, ends, or turns to another phase."""
        self._ended = ended
        self._changed = changed
        self._session: LiveSession | None = None
        self._running: list[Running] = []
        self._reading: set[asyncio.Task[None]] = set()
        self._gone: dict[str, dict[str, Gone]] = {}
        self._emptied: dict[str, Gone] = {}
        self.titles: dict[str, str] = {}
        """What failure groups are called, as far as they were seen here."""
        self.reports: tuple[Report, ...] = ()
        """Every run of the journal, newest first, as it was when it was last read."""
        self.fault: Fault | None = None
        """Why the journal could not be read."""

    def attach(self, session: LiveSession) -> None:
        """Act through this session from now on."""
        self._session = session
        self._read_soon(self.learn())

    @property
    def session(self) -> LiveSession | None:
        """What acts; None where there is no connection."""
        return self._session

    def context(self, name: str) -> ContextSnapshot | None:
        """What is known of a context."""
        contexts = self._session.snapshot.contexts if self._session else ()
        return next((each for each in contexts if each.context.name == name), None)

    @property
    def under_way(self) -> tuple[Running, ...]:
        """Runs that have not ended, those that move messages first."""
        return tuple(sorted((each for each in self._running if not each.done), key=lambda each: not each.moves))

    @property
    def interrupted(self) -> tuple[Report, ...]:
        """Runs that somebody should take up or close."""
        return tuple(report for report in self.reports if report.status == "interrupted")

    def of_queue(self, arn: str) -> Running | None:
        """The run that moves messages of this queue now."""
        return next((each for each in self._running if each.about.queue_arn == arn and each.moves), None)

    def of_run(self, run: str) -> Running | None:
        """A run of this process by its id."""
        return next((each for each in reversed(self._running) if run and each.run == run), None)

    def begin(self, about: About, begin: Begin) -> Running | None:
        """Begin a run. None where there is no session, or a run of this queue is under way here."""
        from evwatch.redrive.control import Control

        if self._session is None or self.of_queue(about.queue_arn):
            return None
        running = Running(about, Control())
        self._running.append(running)
        work = self._run(self._session.redriver, running, begin)
        running.task = asyncio.create_task(work, name=f"{about.kind} of {about.queue_name}")
        running.task.add_done_callback(lambda _task: self._has_ended(running))
        self._changed()
        return running

    async def caution_lines(self, context: str, queue_arn: str) -> list[Text]:
        """What a person is told before messages are taken out of a queue or put into it. Raises EvwatchError where SQS
        itself is redriving it."""
        said = await self._session.redriver.caution(context, queue_arn) if self._session else ""
        return [Text(f"▲ {said}", style=WARN)] if said else []

    def interrupt(self) -> None:
        """Tell every run to end at its next safe point; it can be taken up again."""
        for running in self.under_way:
            running.control.end("interrupt")
            running.version += 1
        self._changed()

    def cut_short(self) -> None:
        """End every run at once. What was on its way then is in doubt, and the journal says so."""
        for running in self.under_way:
            if running.task:
                running.task.cancel()

    async def end(self) -> None:
        """End every run at its next safe point and return then. To be awaited before the session closes."""
        while under_way := self.under_way:  # one may begin while another ends
            self.interrupt()
            await asyncio.gather(*(each.task for each in under_way if each.task), return_exceptions=True)
        self._session = None
        await asyncio.gather(*self._reading, return_exceptions=True)

    async def learn(self) -> None:
        """Read what the journal says of every run."""
        if self._session is None:
            return
        try:
            self.reports, self.fault = tuple(await self._session.redriver.runs()), None
        except EvwatchError as error:
            self.fault = error.fault
        self._changed()

    def gone(self, look: Look) -> Mapping[str, Gone]:
        """Of the messages of a look, by id, those that a run has taken out of the queue since."""
        arn, taken = look.queue.arn, look.taken_at
        emptied = self._emptied.get(arn)
        if emptied and _later(emptied.at, taken):
            return {letter.id: emptied for letter in look.letters}
        known = self._gone.get(arn, {})
        return {
            letter.id: known[letter.id]
            for letter in look.letters
            if letter.id in known and _later(known[letter.id].at, taken)
        }

    # One run.

    async def _run(self, redriver: Redriving, running: Running, begin: Begin) -> None:
        def tell(progress: Progress) -> None:
            before, running.progress = running.progress, progress
            running.version += 1
            turned = before is None or (before.phase, before.bounced) != (progress.phase, progress.bounced)
            if turned or _is_due(running, progress):
                running.read_at = asyncio.get_running_loop().time()
                self._read_soon(self._read(redriver, running))
            if turned:
                self._changed()

        try:
            await begin(redriver, running.control, tell)
        except EvwatchError as error:
            running.fault = error.fault
        await self._read(redriver, running)
        await self.learn()

    async def _read(self, redriver: Redriving, running: Running) -> None:
        """Take over what the journal has of a run by now."""
        if not running.run:
            return
        try:
            running.details = await redriver.run(running.run)
        except EvwatchError as error:
            running.fault = running.fault or error.fault
        else:
            self._take_note(running.details)
        running.version += 1

    def _take_note(self, details: RunDetails) -> None:
        report = details.report
        if report.engine == "native":
            if report.status == "completed" and report.remaining == 0 and report.ended_at:
                self._emptied[report.queue_arn] = Gone(report.run, "sent", report.ended_at)
        else:
            self._gone.setdefault(report.queue_arn, {}).update(_gone(details))

    def _has_ended(self, running: Running) -> None:
        running.version += 1
        self._ended(running)
        self._changed()

    def _read_soon(self, reading: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(reading)
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)


def _is_due(running: Running, progress: Progress) -> bool:
    """Whether what came of single messages is worth reading again: of many thousands that takes too long."""
    passed = asyncio.get_running_loop().time() - running.read_at
    return passed >= _EVERY_SECONDS and (progress.expected or 0) <= _FEW


def _gone(details: RunDetails) -> Iterator[tuple[str, Gone]]:
    """The messages that a run has taken out of its DLQ for sure."""
    if details.report.kind in ("undo", "import"):
        return
    for message in details.messages:
        at = message["deleted_at"]
        if at is not None:
            yield message["id"], Gone(details.report.run, "sent" if message["outcome"] == "sent" else "deleted", at)


def _later(at: datetime, taken: datetime | None) -> bool:
    return taken is None or at >= taken
