"""The overview, to look at: binds the session's snapshot to the panels, and what is on screen to what is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from evwatch.model.choice import Choice
from evwatch.model.fault import Fault
from evwatch.model.interest import Interest
from evwatch.model.snapshot import Snapshot
from evwatch.model.window import DEFAULT_WINDOW, Window
from evwatch.present.alarms import AlarmRow
from evwatch.present.deadletters import DeadLetterRow
from evwatch.present.faults import blocking, connecting
from evwatch.present.freshness import Limits
from evwatch.present.picture import Picture, PictureMaker, lists
from evwatch.present.queues import Order, QueueRow
from evwatch.present.status import status
from evwatch.present.summary import summary
from evwatch.screens.closer import LookingCloser
from evwatch.screens.live import LiveSession
from evwatch.screens.spotlight import Spotlight
from evwatch.screens.targets import AlarmTarget, QueueTarget, Target
from evwatch.widgets.fault import Notice
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.overview import PANELS, Lines, OverviewPanels

if TYPE_CHECKING:
    pass

_TICK = timedelta(seconds=0.9)
"""A little less than the second after which the timer comes."""
_SETTLE_SECONDS = 0.2
"""How long the cursor rests before its metrics are asked for: each request is paid for."""


class OverviewPage(LookingCloser):
    """What fires, what piles up, what gave up, and the chart and flow of what the cursor is on."""

    CSS_PATH = "overview.tcss"
    ALLOW_IN_MAXIMIZED_VIEW = ".-textual-system,#head,#foot"
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = ""

    words: reactive[str] = reactive("")
    order: reactive[Order] = reactive("problems")

    class Arrived(Message):
        """A new snapshot; a newer one replaces it where it waits."""

        def __init__(self, snapshot: Snapshot) -> None:
            super().__init__()
            self.snapshot = snapshot

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, OverviewPage.Arrived)

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        choice: Choice | None = None,
        limits: Limits | None = None,
        window: Window = DEFAULT_WINDOW,
        read_only: bool = False,
        demo: bool = False,
        waiting_for: str = "",
        panels: Sequence[str] = PANELS,
        lines: Lines | None = None,
        try_again: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._try_again = try_again
        self._limits = limits or Limits()
        self._session: LiveSession | None = None
        self._choice = choice or Choice()
        self._maker = PictureMaker(self._choice)
        self._picture = Picture(Snapshot(clock()))
        self._spot = Spotlight(window)
        self._interest: Interest | None = None
        self._wants_custom_metrics = False
        self._settling: Timer | None = None
        self._paused_at: datetime | None = None
        self._filtered_from: Widget | None = None
        self._zoomed_from: Widget | None = None
        self.header = HeaderBar(read_only=read_only, demo=demo)
        self.panels = OverviewPanels(self._limits, panels, lines, id="panels")
        self.notice = Notice(id="notice")
        self.notice.waiting_for = waiting_for
        self._summary = Line(id="summary")
        self._status = Line(id="status")
        self._runs = ""
        self._told_idle: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Where one is, what is wrong, the panels, how fresh it is, the keys."""
        with Vertical(id="head"):
            yield self.header
            yield self._summary
        yield self.notice
        yield self.panels
        with Vertical(id="foot"):
            yield self._status
            yield KeyHints()

    def on_mount(self) -> None:
        """Begin to count time."""
        self.panels.display = False
        self.now = self._clock()
        self.set_interval(1.0, self.tick)
        self.call_after_refresh(self.tell_keys)

    @property
    def picture(self) -> Picture:
        """What is shown now."""
        return self._picture

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        return self._spot.target

    @property
    def session(self) -> LiveSession | None:
        """What reads; None while there is no connection."""
        return self._session

    @property
    def window(self) -> Window:
        """Over how long the chart goes."""
        return self._spot.window

    @property
    def limits(self) -> Limits:
        """Ages beyond which readings are stale."""
        return self._limits

    def tell_runs(self, words: str) -> None:
        """Say this of runs that somebody should look at; nothing where nobody need."""
        if words != self._runs:
            self._runs = words
            if self.is_mounted:
                self._show_ages()

    def retell(self) -> None:
        """Another screen was shown; what is on this one is of interest again."""
        self._interest = None
        if self.is_mounted:
            self._tell_interest()

    # The session.

    def attach(self, session: LiveSession) -> Callable[[], None]:
        """Follow this session from now on; returns the way to stop."""
        self._session = session
        self._interest = None
        self._receive(session.snapshot)
        return session.subscribe(self._receive)

    def fail(self, fault: Fault) -> None:
        """There is no session, and this is why."""
        self._session = None
        self.notice.fault = fault
        self.notice.display = True
        self.panels.display = False
        self.call_after_refresh(self.tell_keys)

    def leave(self, waiting_for: str) -> None:
        """Turn to somewhere else: nothing of what was shown is of there."""
        self._session = None
        self._maker = PictureMaker(self._choice)
        self._picture = Picture(Snapshot(self._clock()))
        self._spot = Spotlight(self._spot.window)
        self._paused_at = None
        self.words = ""
        self.notice.waiting_for = waiting_for
        self.notice.fault = None
        self.notice.display = True
        self.panels.display = False
        self.header.places = ()
        self._show_lists()
        self._show_spot()
        self._show_ages()
        self.refresh_bindings()
        self.call_after_refresh(self.tell_keys)

    def _receive(self, snapshot: Snapshot) -> None:
        self.post_message(self.Arrived(snapshot))

    @on(Arrived)
    def _arrived(self, event: Arrived) -> None:
        snapshot = event.snapshot
        self._picture = self._maker.picture(snapshot)
        if not snapshot.paused:
            self._paused_at = None
        elif self._paused_at is None:
            self._paused_at = self._clock()
        self.set_reactive(OverviewPage.now, self._clock())
        self._show_or_say_why_not()
        self.header.places = tuple(each.place for each in snapshot.contexts)
        if self.idle_keys != self._told_idle:
            self.tell_keys()
        self._show_lists()
        self._show_spot()
        self._show_ages()

    def _show_or_say_why_not(self) -> None:
        fault = blocking(self._picture.snapshot)
        nothing = fault is not None or connecting(self._picture.snapshot)
        self.notice.fault = fault
        self.notice.display = nothing
        self._summary.display = not nothing
        if self.panels.display == nothing:
            self.panels.display = not nothing
            self.refresh_bindings()
            self.call_after_refresh(self.tell_keys)
            if not nothing and self.focused is None:
                self.call_after_refresh(self.panels.first.focus)

    # What a subclass says.

    @property
    def idle_keys(self) -> tuple[str, ...]:
        """Keys that do nothing in any context here, by id."""
        raise NotImplementedError

    def tell_keys(self) -> None:
        """Show which keys make sense now."""
        raise NotImplementedError

    # Showing.

    def tick(self) -> None:
        """Time has passed: ages move on, also where nothing new comes; what has just come has moved them on."""
        now = self._clock()
        if self.now is None or now - self.now >= _TICK:
            self.now = now

    def watch_now(self) -> None:
        """Tell the time to everything that shows an age."""
        if self.is_mounted:
            self._show_ages()

    def _show_lists(self) -> None:
        self.panels.show_lists(self._picture, lists(self._picture, self.words, self.order), self.words, self.order)
        self._tell_interest()

    def _show_spot(self) -> None:
        now = (self.now or self._clock()).timestamp()
        target = self._spot.target
        self.panels.show_spot(
            self._picture,
            self._spot.subject(self._picture),
            self._spot.chart(self._picture, now),
            target.arn(self._picture) if target else "",
            self._spot.window.label,
        )

    def _show_ages(self) -> None:
        now = self.now or self._clock()
        picture, limits = self._picture, self._limits
        self.header.now = now
        self._summary.text = summary(picture.snapshot, picture.queues, picture.alarms, now, limits, self._runs)
        self._status.text = status(picture.snapshot, now, limits, self._paused_at)
        self.panels.show_ages(picture, self._spot.subject(picture), now)

    # The cursor.

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        if event.listing.has_focus:
            self._follow_row(event.listing.current)

    def on_descendant_focus(self) -> None:
        """Chart and flow follow the list that the keys go to."""
        if isinstance(self.focused, Listing):
            self._follow_row(self.focused.current)

    def _follow_row(self, row: object) -> None:
        target = _target(row)
        if target:
            self._follow(target)

    def _follow(self, target: Target) -> None:
        if not self._spot.follow(target):
            return
        self._show_spot()
        self._show_ages()
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self._tell_interest)

    # What is on screen, told to the session.

    @on(Listing.Scrolled)
    def _tell_interest(self) -> None:
        subject = self._spot.subject(self._picture)
        seen = (*self.panels.queues.on_screen, *self.panels.dead.on_screen)
        interest = Interest(
            queues=frozenset(arn for _, arn in seen),
            chart_context=subject.context if subject else "",
            chart=subject.queries if subject else (),
            window=self._spot.window,
            custom_metrics=self._wants_custom_metrics,
            resources=self.panels.flow.asks_for,
        )
        if self._session and interest != self._interest:
            self._interest = interest
            self._session.show(interest)

    # Another order or filter, another chart, another place.

    def watch_order(self) -> None:
        """Another order of the queues."""
        self._relist()

    def watch_words(self) -> None:
        """Another filter."""
        self._relist()

    def _relist(self) -> None:
        if self.is_mounted:
            self._show_lists()
            self._show_ages()

    def _respot(self) -> None:
        self._show_spot()
        self._show_ages()
        self._tell_interest()

    def want_custom_metrics(self) -> None:
        """From now on metrics outside AWS's own namespaces are listed, so that one can jump to them."""
        self._wants_custom_metrics = True
        if self.app.screen is self:
            self._tell_interest()


def _target(row: object) -> Target | None:
    match row:
        case AlarmRow():
            return AlarmTarget(row.key, row.alarm.name)
        case QueueRow():
            return QueueTarget(row.key, row.queue.name)
        case DeadLetterRow():
            return QueueTarget(row.row.key, row.row.queue.name)
        case _:
            return None
