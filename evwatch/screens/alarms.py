"""Screen 4, the alarms: all of them, what fires first, and all about the one under the cursor."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer

from evwatch.model.alarm_audience import audience
from evwatch.model.alarm_history import AlarmHistory, stretches
from evwatch.model.alarm_tree import alarms_below, tree
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.interest import Interest
from evwatch.present.alarm_detail import detail, headline
from evwatch.present.alarms import AlarmRow, counts_by_state
from evwatch.present.key import Key
from evwatch.present.tones import DIM
from evwatch.screens.close_up import CloseUp
from evwatch.screens.console import console_of
from evwatch.screens.spotlight import Spotlight
from evwatch.screens.targets import AlarmTarget, QueueTarget, ResourceTarget, Target
from evwatch.widgets.alarm_timeline import AlarmTimeline
from evwatch.widgets.alarms import AlarmList
from evwatch.widgets.chart import ChartView
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.overview import NORMAL
from evwatch.widgets.page import PageView
from evwatch.widgets.panel import Panel

if TYPE_CHECKING:
    from evwatch.screens.overview import OverviewScreen

_SETTLE_SECONDS = 0.25
"""How long the cursor rests before its history and metrics are asked for: each request is paid for."""
_DAY = 86_400.0
_HINTS = {
    "alarms.back": "back",
    "help": "help",
    "alarms.hop": "its resource",
    "alarms.dead-letters": "dead letters",
    "alarms.logs": "logs",
    "alarms.longer": "window",
    "alarms.next-chart": "next chart",
    "alarms.read-chart": "read values",
    "alarms.json": "JSON",
    "alarms.console": "console link",
    "quit": "quit",
}
_LOOK = Binding.Group("look closer")
_CHART = Binding.Group("chart")
_READ = Binding.Group("reading")


class AlarmsScreen(CloseUp):
    """Follows the overview's picture; reads the history of the alarm that the cursor rests on."""

    CSS_PATH = "alarms.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Resource", id="alarms.hop", group=_LOOK, tooltip="What the alarm is about"),
        Binding(
            "d,3", "dead_letters", "Dead letters", id="alarms.dead-letters", group=_LOOK, tooltip="Of its resource"
        ),
        Binding("l,5", "logs", "Logs", id="alarms.logs", group=_LOOK, tooltip="Of its resource, when it fired"),
        Binding("y", "json", "JSON", id="alarms.json", group=_LOOK, tooltip="The alarm as JSON"),
        Binding("c", "copy", "Copy ARN", id="alarms.copy", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
        Binding("u", "copy_console", "Copy console link", id="alarms.console", group=_LOOK, tooltip="To the clipboard"),
        Binding("escape,backspace,4", "leave", "Back", id="alarms.back", group=_READ),
        Binding("tab", "app.focus_next", "Next panel", id="alarms.next-panel", group=_READ),
        Binding("ctrl+r", "refresh_all", "Refresh", id="alarms.refresh", group=_READ, tooltip="Its history too"),
        Binding("left_square_bracket", "window(-1)", "Shorter window", id="alarms.shorter", group=_CHART),
        Binding("right_square_bracket", "window(1)", "Longer window", id="alarms.longer", group=_CHART),
        Binding("v", "read_chart", "Read values", id="alarms.read-chart", group=_CHART, tooltip="Of a moment"),
        Binding("m", "next_chart", "Next chart", id="alarms.next-chart", group=_CHART, tooltip="Of its resource"),
        Binding(
            "w", "save_chart", "Save chart", id="alarms.save-chart", group=_CHART, tooltip="Its data as CSV, to a file"
        ),
    ]

    def __init__(self, overview: OverviewScreen, key: Key | None = None) -> None:
        super().__init__(overview)
        self._wanted = key
        self._spot = Spotlight(overview.window)
        self._read: dict[Key, tuple[datetime | None, AlarmHistory | Fault]] = {}
        """By alarm: as of which change, and what came of reading."""
        self._settling: Timer | None = None
        self._counts = Line(id="counts")
        self._list = AlarmList(id="alarm-list")
        self._headline = Line(id="alarm-headline")
        self._timeline = AlarmTimeline()
        self._chart = ChartView(id="alarm-chart")
        self._words = PageView(id="alarm-words")
        self._detail = VerticalScroll(self._headline, self._timeline, self._chart, self._words, id="alarm-detail")
        self._list_panel = Panel("Alarms", self._list, id="alarm-list-panel")
        self._panel = Panel("Alarm", self._detail, id="alarm-detail-panel")

    def compose(self) -> ComposeResult:
        """Where one is, how many fire, the list and the one under the cursor, the keys."""
        with Vertical(id="head"):
            yield self.header
            yield self._counts
        with Horizontal(id="alarm-parts"):
            yield self._list_panel
            yield self._panel
        with Vertical(id="foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Begin where one came from."""
        self._list.empty = "no alarms were read"
        self._list.focus()
        self.follow()
        if self._wanted:
            self._list.select(self._wanted)
        self.set_interval(1.0, self.follow)
        self.call_after_refresh(self._tell_keys)

    def on_unmount(self) -> None:
        """What is on screen is the overview's again."""
        self.overview.retell()

    def on_screen_resume(self) -> None:
        """Another screen may have asked for other metrics meanwhile."""
        if self._spot.target:
            self._tell_interest(again=True)

    # Showing.

    @property
    def target(self) -> Target | None:
        """The alarm under the cursor."""
        return self._spot.target

    @property
    def row(self) -> AlarmRow | None:
        """The alarm under the cursor, as it was last read."""
        return self._list.current

    def follow(self) -> None:
        """Show what is known now."""
        picture, now = self.picture, self.catch_up()
        if now is None:
            return
        self._counts.text = Text(counts_by_state(picture.alarms))
        self._list.many_contexts = len(picture.snapshot.contexts) > 1
        self._list.now = now
        read = all(each.alarms.value is not None for each in picture.snapshot.contexts)
        self._list.empty = "there are no alarms" if read else "no alarms were read"
        self._list.rows = picture.alarms
        if self.app.size.width < NORMAL:  # no line is empty that the chart below could use
            self._list_panel.styles.height = 1 + min(6, max(1, len(picture.alarms)))
        else:
            self._list_panel.styles.height = "100%"
        self._show(now)

    def _show(self, now: datetime) -> None:
        row, picture = self.row, self.picture
        for part in (self._headline, self._timeline, self._chart, self._words):
            part.display = row is not None
        if row is None:
            return
        alarm = row.alarm
        known = self._read.get(row.key)
        found = known[1] if known else None
        history = found if isinstance(found, AlarmHistory) else None
        context = picture.context(row.context)
        subject = self._spot.subject(picture)
        chart = self._spot.chart(picture, now.timestamp())
        flow = context.flow.value if context else None
        alarms = (context.alarms.value if context else None) or ()
        span = max(self._spot.window.length.total_seconds(), _DAY)
        self._headline.text = headline(alarm, now)
        self._timeline.zone = self._chart.zone = now.tzinfo
        self._timeline.label = "1 d" if span == _DAY else self._spot.window.label
        self._timeline.stretches = stretches(alarm, history, now.timestamp() - span, now.timestamp())
        self._chart.display = subject is not None
        self._chart.chart = chart
        self._panel.tell(
            Text(f"{subject.title if alarm.metric is None else ''} {subject.number}/{subject.of}".strip(), style=DIM)
            if subject and subject.of > 1
            else Text()
        )
        self._panel.age(Text(self._spot.window.label, style=DIM))
        self._words.page = detail(
            alarm,
            now,
            rule=tree(alarm, alarms),
            told=audience(alarm, flow),
            own=chart if subject and subject.threshold is not None else None,
            history=history if alarm.type != "local" else AlarmHistory((), True, now),
            fault=found if isinstance(found, Fault) else None,
            console=console_of(context, alarm.arn or ""),
        )

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)

    # The cursor, and what is read for it.

    @on(Listing.Moved)
    def _moved(self) -> None:
        row = self.row
        if row is None or not self._spot.follow(AlarmTarget(row.key, row.alarm.name)):
            return
        self._detail.scroll_home(animate=False)
        self.follow()
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self._read_it)

    def _read_it(self, *, again: bool = False) -> None:
        """Ask for its metrics, and for its history where that is older than its last change."""
        self._tell_interest()
        row = self.row
        if row and row.alarm.type != "local":
            known = self._read.get(row.key)
            if again or known is None or known[0] != row.alarm.since:
                self._read_history(row)

    @work(exclusive=True, group="history")
    async def _read_history(self, row: AlarmRow) -> None:
        session = self.overview.session
        if session is None:
            return
        found: AlarmHistory | Fault
        try:
            found = await session.alarm_history(row.context, row.alarm)
        except EvwatchError as error:
            found = error.fault
        self._read[row.key] = (row.alarm.since, found)
        self.follow()

    def _tell_interest(self, *, again: bool = False) -> None:
        subject = self._spot.subject(self.picture)
        interest = Interest(
            chart_context=subject.context if subject else "",
            chart=subject.queries if subject else (),
            window=self._spot.window,
        )
        self.ask_for(interest, again=again)

    # Keys.

    @property
    def hop(self) -> QueueTarget | ResourceTarget | None:
        """The first resource that it is about, of those that are known; of a composite, of an alarm that fires."""
        row = self.row
        picture = self.picture
        if row is None:
            return None
        context = picture.context(row.context)
        flow = context.flow.value if context else None
        below = tree(row.alarm, (context.alarms.value if context else None) or ())
        firing = {arn for each in (alarms_below(below) if below else ()) if each.fires for arn in each.resource_arns}
        for arn in sorted(row.alarm.resource_arns, key=lambda arn: arn not in firing):
            if queue := picture.queue_by_arn.get(arn):
                return QueueTarget(queue.key, queue.queue.name)
            if flow and arn in flow.by_arn:
                return ResourceTarget((row.context, arn), flow.by_arn[arn])
        return None

    @on(Listing.Opened)
    def action_open(self) -> None:
        """All figures and charts of what the alarm is about."""
        from evwatch.screens.resource import ResourceScreen

        if target := self.hop:
            self.app.push_screen(ResourceScreen(self.overview, target))
        else:
            self._say("no resource is known that this alarm is about")

    def action_window(self, step: int) -> None:
        """A shorter or longer window."""
        self._spot.shift_window(step)
        self.follow()
        self._tell_interest()

    def action_read_chart(self) -> None:
        """The keys go to the chart, at its newest value; and back."""
        if self._chart.has_focus:
            self._list.focus()
        elif self._chart.display:
            self._chart.focus()
            self._chart.action_read_end(True)

    def action_next_chart(self) -> None:
        """Another chart of the alarm, or of what it is about."""
        self._spot.next_chart()
        self.follow()
        self._tell_interest()

    def action_refresh_all(self) -> None:
        """Read everything again now, and the history."""
        super().action_refresh_all()
        self._read_it(again=True)

    def _say(self, words: str) -> None:
        self.notify(words, markup=False, timeout=3)
