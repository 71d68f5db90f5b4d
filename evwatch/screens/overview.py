"""The overview: what is wrong at a glance, and the keys that lead on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from evwatch.present.queues import ORDERS
from evwatch.screens.closer import ask_for_redrive
from evwatch.screens.overview_keys import BINDINGS, HINTS, NEEDS_PANELS
from evwatch.screens.overview_page import OverviewPage
from evwatch.screens.targets import AlarmTarget, MetricTarget, QueueTarget, Target
from evwatch.widgets.keys import show_keys
from evwatch.widgets.listing import Listing
from evwatch.widgets.panel import Panel

if TYPE_CHECKING:
    from evwatch.widgets.prompt import FilterPrompt


class OverviewScreen(OverviewPage):
    """Its keys: they read, choose and arrange, and lead to every other screen."""

    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be looked at while nothing is shown."""
        if action == "filter" and self.notice.fault is None:
            return True  # else what one types while the first reading is under way would be taken for keys
        return self.panels.display or action not in NEEDS_PANELS

    def tell_keys(self) -> None:
        """The keys that make sense here."""
        self._told_idle = self.idle_keys
        show_keys(self, HINTS, self._told_idle)

    @property
    def idle_keys(self) -> tuple[str, ...]:
        """Keys that do nothing in any context here, by id."""
        contexts = [each.context for each in self._picture.snapshot.contexts]
        reads = self.header.read_only or (bool(contexts) and all(each.read_only for each in contexts))
        return ("redrive",) if reads else ()

    # Keys: reading.

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
        else:
            self._try_again()

    # Keys: lists.

    def action_sort(self) -> None:
        """The next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]

    def action_filter(self) -> None:
        """Ask for words."""
        from evwatch.widgets.prompt import FilterPrompt

        self._filtered_from = self.focused
        self.query_one("#foot").mount(FilterPrompt(self.words))

    def on_filter_prompt_typed(self, event: FilterPrompt.Typed) -> None:
        """It works while one types."""
        self.words = event.words

    def on_filter_prompt_left(self, event: FilterPrompt.Left) -> None:
        """Back to where the keys went before."""
        self.words = event.words
        (self._filtered_from or self.panels.first).focus()

    def action_back(self) -> None:
        """Back to the whole: first from a zoom, then from a filter."""
        if self.maximized is not None:
            self._unzoom()
        else:
            self.words = ""

    # Keys: one panel alone.

    def action_zoom(self) -> None:
        """The focused panel alone, and back."""
        if self.maximized is not None:
            self._unzoom()
        elif self.focused:
            panel = next((node for node in self.focused.ancestors if isinstance(node, Panel)), None)
            if panel:
                self._zoom(panel, self.focused)

    def action_zoom_chart(self) -> None:
        """The chart alone, also where there is no room for it otherwise, and back."""
        panel = self.query_one("#chart-panel", Panel)
        if self.maximized is panel:
            self._unzoom()
        else:
            self._zoom(panel, self.panels.chart)

    def _zoom(self, panel: Panel, content: Widget) -> None:
        self._zoomed_from = self._zoomed_from or self.focused
        self.maximize(panel)
        content.focus()

    def _unzoom(self) -> None:
        self.minimize()
        before, self._zoomed_from = self._zoomed_from, None
        if before:
            self.call_after_refresh(before.focus)

    # Keys: chart.

    def action_window(self, step: int) -> None:
        """A shorter or longer window."""
        self._spot.shift_window(step)
        self._respot()
        if not self.panels.chart.is_on_screen:
            self.notify(f"charts show {self._spot.window.label}; v opens the chart", markup=False, timeout=3)

    def action_next_chart(self) -> None:
        """Another metric of the same resource."""
        self._spot.next_chart()
        self._respot()

    # Keys: going elsewhere.

    @on(Listing.Opened)
    def action_open(self) -> None:
        """All that is known of what the cursor is on; an alarm has a screen of its own."""
        if isinstance(self.target, AlarmTarget):
            self.action_alarms()
        else:
            super().action_open()

    def action_alarms(self) -> None:
        """Screen 4, at the alarm that the cursor is on."""
        from evwatch.screens.alarms import AlarmsScreen

        self.app.push_screen(AlarmsScreen(self, self.target.key if isinstance(self.target, AlarmTarget) else None))

    def action_redrive(self) -> None:
        """The plan for the DLQ that the cursor is on, or for that of what it is on."""
        ask_for_redrive(self, self._picture, self.target)

    def action_flow(self) -> None:
        """Screen 2, at the resource that the cursor is on."""
        from evwatch.screens.flow import FlowScreen

        target = self.target
        self.app.push_screen(FlowScreen(self, target.arn(self._picture) if target else ""))

    def go_to(self, target: Target) -> None:
        """Put the cursor on it where a list holds it; turn chart and flow to it anyhow. What no list holds is opened
        where there is no room for either.
        """
        if isinstance(target, AlarmTarget | QueueTarget):
            listing: Listing[Any] = self.panels.alarms if isinstance(target, AlarmTarget) else self.panels.queues
            if not listing.select(target.key):
                self.words = ""
                listing.select(target.key)
            listing.focus()
            self._follow(target)
        elif self.panels.chart_has_room:
            self.panels.chart.focus()
            self._follow(target)
        else:
            self._follow(target)
            if isinstance(target, MetricTarget):
                self.action_zoom_chart()
            else:
                self.action_open()
