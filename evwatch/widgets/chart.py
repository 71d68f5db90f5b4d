"""The chart of what the cursor is on. Plotext is imported and mounted only after the first frame."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from evwatch.present.chart import Chart
from evwatch.present.figures import number
from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM, STALE
from evwatch.widgets.line import Line

if TYPE_CHECKING:
    from evwatch.widgets.plot import TimePlot

_MARKS = ("ev.chart-1", "ev.chart-2", "ev.chart-3")


class ChartView(Vertical, can_focus=True):
    """A legend, and the plot below it."""

    HELP = "One chart: gaps are missing data, dots the last two minutes, which may still change."
    DEFAULT_CSS = """
    ChartView { height: 1fr; }
    """

    chart: reactive[Chart | None] = reactive(None)
    zone: reactive[tzinfo | None] = reactive(None)
    reading: reactive[bool] = reactive(False)
    """True while a subject is chosen whose data has not come yet."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._legend = Line()
        self._plot: TimePlot | None = None

    def compose(self) -> ComposeResult:
        """The legend; the plot comes later."""
        yield self._legend

    def watch_chart(self) -> None:
        """New data, or another subject."""
        self.call_after_refresh(self._show)

    def watch_zone(self) -> None:
        """Labels are in local time."""
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """As many labels as fit."""
        self.call_after_refresh(self._show)

    async def _show(self) -> None:
        chart = self.chart
        self._legend.text = self._words(chart)
        if chart is None or chart.is_empty:
            if self._plot:
                self._plot.display = False
            return
        if self._plot is None:
            from evwatch.widgets.plot import TimePlot

            self._plot = TimePlot()
            await self.mount(self._plot)
        self._plot.display = True
        self.call_after_refresh(self._plot.draw, chart, self.zone)

    def _words(self, chart: Chart | None) -> Text:
        if chart is None:
            return Text("")
        line = Text(no_wrap=True, end="")
        for index, each in enumerate(chart.lines):
            unit = f" {each.unit}" if each.unit and each.last is not None else ""
            line.append("  " if index else "")
            line.append("━ ", style=_MARKS[index % len(_MARKS)])
            line.append(f"{plain(each.label, 40)} {number(each.last)}{unit}")
        if chart.threshold is not None:
            line.append(f"  ─ limit {number(chart.threshold)}", style=ALARM)
        if chart.message:
            line.append(f"  {plain(chart.message, 120)}", style=STALE)
        elif chart.waiting:
            line.append("  reading …", style=DIM)
        elif chart.is_empty:
            line.append("  no datapoints in this window", style=DIM)
        return line
