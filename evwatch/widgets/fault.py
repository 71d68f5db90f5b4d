"""In place of the panels while nothing can be shown: still connecting, or what is wrong and what to do."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.model.fault import LATER, Fault
from evwatch.present.faults import TITLES
from evwatch.present.inert import inert_lines, plain
from evwatch.present.tones import ALARM, DIM, STRONG

_LINES = 8


class Notice(Widget):
    """A few calm lines in the middle of the screen."""

    DEFAULT_CSS = """
    Notice { height: 1fr; content-align: center middle; padding: 1 4; }
    """

    waiting_for: reactive[str] = reactive("")
    fault: reactive[Fault | None] = reactive(None)

    def render(self) -> Text:
        """What is wrong, what to do, and that it goes on by itself."""
        if self.fault is None:
            where = f" to {plain(self.waiting_for, 60)}" if self.waiting_for else ""
            return Text(f"connecting{where} …", style=DIM, justify="center")
        fault = self.fault
        text = Text(justify="center")
        text.append(f"▲ {TITLES.get(fault.code, 'AWS cannot be read')}\n\n", style=ALARM)
        text.append("\n".join(inert_lines(fault.message, _LINES)), style=STRONG)
        if fault.hint:
            text.append("\n\n")
            text.append("\n".join(inert_lines(fault.hint, _LINES)))
        where = ", ".join(part for part in (plain(fault.source, 60), plain(fault.context, 60)) if part)
        if where:
            text.append(f"\n\n{where}", style=DIM)
        if LATER not in fault.hint:
            text.append("\n\nevwatch tries again by itself.", style=DIM)
        return text
