"""One run: all about it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType

from evwatch.model.fault import EvwatchError
from evwatch.model.report import Report, RunDetails
from evwatch.present.faults import fault_line
from evwatch.present.figures import plural
from evwatch.present.inert import plain
from evwatch.present.run_questions import (
    before_cancel,
    before_forget,
    before_resume,
    before_send_undecided,
    before_undo,
)
from evwatch.screens import taking
from evwatch.screens.dialog import ask
from evwatch.screens.guards import why_off
from evwatch.screens.redrives import About
from evwatch.screens.run_keys import BINDINGS, HINTS, possible
from evwatch.screens.run_page import RunPage
from evwatch.screens.wanted import DeadLettersWanted, RunWanted
from evwatch.screens.zooming import zoom
from evwatch.widgets.keys import show_keys

if TYPE_CHECKING:
    from pathlib import Path


_SAID_SECONDS = 8
_BUSY = "a run of this queue is under way here already"
_EXPORTED = "JSON Lines, what came of each message, readable by you alone. Nothing is read from AWS."


class RunScreen(RunPage):
    """What acts on AWS asks first, and is off where it may not be done."""

    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    @property
    def off(self) -> Mapping[str, str]:
        """Keys that are off, by id, and why."""
        name = self.followed.report.context if self.followed.report else ""
        why = why_off(self.redrives.context(name), read_only=self.header.read_only)
        return dict.fromkeys(("run.resume", "run.send-undecided", "run.undo"), why) if why else {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense for this run now."""
        of = self.followed
        return possible(action, of.report, of.running, of.undone_by)

    def tell_keys(self) -> None:
        """The keys that make sense for this run now, and which of them are off."""
        show_keys(self, HINTS, self.off)

    # Keys: the run.

    def action_pause(self) -> None:
        """Hold it, or let it go on."""
        if running := self.followed.running:
            running.control.pause(not running.control.paused)
            running.version += 1

    @work(exclusive=True, group="act")
    async def action_cancel(self) -> None:
        """End it at its next safe point."""
        from evwatch.screens.sure_ask import SureAskScreen

        of = self.followed
        if of.running and of.running.watches:
            of.running.control.end("cancel")
            return
        asking = SureAskScreen("End this run?", before_cancel(), yes="end it", no="let it go on")
        if not await ask(self, asking):
            return
        if of.running:
            of.running.control.end("cancel")
            of.running.version += 1
        elif of.report and (session := self.redrives.session):
            await self._attempt(session.redriver.cancel(of.report.run))

    @work(exclusive=True, group="act")
    async def action_resume(self) -> None:
        """Take it up again."""
        if report := self.followed.report:
            await self._take_up(report, "Take up the run of", before_resume(report), send_undecided=False)

    @work(exclusive=True, group="act")
    async def action_send_undecided(self) -> None:
        """Take it up again, and send what may have been sent."""
        if report := self.followed.report:
            lines = before_send_undecided(report)
            await self._take_up(report, "Send again what is undecided of", lines, send_undecided=True)

    async def _take_up(self, report: Report, what: str, lines: list[Text], *, send_undecided: bool) -> None:
        if await self._named(what, report, lines):
            about = About(report.kind, report.context, report.queue_arn, report.queue, None, report.run)
            running = self.redrives.begin(
                about,
                lambda redriver, control, tell: redriver.resume(
                    report.run, control, tell, send_undecided=send_undecided
                ),
            )
            if running:
                self.followed.live = running
                self.beat()
            else:
                self._say(_BUSY)

    @work(exclusive=True, group="act")
    async def action_undo(self) -> None:
        """Put back what a delete took away."""
        report = self.followed.report
        if report is None:
            return
        try:
            caution = await self.redrives.caution_lines(report.context, report.queue_arn)
        except EvwatchError as error:
            self._say(f"{error}; nothing was done")
            return
        if await self._named("Put back what was deleted of", report, [*before_undo(report), *caution]):
            about = About("undo", report.context, report.queue_arn, report.queue, report.deleted)
            running = self.redrives.begin(
                about, lambda redriver, control, tell: redriver.undo(report.run, control, tell)
            )
            if running:
                self.app.post_message(RunWanted(running))
            else:
                self._say(_BUSY)

    @work(exclusive=True, group="act")
    async def action_forget(self) -> None:
        """Overwrite what the journal holds of its messages."""
        report, session = self.followed.report, self.redrives.session
        if report is None or session is None:
            return
        if not await self._named("Forget the run of", report, before_forget(), acts=False):
            return
        if await self._attempt(session.redriver.forget(report.run)):
            await self.redrives.learn()
            self.dismiss()

    async def _named(self, what: str, report: Report, lines: list[Text], *, acts: bool = True) -> bool:
        """Whether it may be done, and the queue's name was typed."""
        from evwatch.screens.typed_ask import TypedAskScreen

        if acts and (why := self.off.get("run.resume")):
            self._say(f"{why}: nothing was done")
            return False
        asking = TypedAskScreen(what, report.queue, lines, self.followed.place)
        return await ask(self, asking) is True

    async def _attempt(self, doing: Awaitable[object]) -> bool:
        try:
            await doing
        except EvwatchError as error:
            self._say(fault_line(error.fault).plain)
            return False
        self.read()
        return True

    # Keys: taking along, going elsewhere.

    def action_copy(self) -> None:
        """The command, or the message's id where the cursor is on one."""
        row = self.messages.current
        if self.messages.has_focus and row:
            taking.copy(self, row.id, "the id")
        elif report := self.followed.report:
            taking.copy(self, self.commands(report)[0], "the command")

    def action_copy_id(self) -> None:
        """The run's id."""
        taking.copy(self, self.followed.id, "the run's id")

    def action_json(self) -> None:
        """As the command prints it."""
        from evwatch.deadletters.document import dumps
        from evwatch.redrive.documents import run_document
        from evwatch.screens.document import DocumentScreen

        if details := self.followed.details:
            text = dumps(run_document(details.report, details.messages), ascii_only=True)
            self.app.push_screen(DocumentScreen(self.header, f"run {self.followed.id}", text))

    def action_export(self) -> None:
        """Ask for a file."""
        from evwatch.screens.export_ask import ExportAskScreen

        details = self.followed.details
        if details is None:
            return

        def export(file: Path | None) -> None:
            if file:
                self._export(file, details)

        what = f"{plural(len(details.messages), 'outcome')} of run {self.followed.id}"
        asking = ExportAskScreen(self.header.places, what, details.report.queue, self.clock(), explanation=_EXPORTED)
        self.app.push_screen(asking, export)

    @work(exclusive=True, group="export")
    async def _export(self, file: Path, details: RunDetails) -> None:
        await taking.export_run(self, file, details)

    def action_dead_letters(self) -> None:
        """What is in its queue."""
        if report := self.followed.report:
            self.post_message(DeadLettersWanted((report.context, report.queue_arn)))

    def action_zoom(self) -> None:
        """One panel alone, and back."""
        zoom(self)

    def action_leave(self) -> None:
        """Back to where one came from; the run goes on."""
        if self.maximized is not None:
            self.minimize()
        else:
            self.dismiss()

    def _say(self, words: str) -> None:
        self.notify(plain(words, 300), severity="warning", markup=False, timeout=_SAID_SECONDS)
