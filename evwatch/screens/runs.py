"""Screen Runs: everything that was done to dead letters, by whom and why, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.screen import Screen

from evwatch.model.context import Place
from evwatch.model.report import Report
from evwatch.present.faults import fault_line
from evwatch.present.figures import plural
from evwatch.present.page import Page, page_of
from evwatch.present.run_report import report_page, what_next
from evwatch.present.tones import ALARM, DIM
from evwatch.screens import taking
from evwatch.screens.redrives import Redrives
from evwatch.screens.wanted import RunWanted
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.page import PageView
from evwatch.widgets.panel import Panel
from evwatch.widgets.run_list import RunList

_HINTS = {
    "runs.back": "back",
    "help": "help",
    "runs.open": "open",
    "runs.copy": "copy id",
    "runs.read": "read again",
    "runs.next-panel": "next panel",
    "quit": "quit",
}
_EVERY_SECONDS = 2.0
"""How often the journal is read while a run is under way."""
_LOOK = Binding.Group("look closer")
_TAKE = Binding.Group("take out")


class RunsScreen(Screen[None]):
    """Reads the journal of this host; no AWS is asked."""

    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="runs.open", group=_LOOK, tooltip="Its report, and what can be done"),
        Binding("tab", "app.focus_next", "Next panel", id="runs.next-panel", group=_LOOK),
        Binding("ctrl+r", "read", "Read again", id="runs.read", group=_LOOK, tooltip="The journal of this host"),
        Binding("escape,backspace,6", "leave", "Back", id="runs.back", group=_LOOK),
        Binding("c", "copy", "Copy run id", id="runs.copy", group=_TAKE, tooltip="To the clipboard (OSC 52)"),
    ]

    def __init__(
        self,
        redrives: Redrives,
        places: Callable[[], tuple[Place, ...]],
        clock: Callable[[], datetime],
        *,
        read_only: bool = False,
        demo: bool = False,
    ) -> None:
        super().__init__()
        self._redrives = redrives
        self._places = places
        self._clock = clock
        self._header = HeaderBar(read_only=read_only, demo=demo)
        self._title = Line(id="run-title")
        self._list = RunList(id="runs")
        self._page = PageView()
        self._body = VerticalScroll(self._page, id="run-body")

    def compose(self) -> ComposeResult:
        """Where one is, how many, the list and the one under the cursor, the keys."""
        with Vertical(id="run-head"):
            yield self._header
            yield self._title
        with Container(id="runs-parts"):
            yield Panel("Runs", self._list, id="runs-panel")
            yield Panel("Run", self._body, id="runs-one-panel")
        with Vertical(id="run-foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Show what was read, and read again."""
        self._body.can_focus = True
        self._list.focus()
        self._show()
        self._read()
        self.set_interval(1.0, self._tick)
        self.set_interval(_EVERY_SECONDS, self._follow)

    def on_screen_resume(self) -> None:
        """What was done meanwhile."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        await self._redrives.learn()
        self._show()

    def _follow(self) -> None:
        if any(report.status == "running" for report in self._redrives.reports):
            self._read()

    # Showing.

    def _tick(self) -> None:
        now = self._clock()
        self._header.now, self._header.places = now, self._places()
        self._list.now = now

    def _show(self) -> None:
        reports, fault = self._redrives.reports, self._redrives.fault
        self._tick()
        self._list.empty = "the journal could not be read" if fault else "nothing was redriven or deleted yet"
        self._list.rows = reports
        self._title.text = fault_line(fault) if fault else _counts(reports)
        self._show_one()
        self.call_after_refresh(self._tell_keys)

    @on(Listing.Moved)
    def _show_one(self) -> None:
        report = self._list.current
        if report is None:
            hint = "r on a DLQ's dead letters makes a plan; every run that is begun is kept here for two weeks"
            self._page.page = page_of(hint)
        else:
            self._page.page = _one(report, self._clock(), self._redrives.titles)

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)

    # Keys.

    @on(Listing.Opened)
    def action_open(self) -> None:
        """Its report, each message, and what can be done."""
        if report := self._list.current:
            self.post_message(RunWanted(report.run))

    def action_read(self) -> None:
        """Read the journal again."""
        self._read()

    def action_copy(self) -> None:
        """The id of the run."""
        if report := self._list.current:
            taking.copy(self, report.run, "the run's id")

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.dismiss()


def _counts(reports: tuple[Report, ...]) -> Text:
    line = Text(plural(len(reports), "run"), no_wrap=True, end="")
    interrupted = sum(report.status == "interrupted" for report in reports)
    undecided = sum(len(report.in_doubt) for report in reports)
    under_way = sum(report.status == "running" for report in reports)
    if interrupted:
        line.append(f"  ▲ {interrupted:,} interrupted", style=ALARM)
    if undecided:
        line.append(f"  ? {plural(undecided, 'message')} undecided", style=ALARM)
    if under_way:
        line.append(f"  ▶ {under_way:,} under way", style="ev.accent")
    line.append("  of this host's journal", style=DIM)
    return line


def _one(report: Report, now: datetime, titles: Mapping[str, str]) -> Page:
    todo = tuple(("", line) for line in what_next(report))
    return (*((("", todo),) if todo else ()), *report_page(report, now, titles))
