"""Failure groups of one queue: all messages first, then why they failed, the largest group on top."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.present.key import Key
from evwatch.present.letters import GroupRow, expires_in, group_facts, shortened, since
from evwatch.present.looks import exact
from evwatch.present.tones import ACCENT, DIM, OK, STRONG
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing

_FACT_LINES = 5
"""So many are shown however long the list is."""


class GroupList(Listing[GroupRow]):
    """One line a group."""

    HELP = "Messages that failed the same way stand together. Enter shows the messages of a group."
    HEADER = True
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("count", "count", 6, 0, "right"),
        Column("share", "share", 5, 3, "right"),
        Column("marked", "", 1, 2),
        Column("title", "why", 34, 1, grows=1),
        Column("last", "last", 4, 5, "right"),
        Column("expiry", "expires", 7, 4, "right"),
    )

    def key(self, row: GroupRow) -> Key:
        """Queue and fingerprint."""
        return row.key

    def passing(self, row: GroupRow) -> Hashable:
        """Ages move on."""
        if row.group is None:
            return None
        return since(row.group.last_sent_at, self.now), expires_in(row.group.first_expires_at, self.now).plain

    def cell(self, row: GroupRow, column: str, width: int) -> Text:
        """The words of one column."""
        group = row.group
        match column:
            case "count":
                left = row.count - row.gone
                return Text(exact(left) if left < 100_000 else f"{left // 1000}k", style=STRONG if left else DIM)
            case "share":
                return Text(row.share, style=DIM)
            case "marked":
                return Text("●" if row.marked else "", style=ACCENT)
            case "title":
                if not row.gone:
                    return Text(shortened(row.why, width), style="" if group else DIM)
                said = f"  {exact(row.gone)} gone"
                quiet = row.gone == row.count or group is None
                return Text.assemble((shortened(row.why, width - len(said)), DIM if quiet else ""), (said, OK))
            case "last":
                return Text(since(group.last_sent_at, self.now) if group else "", style=DIM)
            case _:
                return expires_in(group.first_expires_at, self.now) if group else Text("")


class GroupFacts(Widget):
    """What the list has no room for, of the group under the cursor."""

    DEFAULT_CSS = """
    GroupFacts { height: auto; }
    """

    row: reactive[GroupRow | None] = reactive(None, layout=True)
    now: reactive[datetime | None] = reactive(None)
    most: reactive[int] = reactive(_FACT_LINES, layout=True)

    def render(self) -> Text:
        """As many lines as there is room for, the most telling first."""
        return Text("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Lines at this width."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Text]:
        if self.row is None or self.now is None:
            return []
        return group_facts(self.row, self.now, width)[: self.most]


class GroupsBox(Vertical):
    """The list, and below it the facts of the group under its cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.list = GroupList(id="groups")
        self.facts = GroupFacts()

    def compose(self) -> ComposeResult:
        """List above, facts below."""
        yield self.list
        yield self.facts

    def on_resize(self) -> None:
        """The list has the first right to the lines."""
        self.share_lines()

    def share_lines(self) -> None:
        """What the list does not need is for the facts."""
        self.facts.most = max(_FACT_LINES, self.size.height - len(self.list.rows) - 1)
