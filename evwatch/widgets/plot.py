"""The plot itself. Importing this module imports plotext, so it is imported only once the first frame is out."""

from __future__ import annotations

from datetime import tzinfo

from textual import events
from textual.color import Color
from textual_plotext import PlotextPlot

from evwatch.present.axes import time_ticks, value_ticks
from evwatch.present.chart import Chart, Points
from evwatch.present.figures import number
from evwatch.widgets.pointing import PointedAt

_CELLS_PER_TIME_LABEL = 12
_LINES_PER_VALUE = 3
_BELOW = 0.02
_SERIES_COLOURS = ("chart-1", "chart-2", "chart-3")
_FINE = "hd"
_COARSE = "·"
_BEYOND = "◆"


class TimePlot(PlotextPlot):
    """Draws a `Chart`. Gaps stay gaps; what may still change is dotted; the limit is a line across, what is beyond it a
    diamond, and the moment that is read a line down."""

    _span: tuple[float, float, int] | None = None
    """Beginning and end of what is drawn, and in which column that begins."""

    def draw(self, chart: Chart, zone: tzinfo | None, cursor: float | None = None) -> None:
        """Set the figure up anew and repaint; `cursor` is the beginning of the period that is read."""
        plt = self.plt
        plt.clear_data()
        plt.xaxes(True, False)
        plt.yaxes(True, False)
        plt.xlim(0, chart.end - chart.start)
        # Without this a line at the bottom is drawn half below the axis.
        plt.ylim(chart.bottom - (chart.top - chart.bottom) * _BELOW, chart.top)
        width, height = self.size
        times = time_ticks(chart.start, chart.end, max(2, width // _CELLS_PER_TIME_LABEL), zone)
        plt.xticks([time - chart.start for time, _ in times], [label for _, label in times])
        values = value_ticks(chart.bottom, chart.top, max(2, height // _LINES_PER_VALUE), whole=chart.whole)
        plt.yticks([value for value, _ in values], [label for _, label in values])
        self._span = chart.start, chart.end, max((len(label) for _, label in values), default=0) + 1
        for index, line in enumerate(chart.lines):
            colour = self._colour(_SERIES_COLOURS[index % len(_SERIES_COLOURS)])
            for run in line.finished:
                self._run(run, chart.start, _FINE, colour)
            for run in line.unfinished:
                self._run(run, chart.start, _COARSE, colour)
        if chart.threshold is not None:
            plt.hline(chart.threshold, color=self._colour("alarm"))
            plt.text(
                f" limit {number(chart.threshold)} ",
                x=chart.end - chart.start,
                y=chart.threshold,
                color=self._colour("alarm"),
                alignment="right",
            )
        for line in chart.lines:
            if line.beyond:
                xs, ys = [time - chart.start for time, _ in line.beyond], [value for _, value in line.beyond]
                plt.scatter(xs, ys, marker=_BEYOND, color=self._colour("alarm"))
        if cursor is not None:
            plt.vline(min(max(cursor - chart.start, 0), chart.end - chart.start), color=self._colour("foreground"))
        self.refresh()

    def on_unmount(self) -> None:
        """Hear no more of themes: the subscription that `PlotextPlot` makes holds on to this widget for ever."""
        self.app.theme_changed_signal.unsubscribe(self)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The moment under the mouse is read from now on."""
        self._point(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """It follows while the button is down."""
        if event.button:
            self._point(event)

    def _point(self, event: events.MouseEvent) -> None:
        if self._span is None:
            return
        start, end, first = self._span
        cells = max(1, self.size.width - first - 1)
        share = min(max((event.x - first) / cells, 0.0), 1.0)
        self.post_message(PointedAt(start + share * (end - start)))

    def _run(self, run: Points, start: float, marker: str, colour: tuple[int, int, int]) -> None:
        xs = [time - start for time, _ in run]
        ys = [value for _, value in run]
        if len(run) == 1:
            self.plt.scatter(xs, ys, marker="•", color=colour)
        else:
            self.plt.plot(xs, ys, marker=marker, color=colour)

    def _colour(self, name: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[name]).rgb
