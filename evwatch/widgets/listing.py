"""A list of rows under fixed columns that stays quick with thousands of rows.

It paints only the lines on screen and keeps what it painted, because Textual's DataTable paints every visible cell anew
at any change. Rows are known by key: whatever moves, the cursor stays on the same resource.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evwatch.present.key import Key
from evwatch.widgets.columns import GAP, Column, Placed, fit

R = TypeVar("R")
_MOVE = Binding.Group("move", compact=True)


class Listing(ScrollView, Generic[R], can_focus=True):
    """Subclasses say which columns there are, how a row is called and what its cells say."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"listing--header", "listing--cursor", "listing--cursor-blurred"}
    DEFAULT_CSS = """
    Listing {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .listing--header { color: $text-muted; }
        & > .listing--cursor { background: $cursor; }
        & > .listing--cursor-blurred { background: $cursor-blurred; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="list.down", group=_MOVE),
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up", group=_MOVE),
        Binding("g,home", "move_to(0)", "First", show=False, id="list.first", group=_MOVE),
        Binding("G,end", "move_to(-1)", "Last", show=False, id="list.last", group=_MOVE),
        Binding("pagedown,ctrl+f", "move_page(1)", "Page down", show=False, id="list.page-down", group=_MOVE),
        Binding("pageup,ctrl+b", "move_page(-1)", "Page up", show=False, id="list.page-up", group=_MOVE),
    ]
    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    HEADER: ClassVar[bool] = True
    """False where the columns explain themselves."""

    rows: reactive[tuple[R, ...]] = reactive((), always_update=True, repaint=False)
    """Always taken over, even where equal: equal rows may have been read later."""
    now: reactive[datetime | None] = reactive(None, repaint=False)
    limit: reactive[float] = reactive(20.0)
    """Seconds after which a row's reading is called stale."""
    many_contexts: reactive[bool] = reactive(False)
    """Whether rows must say which context they are of."""
    empty: reactive[str] = reactive("")
    """What stands in place of rows where there are none."""

    class Moved(Message):
        """The cursor is on another resource."""

        def __init__(self, listing: Listing[R], key: Key | None) -> None:
            super().__init__()
            self.listing = listing
            self.key = key

    class Opened(Message):
        """The operator wants the details of a row."""

        def __init__(self, listing: Listing[R], key: Key) -> None:
            super().__init__()
            self.listing = listing
            self.key = key

    class Scrolled(Message):
        """Other rows are on screen now."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor: Key | None = None
        self._top = 1 if self.HEADER else 0
        self._at_top = True
        self._index: dict[Key, int] = {}
        self._placed: tuple[Placed, ...] = ()
        self._placed_in = -1
        self._painted: dict[Key, tuple[Hashable, Strip]] = {}
        self._on_line: dict[int, Hashable] = {}
        """What stands on each line of the screen, by its distance from the top of this list."""
        self._seen: tuple[Key, ...] = ()

    # What a subclass says.

    def key(self, row: R) -> Key:
        """What identifies a row."""
        raise NotImplementedError

    def cell(self, row: R, column: str, width: int) -> Text:
        """What a row says in a column."""
        raise NotImplementedError

    def columns(self) -> tuple[Column, ...]:
        """The columns that there may be now."""
        return self.COLUMNS

    def passing(self, row: R) -> Hashable:
        """What a row shows that changes with time alone; it is painted anew when this does."""
        return None

    # Rows and cursor.

    def watch_rows(self) -> None:
        """Keep the cursor on its resource and repaint what changed."""
        before = self._index.get(self.cursor) if self.cursor else None
        self._index = {self.key(row): index for index, row in enumerate(self.rows)}
        self.virtual_size = Size(self.size.width, len(self.rows) + self._top)
        if self._at_top or self.cursor not in self._index:
            place = 0 if self._at_top or before is None else min(before, len(self.rows) - 1)
            self._set_cursor(self.key(self.rows[place]) if self.rows else None)
        if self.cursor and (after := self._index[self.cursor]) != before:
            self._reveal(after)
        if len(self._painted) > 4 * max(64, self.size.height):
            self._painted.clear()
        self._refresh_changed()
        self._tell_seen()

    def watch_many_contexts(self) -> None:
        """One column more, or less."""
        self._place()

    def watch_now(self) -> None:
        """Ages have moved on."""
        self._refresh_changed()

    @property
    def current(self) -> R | None:
        """The row under the cursor."""
        return self.rows[self._index[self.cursor]] if self.cursor in self._index else None

    @property
    def shown(self) -> tuple[R, ...]:
        """Rows that can be seen now."""
        first = int(self.scroll_offset.y)
        return self.rows[first : first + max(0, self.size.height - self._top)]

    @property
    def on_screen(self) -> tuple[Key, ...]:
        """Keys of the rows that can be seen now."""
        return tuple(self.key(row) for row in self.shown)

    def select(self, key: Key) -> bool:
        """Put the cursor on a resource; False where it is not in the list."""
        if key not in self._index:
            return False
        self._at_top = False
        self._set_cursor(key)
        self._reveal(self._index[key])
        return True

    def _set_cursor(self, key: Key | None) -> None:
        if key != self.cursor:
            self.cursor = key
            self.refresh()
            self.post_message(self.Moved(self, key))

    def _reveal(self, index: int) -> None:
        page = max(1, self.size.height - self._top)
        top = int(self.scroll_offset.y)
        wanted = min(max(top, index - page + 1), index)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)

    def _tell_seen(self) -> None:
        seen = self.on_screen
        if seen != self._seen:
            self._seen = seen
            self.post_message(self.Scrolled())

    # Keys and mouse.

    def action_move(self, steps: int) -> None:
        """Move the cursor; upward out of the list brings it back to follow the top."""
        if self.rows:
            place = self._index.get(self.cursor, 0) if self.cursor else 0
            self.action_move_to(min(max(place + steps, 0), len(self.rows) - 1))

    def action_move_to(self, index: int) -> None:
        """Go to a row; the first one follows whatever is most urgent until the cursor leaves it."""
        if self.rows:
            place = index % len(self.rows)
            self._at_top = place == 0
            self._set_cursor(self.key(self.rows[place]))
            self._reveal(place)

    def action_move_page(self, direction: int) -> None:
        """A screenful up or down."""
        self.action_move(direction * max(1, self.size.height - self._top - 1))

    def action_open(self) -> None:
        """Ask for the details of the row under the cursor."""
        if self.cursor:
            self.post_message(self.Opened(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """One click moves the cursor, a second opens."""
        index = int(self.scroll_offset.y) + event.y - self._top
        if event.y >= self._top and 0 <= index < len(self.rows):
            self._at_top = False
            self._set_cursor(self.key(self.rows[index]))
            if event.chain == 2:
                self.action_open()

    def _place(self) -> None:
        columns = [column for column in self.columns() if self.many_contexts or column.key != "context"]
        self._placed_in = self.scrollable_content_region.width
        self._placed = fit(columns, self._placed_in)
        self._painted.clear()

    # Painting.

    def on_resize(self) -> None:
        """Columns follow the width."""
        self._place()
        self.virtual_size = Size(self.size.width, len(self.rows) + self._top)
        if self.cursor in self._index:
            self._reveal(self._index[self.cursor])
        self._tell_seen()

    def notify_style_update(self) -> None:
        """Another theme: nothing that was painted holds."""
        super().notify_style_update()
        self._painted.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell which rows are on screen."""
        super().watch_scroll_y(old_value, new_value)
        self._tell_seen()

    def _state(self, row: R, width: int) -> Hashable:
        """All that the line of a row is painted from."""
        return (row, self.passing(row), self.key(row) == self.cursor, self.has_focus, width)

    def _refresh_changed(self) -> None:
        """Have those lines painted that do not show what they should: most readings change a few of them, or none."""
        width = self.size.width
        lines = range(self._top, self.size.height)
        states = dict(zip(lines, (self._state(row, width) for row in self.shown), strict=False))
        changed = [y for y in lines if self._on_line.get(y) != states.get(y)]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """The header, then the rows from the scroll position on."""
        width = self.size.width
        background = self.rich_style
        if self._placed_in != self.scrollable_content_region.width:
            # A scroll bar came or went.
            self._place()
        if y < self._top:
            return self._header(width)
        index = int(self.scroll_offset.y) + y - self._top
        if index >= len(self.rows):
            self._on_line.pop(y, None)
            if not self.rows and y == self._top and self.empty:
                return self._line([Text(f"  {self.empty}", style="ev.dim")], width, background)
            return Strip.blank(width, background)
        row = self.rows[index]
        key = self.key(row)
        self._on_line[y] = state = self._state(row, width)
        painted = self._painted.get(key)
        if painted is None or painted[0] != state:
            painted = (state, self._paint(row, width, key == self.cursor))
            self._painted[key] = painted
        return painted[1]

    def _paint(self, row: R, width: int, under_cursor: bool) -> Strip:
        name = "listing--cursor" if self.has_focus else "listing--cursor-blurred"
        style = self.get_component_rich_style(name) if under_cursor else self.rich_style
        cells = [
            _padded(self.cell(row, placed.column.key, placed.width), placed.width, placed.column.justify)
            for placed in self._placed
        ]
        return self._line(cells, width, style)

    def _header(self, width: int) -> Strip:
        titles = [_padded(Text(each.column.title), each.width, each.column.justify) for each in self._placed]
        return self._line(titles, width, self.get_component_rich_style("listing--header"))

    def _line(self, cells: Sequence[Text], width: int, style: Style) -> Strip:
        console = self.app.console
        segments: list[Segment] = []
        for index, cell in enumerate(cells):
            if index:
                segments.append(Segment(" " * GAP, style))
            # Rich leaves a text's own style to whoever prints it.
            own = console.get_style(cell.style, default=style)
            segments.extend(Segment.apply_style(cell.render(console), own))
        return Strip(Segment.apply_style(segments, style)).adjust_cell_length(width, style)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor looks different in the panel that the keys go to."""
        super().watch_has_focus(_has_focus)
        self.refresh()


def _padded(cell: Text, width: int, justify: str) -> Text:
    if cell.cell_len > width:
        cell.truncate(width, overflow="ellipsis")
    room = width - cell.cell_len
    if room <= 0:
        return cell
    if justify == "right":
        padded = Text(" " * room, end="", no_wrap=True)
        padded.append_text(cell)
        return padded
    cell = cell.copy()
    cell.append(" " * room)
    return cell
