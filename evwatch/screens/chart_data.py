"""A chart's data into a file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from evwatch.present.chart_csv import csv_lines
from evwatch.present.figures import plural
from evwatch.widgets.chart import ChartView

if TYPE_CHECKING:
    from evwatch.screens.closer import LookingCloser

_EXPLANATION = (
    "CSV: when each period begins (UTC), then a column for each series; empty where there is no datapoint. "
    "Readable by you alone. Nothing is read from AWS."
)


def save_chart(screen: LookingCloser, name: str, now: datetime | None) -> None:
    """Ask for a file, and write what the chart holds at this moment."""
    from evwatch.screens.export_ask import ExportAskScreen, ask_and_save

    views = [view for view in screen.query(ChartView) if view.chart is not None and not view.chart.is_empty]
    focused = [view for view in views if view.has_focus]
    chart = next((view.chart for view in (*focused, *views)), None)
    if chart is None or now is None:
        screen.notify("there is no chart with datapoints here", markup=False, timeout=3)
        return
    rows = list(csv_lines(chart))
    called = plural(len(rows) - 1, "row")
    asking = ExportAskScreen(
        screen.header.places, f"the chart's {called}", name, now, suffix="csv", explanation=_EXPLANATION
    )
    ask_and_save(screen, asking, rows, called)
