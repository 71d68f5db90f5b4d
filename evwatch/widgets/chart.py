"""The chart of what the cursor is on. Plotext is imported and mounted only after the first frame."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import reactive

from evwatch.present.chart import Chart
from evwatch.present.chart_reading import legend, moment_words, moments, nearest
from evwatch.present.figures import number
from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM, STALE
from evwatch.widgets.line import Line
from evwatch.widgets.pointing import PointedAt

if TYPE_CHECKING:
    from evwatch.widgets.plot import TimePlot

_FAR = 10
_CHART = Binding.Group("chart")


class ChartView(Vertical, can_focus=True):
    """A legend, and the plot below it. A cursor in it reads the values of one moment."""

    HELP = (
        "One chart: gaps are missing data, dots the last two minutes, which may still change, diamonds are beyond the "
        "limit. The arrow keys or the mouse read the values of a moment; escape lets go of it."
    )
    DEFAULT_CSS = """
    ChartView { height: 1fr; }
    ChartView #moment { display: none; }
    ChartView.-reading #moment { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "read(-1)", "Value before", id="chart.before", group=_CHART, show=False),
        Binding("right", "read(1)", "Value after", id="chart.after", group=_CHART, show=False),
        Binding("shift+left", f"read(-{_FAR})", "Ten before", id="chart.far-before", group=_CHART, show=False),
        Binding("shift+right", f"read({_FAR})", "Ten after", id="chart.far-after", group=_CHART, show=False),
        Binding("home", "read_end(False)", "Oldest value", id="chart.oldest", group=_CHART, show=False),
        Binding("end", "read_end(True)", "Newest value", id="chart.newest", group=_CHART, show=False),
        Binding("escape", "let_go", "Read no value", id="chart.let-go", group=_CHART, show=False),
    ]

    chart: reactive[Chart | None] = reactive(None)
    zone: reactive[tzinfo | None] = reactive(None)
    cursor: reactive[float | None] = reactive(None)
    """Beginning of the period whose values are read, seconds since the epoch."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._moment = Line(id="moment")
        self._legend = Line()
        self._plot: TimePlot | None = None

    def compose(self) -> ComposeResult:
        """The moment that is read, and the legend; the plot comes later."""
        yield self._moment
        yield self._legend

    def watch_chart(self, before: Chart | None, now: Chart | None) -> None:
        """New data, or another subject, which is read from its end again."""
        if before is None or now is None or _sources(before) != _sources(now):
            self.cursor = None
        elif self.cursor is not None:
            self.cursor = nearest(now, self.cursor + now.period_seconds / 2)
        self.call_after_refresh(self._show)

    def watch_zone(self) -> None:
        """Labels are in local time."""
        self.call_after_refresh(self._show)

    def watch_cursor(self) -> None:
        """Another moment."""
        self.set_class(self.cursor is not None, "-reading")
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """As many labels as fit."""
        self.call_after_refresh(self._show)

    def on_focus(self) -> None:
        """Say what the arrows do."""
        self.call_after_refresh(self._show)

    def on_blur(self) -> None:
        """The arrows are somebody else's."""
        self.call_after_refresh(self._show)

    # The cursor.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the screen's where nothing is read."""
        return action != "let_go" or self.cursor is not None

    def action_read(self, steps: int) -> None:
        """The values of so many periods later; from the newest where none was read."""
        if self.chart is None or self.chart.is_empty:
            return
        times = moments(self.chart)
        place = len(times) if self.cursor is None else times.index(nearest(self.chart, self.cursor + 1))
        self.cursor = times[min(max(place + steps, 0), len(times) - 1)]

    def action_read_end(self, newest: bool) -> None:
        """The values at an end."""
        if self.chart and not self.chart.is_empty:
            self.cursor = moments(self.chart)[-1 if newest else 0]

    def action_let_go(self) -> None:
        """The newest values again."""
        self.cursor = None

    @on(PointedAt)
    def _pointed_at(self, event: PointedAt) -> None:
        event.stop()
        if self.chart and not self.chart.is_empty:
            self.cursor = nearest(self.chart, event.at)

    # Showing.

    async def _show(self) -> None:
        chart = self.chart
        self._legend.text = self._words(chart)
        if chart is None or chart.is_empty:
            if self._plot:
                self._plot.display = False
            return
        if self.cursor is not None:
            self._moment.text = moment_words(chart, self.cursor, self.zone)
        if self._plot is None:
            from evwatch.widgets.plot import TimePlot

            self._plot = TimePlot()
            await self.mount(self._plot)
        self._plot.display = True
        self.call_after_refresh(self._plot.draw, chart, self.zone, self.cursor)

    def _words(self, chart: Chart | None) -> Text:
        if chart is None:
            return Text("")
        line = legend(chart, self.cursor)
        if chart.threshold is not None and self.cursor is None:
            line.append(f"  ─ limit {number(chart.threshold)}", style=ALARM)
        if chart.message:
            line.append(f"  {plain(chart.message, 120)}", style=STALE)
        elif chart.waiting:
            line.append("  reading …", style=DIM)
        elif chart.is_empty:
            line.append("  no datapoints in this window", style=DIM)
        elif self.has_focus and self.cursor is None:
            line.append("  ← → read values", style=DIM)
        return line


def _sources(chart: Chart) -> tuple[str, ...]:
    return tuple(line.source for line in chart.lines)
