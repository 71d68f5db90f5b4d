"""Rows of text, however many: only those on screen are painted, and the rest is found while nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from evwatch.present.fold import FixedRows, Rows

_MOVE = Binding.Group("move", compact=True)
_TURN_SECONDS = 0.02
_BUSY_SECONDS = 0.006
"""How long one turn at finding rows may take; the keys are heard in between."""
_ROWS_AT_ONCE = 50
_TURNS_PER_LAYOUT = 10
"""A longer text moves the scroll bar, which lays the screen out anew: not at every turn."""
_KEPT_STRIPS = 400


class Content(Protocol):
    """What is shown, at whatever width there is."""

    def rows(self, width: int) -> Rows:
        """Its rows."""


class RowsView(ScrollView, can_focus=True):
    """Scrolls by rows; the rows come from a `Content`."""

    DEFAULT_CSS = """
    RowsView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_rows(1)", "Down", show=False, id="list.down", group=_MOVE),
        Binding("up,k", "scroll_rows(-1)", "Up", show=False, id="list.up", group=_MOVE),
        Binding("g,home", "scroll_to_row(0)", "First", show=False, id="list.first", group=_MOVE),
        Binding("G,end", "scroll_to_last", "Last", show=False, id="list.last", group=_MOVE),
        Binding("pagedown,ctrl+f", "scroll_pages(1)", "Page down", show=False, id="list.page-down", group=_MOVE),
        Binding("pageup,ctrl+b", "scroll_pages(-1)", "Page up", show=False, id="list.page-up", group=_MOVE),
    ]

    def __init__(self, *, id: str, timer: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(id=id)
        self._timer = timer
        self._content: Content | None = None
        self._rows: Rows = FixedRows(())
        self._width = 0
        self._painted: dict[int, Strip] = {}
        self._growing: Timer | None = None
        self._turns = 0
        self._following_end = False

    def on_mount(self) -> None:
        """Ready to find rows in turns."""
        self._growing = self.set_interval(_TURN_SECONDS, self._grow, pause=True)

    def show(self, content: Content | None, *, from_top: bool = True) -> None:
        """Show other content, from its start or from where the reader is."""
        self._content = content
        if from_top:
            self._following_end = False
            self.scroll_to(y=0, animate=False, immediate=True)
        self._fold()

    @property
    def top(self) -> int:
        """The first row on screen."""
        return int(self.scroll_offset.y)

    @property
    def found(self) -> Rows:
        """The rows as far as they are found."""
        return self._rows

    def reveal(self, row: int) -> None:
        """Bring a row to the top of the screen, or as near as there are rows."""
        self._following_end = False
        if row + self.size.height > len(self._rows):
            self._rows.grow(row + self.size.height - len(self._rows))
            self._lay_out()
        self.scroll_to(y=row, animate=False, immediate=True)

    # Finding rows.

    def on_resize(self) -> None:
        """Another width folds anew."""
        if self.scrollable_content_region.width != self._width:
            self._fold()
        self._ensure_page()

    def _fold(self) -> None:
        self._width = self.scrollable_content_region.width
        self._painted.clear()
        self._rows = self._content.rows(self._width) if self._content and self._width else FixedRows(())
        self._ensure_page()

    def _ensure_page(self) -> None:
        wanted = self.top + 2 * max(1, self.size.height)
        while len(self._rows) < wanted and not self._rows.complete:
            self._rows.grow(wanted - len(self._rows))
        self._lay_out()
        if self._growing and not self._rows.complete:
            self._growing.resume()

    def _grow(self) -> None:
        until = self._timer() + _BUSY_SECONDS
        while not self._rows.complete and self._timer() < until:
            self._rows.grow(_ROWS_AT_ONCE)
        self._turns += 1
        if self._rows.complete and self._growing:
            self._growing.pause()
        if self._rows.complete or self._turns % _TURNS_PER_LAYOUT == 0:
            self._lay_out()

    def _lay_out(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows))
        if self._following_end:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        self.refresh()

    # Painting.

    def render_line(self, y: int) -> Strip:
        """One row at its place."""
        index = self.top + y
        width = self.size.width
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        strip = self._painted.get(index)
        if strip is None:
            if len(self._painted) >= _KEPT_STRIPS:
                self._painted.clear()
            self._painted[index] = strip = self._paint(self._rows.row(index), width)
        return strip

    def _paint(self, row: Text, width: int) -> Strip:
        console = self.app.console
        segments = Segment.apply_style(row.render(console), console.get_style(row.style, default=self.rich_style))
        return Strip(Segment.apply_style(segments, self.rich_style)).adjust_cell_length(width, self.rich_style)

    def notify_style_update(self) -> None:
        """Another theme: nothing that was painted holds."""
        super().notify_style_update()
        self._painted.clear()

    # Keys.

    def action_scroll_rows(self, rows: int) -> None:
        """So many rows down, or up."""
        self._following_end = False
        self.scroll_to(y=self.top + rows, animate=False, immediate=True)

    def action_scroll_pages(self, pages: int) -> None:
        """So many screenfuls down, or up."""
        self.action_scroll_rows(pages * max(1, self.size.height - 1))

    def action_scroll_to_row(self, row: int) -> None:
        """To a row."""
        self._following_end = False
        self.scroll_to(y=row, animate=False, immediate=True)

    def action_scroll_to_last(self) -> None:
        """To the end, which may still be on its way."""
        self._following_end = not self._rows.complete
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
