"""The plot itself. Importing this module imports plotext, so it is imported only once the first frame is out."""

from __future__ import annotations

from datetime import tzinfo

from textual.color import Color
from textual_plotext import PlotextPlot

from evwatch.present.chart import Chart, Points, time_ticks, value_ticks
from evwatch.present.figures import number

_CELLS_PER_TIME_LABEL = 12
_LINES_PER_VALUE = 3
_BELOW = 0.02
_SERIES_COLOURS = ("chart-1", "chart-2", "chart-3")
_FINE = "hd"
_COARSE = "·"


class TimePlot(PlotextPlot):
    """Draws a `Chart`. Gaps stay gaps; what may still change is dotted; the limit is a line across."""

    def draw(self, chart: Chart, zone: tzinfo | None) -> None:
        """Set the figure up anew and repaint."""
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
        self.refresh()

    def _run(self, run: Points, start: float, marker: str, colour: tuple[int, int, int]) -> None:
        xs = [time - start for time, _ in run]
        ys = [value for _, value in run]
        if len(run) == 1:
            self.plt.scatter(xs, ys, marker="•", color=colour)
        else:
            self.plt.plot(xs, ys, marker=marker, color=colour)

    def _colour(self, name: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[name]).rgb
