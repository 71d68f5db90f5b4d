"""The overview: what fires, what piles up, what gave up, and the chart and flow of what the cursor is on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer

from evwatch.model.fault import Fault
from evwatch.model.flow import Flow
from evwatch.model.interest import Interest
from evwatch.model.metric import DEFAULT_WINDOW, WINDOWS, Window
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.present.alarms import AlarmRow, alarm_rows, counts_by_state
from evwatch.present.badges import outlook_badge
from evwatch.present.chart import Subject, chart
from evwatch.present.deadletters import dead_letter_rows
from evwatch.present.faults import blocking, connecting
from evwatch.present.figures import count, plural, span
from evwatch.present.freshness import Limits, freshness, oldest
from evwatch.present.inert import middle, plain
from evwatch.present.queues import ORDERS, Key, Order, QueueBoard, QueueRow, matches, ordered
from evwatch.present.status import status
from evwatch.present.summary import summary
from evwatch.present.tones import ACCENT, ALARM, DIM
from evwatch.screens.live import LiveSession
from evwatch.screens.subjects import alarm_subjects, queue_subjects
from evwatch.widgets.alarms import AlarmList
from evwatch.widgets.chart import ChartView
from evwatch.widgets.deadletters import DeadLetterList
from evwatch.widgets.fault import Notice
from evwatch.widgets.flow import FlowAround
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import Hint, KeyHints
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.panel import Panel
from evwatch.widgets.queues import QueueList

_SETTLE_SECONDS = 0.2
"""How long the cursor rests before its metrics are asked for: each request is paid for."""
_ORDER_WORDS: dict[Order, str] = {
    "problems": "problems first",
    "name": "by name",
    "visible": "by visible",
    "oldest": "by oldest",
}
_HINTS = {
    "help": "help",
    "open": "details",
    "filter": "filter",
    "jump": "jump",
    "sort": "sort",
    "window.shorter": "",
    "window.longer": "window",
    "chart.next": "chart",
    "zoom": "zoom",
    "pause": "pause",
    "refresh": "refresh",
    "quit": "quit",
}
_GROUP_LOOK = Binding.Group("look closer")
_GROUP_LIST = Binding.Group("this list")
_GROUP_CHART = Binding.Group("chart")
_GROUP_READ = Binding.Group("reading")


class OverviewScreen(Screen[None]):
    """Binds the session's snapshot to the panels, and the keys to the session."""

    class Arrived(Message):
        """A new snapshot; a newer one replaces it where it waits."""

        def __init__(self, snapshot: Snapshot) -> None:
            super().__init__()
            self.snapshot = snapshot

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, OverviewScreen.Arrived)

    ALLOW_IN_MAXIMIZED_VIEW = ".-textual-system,#head,#foot"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Details", id="open", group=_GROUP_LOOK, tooltip="Everything known of it"),
        Binding("y", "json", "JSON", id="json", group=_GROUP_LOOK, tooltip="The same as JSON"),
        Binding("c", "copy", "Copy ARN", id="copy", group=_GROUP_LOOK, tooltip="To the clipboard (OSC 52)"),
        Binding(":", "jump", "Jump to", id="jump", group=_GROUP_LOOK, tooltip="Any queue, alarm, resource or metric"),
        Binding("!", "faults", "Not read", id="faults", group=_GROUP_LOOK, tooltip="What could not be read, and why"),
        Binding("/", "filter", "Filter", id="filter", group=_GROUP_LIST, tooltip="Plain words; esc clears"),
        Binding("escape", "clear", "Back", id="back", group=_GROUP_LIST, show=False),
        Binding("s", "sort", "Sort", id="sort", group=_GROUP_LIST, tooltip="Problems, name, visible, oldest"),
        Binding("z", "zoom", "Zoom", id="zoom", group=_GROUP_LIST, tooltip="This panel alone, and back"),
        Binding("[", "window(-1)", "Shorter", id="window.shorter", group=_GROUP_CHART, tooltip="Window of the chart"),
        Binding("]", "window(1)", "Longer", id="window.longer", group=_GROUP_CHART, tooltip="Window of the chart"),
        Binding("m", "next_chart", "Next chart", id="chart.next", group=_GROUP_CHART, tooltip="Its other metrics"),
        Binding("p", "pause", "Pause", id="pause", group=_GROUP_READ, tooltip="Hold or resume reading"),
        Binding("ctrl+r", "refresh_all", "Refresh", id="refresh", group=_GROUP_READ, tooltip="Read all again now"),
        Binding("tab", "app.focus_next", "Next panel", id="panel.next", show=False),
        Binding("shift+tab", "app.focus_previous", "Previous panel", id="panel.previous", show=False),
    ]

    now: reactive[datetime | None] = reactive(None)
    words: reactive[str] = reactive("")
    order: reactive[Order] = reactive("problems")
    window: reactive[Window] = reactive(DEFAULT_WINDOW)

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        limits: Limits | None = None,
        window: Window = DEFAULT_WINDOW,
        read_only: bool = False,
        demo: bool = False,
        waiting_for: str = "",
    ) -> None:
        super().__init__()
        self.set_reactive(OverviewScreen.window, window)
        self._clock = clock
        self._limits = limits or Limits()
        self._read_only = read_only
        self._demo = demo
        self._waiting_for = waiting_for
        self._session: LiveSession | None = None
        self._snapshot = Snapshot(clock())
        self._board = QueueBoard()
        self._queues: tuple[QueueRow, ...] = ()
        self._by_key: dict[Key, QueueRow] = {}
        self._by_arn: dict[str, QueueRow] = {}
        self._subjects: tuple[Subject, ...] = ()
        self._subject = 0
        self._about: tuple[str, str] = ("", "")
        self._interest: Interest | None = None
        self._settling: Timer | None = None
        self._paused_at: datetime | None = None
        self.alarms = AlarmList(id="alarms")
        self.queues = QueueList(id="queues")
        self.dead = DeadLetterList(id="dead")
        self.flow = FlowAround(id="flow")
        self.chart = ChartView(id="chart")

    # Layout.

    def compose(self) -> ComposeResult:
        """Where one is, what is wrong, the panels, how fresh it is."""
        with Vertical(id="head"):
            yield HeaderBar()
            yield Line(id="summary")
        yield Notice(id="notice")
        with Container(id="body"):
            with Container(id="main"):
                yield Panel("Alarms", self.alarms, id="alarms-panel")
                yield Panel("Queues", self.queues, id="queues-panel")
            with Container(id="side"):
                with Container(id="around"):
                    yield Panel("Dead letters", self.dead, id="dead-panel")
                    yield Panel("Flow", self.flow, id="flow-panel")
                yield Panel("Chart", self.chart, id="chart-panel")
        with Vertical(id="foot"):
            yield Line(id="status")
            yield KeyHints()

    def on_mount(self) -> None:
        """Begin to count time."""
        self.call_after_refresh(self._tell_keys)
        header = self.query_one(HeaderBar)
        header.read_only, header.demo = self._read_only, self._demo
        self.query_one(Notice).waiting_for = self._waiting_for
        self.query_one("#body").display = False
        self.now = self._clock()
        self.set_interval(1.0, self.tick)
        self.flow.remark = self._remark
        self.dead.empty = "every dead-letter queue that was read is empty"
        for listing in (self.queues, self.dead):
            listing.limit = self._limits.depths

    def _tell_keys(self) -> None:
        self.query_one(KeyHints).hints = self._hints()

    # The session.

    def attach(self, session: LiveSession) -> Callable[[], None]:
        """Follow this session from now on; returns the way to stop."""
        self._session = session
        self._interest = None
        stop = session.subscribe(self._receive)
        self.post_message(self.Arrived(session.snapshot))
        return stop

    def _receive(self, snapshot: Snapshot) -> None:
        self.post_message(self.Arrived(snapshot))

    def fail(self, fault: Fault) -> None:
        """There is no session, and this is why."""
        notice = self.query_one(Notice)
        notice.fault = fault
        notice.display = True
        self.query_one("#body").display = False

    @on(Arrived)
    def _arrived(self, event: Arrived) -> None:
        self._snapshot = event.snapshot
        self._queues = self._board.rows(event.snapshot)
        self._by_key = {row.key: row for row in self._queues}
        self._by_arn = {row.queue.arn: row for row in self._queues}
        if event.snapshot.paused and self._paused_at is None:
            self._paused_at = self._clock()
        elif not event.snapshot.paused:
            self._paused_at = None
        self.set_reactive(OverviewScreen.now, self._clock())
        self._show()

    def tick(self) -> None:
        """Time has passed: ages move on, also where nothing new comes."""
        self.now = self._clock()

    def watch_now(self) -> None:
        """Tell the time to everything that shows an age."""
        if self.is_mounted:
            self._show_ages()

    # What is shown.

    def _show(self) -> None:
        snapshot = self._snapshot
        fault = blocking(snapshot)
        nothing = fault is not None or connecting(snapshot)
        notice = self.query_one(Notice)
        notice.fault = fault
        notice.display = nothing
        body = self.query_one("#body")
        if body.display == nothing:
            body.display = not nothing
            if not nothing and self.focused is None:
                self.call_after_refresh(self.queues.focus)
        header = self.query_one(HeaderBar)
        header.places = tuple((context.context, context.identity.value) for context in snapshot.contexts)
        self._show_rows()
        self._show_subject()
        self._show_ages()

    def _show_rows(self) -> None:
        alarms = tuple(row for row in alarm_rows(self._snapshot) if self._chosen(row.alarm.name, row.context))
        self.alarms.rows = alarms
        self._alarm_rows = alarms
        rows = tuple(
            row for row in ordered(self._queues, self.order) if self._chosen(row.queue.name, row.context, row.dlq_name)
        )
        self.queues.rows = rows
        self.dead.rows = tuple(
            row
            for row in dead_letter_rows(self._queues, self._snapshot)
            if self._chosen(row.row.queue.name, row.row.context)
        )
        self._fit_panels()
        self._tell_titles()
        self._tell_interest()

    def _chosen(self, *texts: str) -> bool:
        return not self.words or matches(self.words, *texts)

    def _fit_panels(self) -> None:
        """Give the alarms the lines that the firing ones need, and the queues the rest."""
        firing = sum(row.alarm.state == "ALARM" for row in self.alarms.rows)
        others = len(self.alarms.rows) - firing
        tall = self.size.height >= 34
        most = max(4, self.size.height // 4) if tall else 4
        self.query_one("#alarms-panel").styles.height = 1 + max(1, min(firing + min(others, 3 if tall else 1), most))
        if self.has_class("-narrow") or self.size.width < 100:
            self.query_one("#dead-panel").styles.height = 2 + max(1, min(len(self.dead.rows), 6 if tall else 3))
        else:
            self.query_one("#dead-panel").styles.height = "1fr"

    def on_resize(self) -> None:
        """Panels share the lines anew."""
        self.call_after_refresh(self._fit_panels)

    def _tell_titles(self) -> None:
        words = Text(f"  /{plain(self.words, 30)}", style=ACCENT) if self.words else Text()
        self._panel("alarms").tell(Text.assemble((counts_by_state(self.alarms.rows), DIM), words))
        total = len(self._queues)
        shown = len(self.queues.rows)
        many = f"{count(shown)} of {count(total)}" if shown != total else count(total)
        self._panel("queues").tell(Text.assemble((f"{many}, {_ORDER_WORDS[self.order]}", DIM), words))
        held = sum(row.row.held or 0 for row in self.dead.rows)
        remark = Text(f"{count(held)} in {plural(len(self.dead.rows), 'queue')}", style=ALARM if held else DIM)
        self._panel("dead").tell(remark if held else Text())

    def _show_ages(self) -> None:
        now = self.now or self._clock()
        contexts = self._snapshot.contexts
        limits = self._limits
        self.query_one(HeaderBar).now = now
        for listing in (self.alarms, self.queues, self.dead):
            listing.now = now
            listing.many_contexts = len(contexts) > 1
        if connecting(self._snapshot) or blocking(self._snapshot):
            self.query_one("#summary", Line).text = Text()
        else:
            self.query_one("#summary", Line).text = summary(
                self._snapshot, self._queues, alarm_rows(self._snapshot), now, limits
            )
        self.query_one("#status", Line).text = status(self._snapshot, now, limits, self._paused_at)
        self._panel("alarms").age(freshness(oldest([each.alarms for each in contexts]), now, limits.alarms))
        self._panel("queues").age(freshness(oldest([each.queues for each in contexts]), now, limits.flow))
        dead = [row.row.depth for row in self.dead.rows]
        self._panel("dead").age(freshness(oldest(list(dead)), now, limits.depths) if dead else Text())
        context = self._snapshot_of(self._about[0])
        if context:
            self._panel("flow").age(freshness(context.flow, now, limits.flow))
            subject = self._current_subject()
            feeds = [context.chart[query] for query in subject.queries if query in context.chart] if subject else []
            self._panel("chart").age(freshness(oldest(list(feeds)), now, limits.metrics) if feeds else Text())

    def _panel(self, name: str) -> Panel:
        return self.query_one(f"#{name}-panel", Panel)

    def _snapshot_of(self, name: str) -> ContextSnapshot | None:
        return next((each for each in self._snapshot.contexts if each.context.name == name), None)

    # What the cursor is on.

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        if event.listing.has_focus or not self._about[1] or self.focused is self.chart:
            self._follow(event.listing)

    def on_descendant_focus(self) -> None:
        """Chart and flow follow the panel that the keys go to."""
        if isinstance(self.focused, Listing):
            self._follow(self.focused)

    def _follow(self, listing: Listing[Any]) -> None:
        row = listing.current
        if row is None:
            return
        before = self._about
        self._subjects, self._about = self._subjects_of(row)
        if self._about != before:
            self._subject = 0
        self._show_subject()
        self._show_ages()
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self._tell_interest)

    def _subjects_of(self, row: object) -> tuple[tuple[Subject, ...], tuple[str, str]]:
        if isinstance(row, AlarmRow):
            flow = self._flow_of(row.context)
            about = row.alarm.resource_arns[0] if row.alarm.resource_arns else row.alarm.id
            return alarm_subjects(row, flow), (row.context, about)
        queue = row if isinstance(row, QueueRow) else getattr(row, "row", None)
        if isinstance(queue, QueueRow):
            return queue_subjects(queue), (queue.context, queue.queue.arn)
        return (), ("", "")

    def _flow_of(self, context: str) -> Flow | None:
        found = self._snapshot_of(context)
        return found.flow.value if found else None

    def _current_subject(self) -> Subject | None:
        return self._subjects[self._subject % len(self._subjects)] if self._subjects else None

    def _show_subject(self) -> None:
        subject = self._current_subject()
        context = self._snapshot_of(self._about[0])
        now = self.now or self._clock()
        if subject and context:
            minute = now.timestamp() // 60 * 60
            self.chart.zone = now.tzinfo
            self.chart.chart = chart(subject, context.chart, self.window, minute)
            which = f"  {subject.number}/{subject.of}" if subject.of > 1 else ""
            period = span(subject.period_seconds or self.window.period_seconds)
            title = Text(middle(subject.title, 40), style=ACCENT)
            title = Text.assemble(title)
            title.append(f"{which}  {self.window.label}, each {period}", style=DIM)
            self._panel("chart").tell(title)
        self.flow.flow = context.flow.value if context else None
        self.flow.arn = self._about[1]
        self.flow.refresh()

    def _remark(self, arn: str) -> Text | None:
        row = self._by_arn.get(arn)
        if row is None or row.depth.value is None:
            return None
        if row.is_dlq and row.held:
            return Text(f"▲ {plural(row.held, 'dead letter')}", style=ALARM)
        badge = outlook_badge(row.outlook)
        return Text.assemble((f"{count(row.depth.value.visible)} visible  ", DIM), (badge.word, badge.tone))

    # What is on screen, told to the session.

    @on(Listing.Scrolled)
    def _scrolled(self) -> None:
        self._tell_interest()

    def _tell_interest(self) -> None:
        subject = self._current_subject()
        keys = (*self.queues.on_screen, *self.dead.on_screen)
        interest = Interest(
            frozenset(arn for _, arn in keys),
            subject.context if subject else "",
            subject.queries if subject else (),
            self.window,
        )
        if self._session and interest != self._interest:
            self._interest = interest
            self._session.show(interest)

    # Keys.

    def _hints(self) -> tuple[Hint, ...]:
        """The bindings worth a place at the bottom, with the keys that they have now."""
        shown = {active.binding.id: active.binding for active in self.active_bindings.values() if active.binding.id}
        found = [shown[name] for name in _HINTS if name in shown]
        return tuple((self.app.get_key_display(each), _HINTS[each.id or ""], f"screen.{each.action}") for each in found)

    def action_sort(self) -> None:
        """The next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]

    def watch_order(self) -> None:
        """Another order of the queues."""
        if self.is_mounted:
            self._show_rows()

    def watch_words(self) -> None:
        """Another filter."""
        if self.is_mounted:
            self._show_rows()

    def action_window(self, step: int) -> None:
        """A shorter or longer window."""
        place = WINDOWS.index(self.window) + step
        self.window = WINDOWS[min(max(place, 0), len(WINDOWS) - 1)]

    def watch_window(self) -> None:
        """The chart over another stretch of time."""
        if self.is_mounted:
            self._show_subject()
            self._tell_interest()

    def action_next_chart(self) -> None:
        """Another metric of the same resource."""
        self._subject += 1
        self._show_subject()
        self._tell_interest()

    def action_pause(self) -> None:
        """Hold or resume reading."""
        if self._session:
            self._paused_at = None if self._paused_at else self._clock()
            self._session.pause(self._paused_at is not None)
            self._show_ages()

    def action_refresh_all(self) -> None:
        """Read everything again now."""
        if self._session:
            self._session.refresh()

    def action_zoom(self) -> None:
        """The focused panel alone, and back."""
        if self.maximized is not None:
            self.minimize()
            return
        focused = self.focused
        panel = next((node for node in focused.ancestors if isinstance(node, Panel)), None) if focused else None
        if panel:
            self.maximize(panel)

    def action_clear(self) -> None:
        """Back to the whole: first from a zoom, then from a filter."""
        if self.maximized is not None:
            self.minimize()
        else:
            self.words = ""
