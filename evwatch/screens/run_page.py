"""One run, to look at: how it gets on while it is under way, then what came of it and of each message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.screen import Screen

from evwatch.model.report import Report
from evwatch.present.badges import Badge
from evwatch.present.command_line import run_command
from evwatch.present.faults import fault_line
from evwatch.present.inert import plain
from evwatch.present.outcomes import outcome_rows
from evwatch.present.page import Page
from evwatch.present.run_progress import progress_lines
from evwatch.present.run_report import report_page, what_next
from evwatch.present.runs import headline, status_badge
from evwatch.present.tones import ACCENT, ALARM, DIM
from evwatch.screens.followed import Followed
from evwatch.screens.redrives import Redrives, Running
from evwatch.screens.run_keys import possible
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints
from evwatch.widgets.line import Line
from evwatch.widgets.look_head import LookHead
from evwatch.widgets.outcomes import OutcomeList
from evwatch.widgets.page import PageView
from evwatch.widgets.panel import Panel

if TYPE_CHECKING:
    pass


_BEAT_SECONDS = 0.1
"""How often figures move while the run is under way here."""
_ELSEWHERE_SECONDS = 2.0
"""How often the journal is read of a run that is under way in another process."""


class RunPage(Screen[None]):
    """Follows a run of this process; one of another, or of yesterday, it reads from the journal."""

    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = ""
    ALLOW_IN_MAXIMIZED_VIEW = ".-textual-system,#run-head,#run-foot"
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        run: Running | str,
        redrives: Redrives,
        clock: Callable[[], datetime],
        *,
        read_only: bool = False,
        demo: bool = False,
    ) -> None:
        super().__init__()
        self.followed = Followed(run, redrives)
        self.redrives = redrives
        self.clock = clock
        self.header = HeaderBar(read_only=read_only, demo=demo)
        self._title = Line(id="run-title")
        self._progress = LookHead(id="run-progress")
        self._page = PageView()
        self._body = VerticalScroll(self._page, id="run-body")
        self.messages = OutcomeList(id="outcomes")
        self._messages_panel = Panel("Messages", self.messages, id="run-messages-panel")

    def compose(self) -> ComposeResult:
        """Where one is, how it gets on, the report and each message, the keys."""
        with Vertical(id="run-head"):
            yield self.header
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
        self.set_interval(_BEAT_SECONDS, self.beat)
        self.set_interval(_ELSEWHERE_SECONDS, self._look_elsewhere)
        self.set_interval(1.0, self._tick)
        self._tick()

    def follows(self, running: Running) -> bool:
        """Whether this is the run that is shown."""
        return self.followed.live is running

    def on_screen_resume(self) -> None:
        """Another run may have undone it meanwhile."""
        if self.followed.running is None and self.followed.report:
            self.read()

    # What a subclass says.

    def tell_keys(self) -> None:
        """Show which keys make sense now."""
        raise NotImplementedError

    # Showing.

    def _tick(self) -> None:
        self.header.now = self.clock()
        place = self.followed.place
        self.header.places = (place,) if place else ()
        self.messages.now = self.header.now

    def beat(self) -> None:
        """Show what is new of a run of this process."""
        if self.followed.take_over():
            self._show()

    def _look_elsewhere(self) -> None:
        of = self.followed
        if of.live is None and of.report and of.report.status == "running":
            self.read()

    def _follow(self) -> None:
        if self.followed.live:
            self.beat()
        else:
            self._show()
            self.read()

    @work(exclusive=True, group="read")
    async def read(self) -> None:
        """Read the journal, and show what it says."""
        await self.followed.read()
        self._show()

    def _show(self) -> None:
        of, width = self.followed, self.size.width
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
        self._page.page = self._told(self.clock())
        self._show_messages()
        self._tick()
        self.refresh_bindings()
        self.call_after_refresh(self.tell_keys)

    def _said(self, report: Report) -> list[Text]:
        lines = what_next(report, self.followed.undone_by)
        if self.followed.fault:
            lines.insert(0, fault_line(self.followed.fault))
        return lines or [Text("✓ everything that was meant is where it should be", style="ev.ok")]

    def _told(self, now: datetime) -> Page:
        report = self.followed.report
        if report is None:
            return ()
        lines = [("", Text(line)) for line in self.commands(report)]
        running = self.followed.running
        watched = bool(running and running.watches)
        page = report_page(report, now, self.redrives.titles, watched=watched)
        return (*page, ("the same from a script", tuple(lines)))

    def commands(self, report: Report) -> list[str]:
        """What can be done about it from a script, most urgent first."""
        place = self.followed.place
        context = place.context if place else None
        found: list[str] = []
        if report.status in ("interrupted", "stopped", "cancelled"):
            found.append(run_command("resume", report.run, context))
        if report.status == "running":
            found.append(run_command("cancel", report.run, context))
        if possible("undo", report, None, self.followed.undone_by):
            found.append(run_command("undo", report.run, context))
        return [*found, run_command("run", report.run, None)]

    def _show_messages(self) -> None:
        details = self.followed.details
        report = details.report if details else None
        self.messages.empty = "each message stands here once the run has come to another phase"
        if details and report:
            if report.engine == "native":
                self.messages.empty = "SQS moved them by itself, and tells no ids"
            keeps, running = report.kind in ("undo", "import"), report.status == "running"
            rows = outcome_rows(report.run, details.messages, keeps=keeps, running=running)
            if rows != self.messages.rows:
                self.messages.rows = rows
            wrong = sum(row.badge.tone == ALARM for row in rows)
            said = f"{len(rows):,}{f', {wrong:,} to look at' if wrong else ''}" if rows else ""
            self._messages_panel.tell(Text(said, style=DIM))
