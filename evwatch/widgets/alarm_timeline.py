"""The states of an alarm over time."""

from __future__ import annotations

from datetime import tzinfo

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.model.alarm_history import Stretch
from evwatch.present.timeline import axis, bar, legend


class AlarmTimeline(Widget):
    """Three lines: what the glyphs mean, the states, the times."""

    DEFAULT_CSS = """
    AlarmTimeline { height: 3; width: 1fr; }
    """

    stretches: reactive[tuple[Stretch, ...]] = reactive(())
    label: reactive[str] = reactive("")
    """Over how long."""
    zone: reactive[tzinfo | None] = reactive(None)

    def render(self) -> Text:
        """As wide as there is room."""
        width = self.content_size.width
        if not self.stretches or width <= 0:
            return Text("")
        start, end = self.stretches[0].start, self.stretches[-1].end
        head = legend(self.stretches)
        room = width - head.cell_len - len(self.label)
        head.append(" " * max(1, room) + self.label, style="ev.dim")
        head.truncate(width)
        return Text("\n").join((head, bar(self.stretches, start, end, width), axis(start, end, width, self.zone)))
