"""One run: how it gets on while it is under way, then what came of it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.screen import Screen

from evwatch.model.fault import EvwatchError
from evwatch.model.report import Report, RunDetails
from evwatch.present.badges import Badge
from evwatch.present.command_line import run_command
from evwatch.present.describe import Page
from evwatch.present.faults import fault_line
from evwatch.present.figures import plural
from evwatch.present.inert import plain
from evwatch.present.outcomes import outcome_rows
from evwatch.present.run_progress import progress_lines
from evwatch.present.run_questions import (
    before_cancel,
    before_forget,
    before_resume,
    before_send_undecided,
    before_undo,
)
from evwatch.present.run_report import report_page, what_next
from evwatch.present.runs import headline, status_badge
from evwatch.present.tones import ACCENT, ALARM, DIM
from evwatch.screens import taking
from evwatch.screens.followed import Followed
from evwatch.screens.guards import why_off
from evwatch.screens.redrives import About, Redrives, Running
from evwatch.screens.run_keys import BINDINGS, HINTS, possible
from evwatch.screens.wanted import DeadLettersWanted, RunWanted
from evwatch.screens.zooming import zoom
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.look_head import LookHead
from evwatch.widgets.outcomes import OutcomeList
from evwatch.widgets.page import PageView
from evwatch.widgets.panel import Panel

if TYPE_CHECKING:
    from pathlib import Path


_BEAT_SECONDS = 0.1
"""How often figures move while the run is under way here."""
_ELSEWHERE_SECONDS = 2.0
"""How often the journal is read of a run that is under way in another process."""
_SAID_SECONDS = 8
_BUSY = "a run of this queue is under way here already"
_EXPORTED = "JSON Lines, what came of each message, readable by you alone. Nothing is read from AWS."


class RunScreen(Screen[None]):
    """Follows a run of this process; one of another, or of yesterday, it reads from the journal."""

    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = ""
    ALLOW_IN_MAXIMIZED_VIEW = ".-textual-system,#run-head,#run-foot"
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(
        self,
        run: Running | str,
        redrives: Redrives,
        clock: Callable[[], datetime],
        *,
        titles: Mapping[str, str] | None = None,
        read_only: bool = False,
        demo: bool = False,
    ) -> None:
        super().__init__()
        self._followed = Followed(run, redrives)
        self._redrives = redrives
        self._clock = clock
        self._titles = titles or {}
        self._header = HeaderBar(read_only=read_only, demo=demo)
        self._title = Line(id="run-title")
        self._progress = LookHead(id="run-progress")
        self._page = PageView()
        self._body = VerticalScroll(self._page, id="run-body")
        self._messages = OutcomeList(id="outcomes")
        self._messages_panel = Panel("Messages", self._messages, id="run-messages-panel")

    def compose(self) -> ComposeResult:
        """Where one is, how it gets on, the report and each message, the keys."""
        with Vertical(id="run-head"):
            yield self._header
            yield self._title
            yield self._progress
        with Container(id="run-parts"):
            yield Panel("Report", self._body, id="run-report-panel")
            yield self._messages_panel
        with Vertical(id="run-foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Show what is known, and follow it."""
        self._body.can_focus = True
        self._body.focus()
        self._follow()
        self.set_interval(_BEAT_SECONDS, self._beat)
        self.set_interval(_ELSEWHERE_SECONDS, self._look_elsewhere)
        self.set_interval(1.0, self._tick)
        self._tick()

    def follows(self, running: Running) -> bool:
        """Whether this is the run that is shown."""
        return self._followed.live is running

    @property
    def off(self) -> Mapping[str, str]:
        """Keys that are off, by id, and why."""
        name = self._followed.report.context if self._followed.report else ""
        why = why_off(self._redrives.context(name), read_only=self._header.read_only)
        return dict.fromkeys(("run.resume", "run.send-undecided", "run.undo"), why) if why else {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense for this run now."""
        of = self._followed
        return possible(action, of.report, of.running, of.undone_by)

    def on_screen_resume(self) -> None:
        """Another run may have undone it meanwhile."""
        if self._followed.running is None and self._followed.report:
            self._read()

    # Showing.

    def _tick(self) -> None:
        self._header.now = self._clock()
        place = self._followed.place
        self._header.places = (place,) if place else ()
        self._messages.now = self._header.now

    def _beat(self) -> None:
        """Show what is new of a run of this process."""
        if self._followed.take_over():
            self._show()

    def _look_elsewhere(self) -> None:
        of = self._followed
        if of.live is None and of.report and of.report.status == "running":
            self._read()

    def _follow(self) -> None:
        if self._followed.live:
            self._beat()
        else:
            self._show()
            self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        await self._followed.read()
        self._show()

    def _show(self) -> None:
        of, width = self._followed, self.size.width
        if running := of.running:
            badge = Badge("◉", "watched", ACCENT) if running.watches else Badge("▶", "under way", ACCENT)
            self._title.text = headline(running.about.kind, running.about.queue_name, badge, width)
            self._progress.lines = progress_lines(running.work, ending=running.ends)
        elif report := of.report:
            self._title.text = headline(report.kind, report.queue, status_badge(report), width)
            self._progress.lines = self._said(report)
        else:
            name = of.live.about.queue_name if of.live else of.id
            self._title.text = Text(plain(name, 200), style=DIM)
            self._progress.lines = [fault_line(of.fault) if of.fault else Text("reading the journal …", style=DIM)]
        self._page.page = self._told(self._clock())
        self._show_messages()
        self._tick()
        self.refresh_bindings()
        self.call_after_refresh(self._tell_keys)

    def _said(self, report: Report) -> list[Text]:
        lines = what_next(report, self._followed.undone_by)
        if self._followed.fault:
            lines.insert(0, fault_line(self._followed.fault))
        return lines or [Text("✓ everything that was meant is where it should be", style="ev.ok")]

    def _told(self, now: datetime) -> Page:
        report = self._followed.report
        if report is None:
            return ()
        lines = [("", Text(line)) for line in self._commands(report)]
        return (*report_page(report, now, self._titles), ("the same from a script", tuple(lines)))

    def _commands(self, report: Report) -> list[str]:
        place = self._followed.place
        context = place.context if place else None
        found: list[str] = []
        if report.status in ("interrupted", "stopped", "cancelled"):
            found.append(run_command("resume", report.run, context))
        if report.status == "running":
            found.append(run_command("cancel", report.run, context))
        if possible("undo", report, None, self._followed.undone_by):
            found.append(run_command("undo", report.run, context))
        return [*found, run_command("run", report.run, None)]

    def _show_messages(self) -> None:
        details = self._followed.details
        report = details.report if details else None
        self._messages.empty = "each message stands here once the run has come to another phase"
        if details and report:
            if report.engine == "native":
                self._messages.empty = "SQS moved them by itself, and tells no ids"
            rows = outcome_rows(report.run, details.messages, keeps=report.kind in ("undo", "import"))
            if rows != self._messages.rows:
                self._messages.rows = rows
            wrong = sum(row.badge.tone == ALARM for row in rows)
            said = f"{len(rows):,}{f', {wrong:,} to look at' if wrong else ''}"
            self._messages_panel.tell(Text(said, style=DIM))

    def _tell_keys(self) -> None:
        show_keys(self, HINTS, self.off)

    # Keys: the run.

    def action_pause(self) -> None:
        """Hold it, or let it go on."""
        if running := self._followed.running:
            running.control.pause(not running.control.paused)
            running.version += 1

    @work(exclusive=True, group="act")
    async def action_cancel(self) -> None:
        """End it at its next safe point."""
        from evwatch.screens.sure_ask import SureAskScreen

        of = self._followed
        if of.running and of.running.watches:
            of.running.control.end("cancel")
            return
        asking = SureAskScreen("End this run?", before_cancel(), yes="end it", no="let it go on")
        if not await self.app.push_screen_wait(asking):
            return
        if of.running:
            of.running.control.end("cancel")
            of.running.version += 1
        elif of.report and (session := self._redrives.session):
            await self._attempt(session.redriver.cancel(of.report.run))

    @work(exclusive=True, group="act")
    async def action_resume(self) -> None:
        """Take it up again."""
        if report := self._followed.report:
            await self._take_up(report, "Take up the run of", before_resume(report), send_undecided=False)

    @work(exclusive=True, group="act")
    async def action_send_undecided(self) -> None:
        """Take it up again, and send what may have been sent."""
        if report := self._followed.report:
            lines = before_send_undecided(report)
            await self._take_up(report, "Send again what is undecided of", lines, send_undecided=True)

    async def _take_up(self, report: Report, what: str, lines: list[Text], *, send_undecided: bool) -> None:
        if await self._named(what, report, lines):
            about = About(report.kind, report.context, report.queue_arn, report.queue, None, report.run)
            running = self._redrives.begin(
                about,
                lambda redriver, control, tell: redriver.resume(
                    report.run, control, tell, send_undecided=send_undecided
                ),
            )
            if running:
                self._followed.live = running
                self._beat()
            else:
                self._say(_BUSY)

    @work(exclusive=True, group="act")
    async def action_undo(self) -> None:
        """Put back what a delete took away."""
        report = self._followed.report
        if report and await self._named("Put back what was deleted of", report, before_undo(report)):
            about = About("undo", report.context, report.queue_arn, report.queue, report.deleted)
            running = self._redrives.begin(
                about, lambda redriver, control, tell: redriver.undo(report.run, control, tell)
            )
            if running:
                self.app.post_message(RunWanted(running, self._titles))
            else:
                self._say(_BUSY)

    @work(exclusive=True, group="act")
    async def action_forget(self) -> None:
        """Overwrite what the journal holds of its messages."""
        report, session = self._followed.report, self._redrives.session
        if report is None or session is None:
            return
        if not await self._named("Forget the run of", report, before_forget(), acts=False):
            return
        if await self._attempt(session.redriver.forget(report.run)):
            await self._redrives.learn()
            self.dismiss()

    async def _named(self, what: str, report: Report, lines: list[Text], *, acts: bool = True) -> bool:
        """Whether it may be done, and the queue's name was typed."""
        from evwatch.screens.typed_ask import TypedAskScreen

        if acts and (why := self.off.get("run.resume")):
            self._say(f"{why}: nothing was done")
            return False
        asking = TypedAskScreen(what, report.queue, lines, self._followed.place)
        return await self.app.push_screen_wait(asking)

    async def _attempt(self, doing: Awaitable[object]) -> bool:
        try:
            await doing
        except EvwatchError as error:
            self._say(fault_line(error.fault).plain)
            return False
        self._read()
        return True

    # Keys: taking along, going elsewhere.

    def action_copy(self) -> None:
        """The command, or the message's id where the cursor is on one."""
        row = self._messages.current
        if self._messages.has_focus and row:
            taking.copy(self, row.id, "the id")
        elif report := self._followed.report:
            taking.copy(self, self._commands(report)[0], "the command")

    def action_copy_id(self) -> None:
        """The run's id."""
        taking.copy(self, self._followed.id, "the run's id")

    def action_json(self) -> None:
        """As the command prints it."""
        from evwatch.deadletters.document import dumps
        from evwatch.redrive.documents import run_document
        from evwatch.screens.document import DocumentScreen

        if details := self._followed.details:
            text = dumps(run_document(details.report, details.messages), ascii_only=True)
            self.app.push_screen(DocumentScreen(self._header, f"run {self._followed.id}", text))

    def action_export(self) -> None:
        """Ask for a file."""
        from evwatch.screens.export_ask import ExportAskScreen

        details = self._followed.details
        if details is None:
            return

        def export(file: Path | None) -> None:
            if file:
                self._export(file, details)

        what = f"{plural(len(details.messages), 'outcome')} of run {self._followed.id}"
        asking = ExportAskScreen(self._header.places, what, details.report.queue, self._clock(), explanation=_EXPORTED)
        self.app.push_screen(asking, export)

    @work(exclusive=True, group="export")
    async def _export(self, file: Path, details: RunDetails) -> None:
        await taking.export_run(self, file, details)

    def action_dead_letters(self) -> None:
        """What is in its queue."""
        if report := self._followed.report:
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
