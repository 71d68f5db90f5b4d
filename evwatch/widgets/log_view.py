"""Log lines, as many as there are: one under the other, cut at the width or wrapped."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import chop_cells
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evwatch.present.log_text import Part

_MOVE = Binding.Group("move", compact=True)


class LogView(ScrollView, can_focus=True):
    """A cursor goes over log lines; each may take several lines of the screen."""

    HELP = "Log lines of a function; a bar stands before those that hold what was searched for."
    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--cursor"}
    DEFAULT_CSS = """
    LogView { overflow-x: hidden; scrollbar-size-vertical: 1; height: 1fr; }
    LogView > .log--cursor { background: $cursor; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="log.down", group=_MOVE),
        Binding("up,k", "move(-1)", "Up", show=False, id="log.up", group=_MOVE),
        Binding("g,home", "move_to(0)", "First", show=False, id="log.first", group=_MOVE),
        Binding("G,end", "move_to(-1)", "Last", show=False, id="log.last", group=_MOVE),
        Binding("pagedown,ctrl+f", "move_page(1)", "Page down", show=False, id="log.page-down", group=_MOVE),
        Binding("pageup,ctrl+b", "move_page(-1)", "Page up", show=False, id="log.page-up", group=_MOVE),
    ]

    parts: reactive[tuple[Part, ...]] = reactive((), repaint=False)
    wrap: reactive[bool] = reactive(False, repaint=False)
    empty: reactive[str] = reactive("")
    cursor: reactive[int] = reactive(0)
    """Which log line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[tuple[Part, str, bool]] = []
        """Part, the piece of its body, and whether its head stands before it."""
        self._first: list[int] = []
        """Of each log line, its first row."""

    def watch_parts(self) -> None:
        """Other lines."""
        self._lay_out()

    def watch_wrap(self) -> None:
        """Cut or wrapped; the cursor stays on its line."""
        self._lay_out()

    def on_resize(self) -> None:
        """Another width."""
        self._lay_out()

    def show_line(self, line: int) -> None:
        """Put the cursor on a log line, with what led to it above."""
        self.cursor = max(0, min(line, len(self._first) - 1))
        if self._first:
            row = self._first[self.cursor]
            self.scroll_to(y=max(0, row - self.size.height // 2), animate=False, immediate=True)

    def _lay_out(self) -> None:
        width = max(20, self.scrollable_content_region.width)
        self._rows, self._first = [], []
        for part in self.parts:
            while len(self._first) <= part.line:
                self._first.append(len(self._rows))
            room = max(10, width - part.head.cell_len)
            pieces = _wrapped(part.body, room) if self.wrap else [part.body]
            self._rows += [(part, piece, index == 0) for index, piece in enumerate(pieces)]
        self.cursor = max(0, min(self.cursor, len(self._first) - 1))
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row."""
        width, style = self.size.width, self.rich_style
        index = int(self.scroll_offset.y) + y
        if index >= len(self._rows):
            if not self._rows and y == 0 and self.empty:
                return self._strip(Text(f"  {self.empty}", style="ev.dim"), width, style)
            return Strip.blank(width, style)
        part, piece, first = self._rows[index]
        line = part.head.copy() if first else Text(" " * part.head.cell_len)
        line.append(piece, style=part.tone)
        line.truncate(max(1, width - 1), overflow="ellipsis")
        if part.line == self.cursor:
            style = self.get_component_rich_style("log--cursor")
        return self._strip(line, width, style)

    def _strip(self, line: Text, width: int, style: Style) -> Strip:
        segments = Segment.apply_style(line.render(self.app.console), self.app.console.get_style(line.style))
        return Strip(Segment.apply_style(segments, style)).adjust_cell_length(width, style)

    # Keys and mouse.

    def action_move(self, steps: int) -> None:
        """The next log line or the one before."""
        self._go(self.cursor + steps)

    def action_move_to(self, line: int) -> None:
        """The first or the last one."""
        self._go(line % max(1, len(self._first)))

    def action_move_page(self, direction: int) -> None:
        """A screenful."""
        top = int(self.scroll_offset.y) + direction * max(1, self.size.height - 1)
        row = max(0, min(top, len(self._rows) - 1))
        if self._rows:
            self._go(self._rows[row][0].line)

    def on_click(self, event: events.Click) -> None:
        """The line that was clicked."""
        row = int(self.scroll_offset.y) + event.y
        if row < len(self._rows):
            self._go(self._rows[row][0].line)

    def _go(self, line: int) -> None:
        if not self._first:
            return
        self.cursor = max(0, min(line, len(self._first) - 1))
        first = self._first[self.cursor]
        last = (self._first[self.cursor + 1] if self.cursor + 1 < len(self._first) else len(self._rows)) - 1
        top, page = int(self.scroll_offset.y), max(1, self.size.height)
        wanted = min(max(top, last - page + 1), first)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)


def _wrapped(text: str, room: int) -> list[str]:
    """By cells; a word that is cut goes on in the next row, for in a log nothing may be lost."""
    return chop_cells(text, room) or [""]
