"""What can be changed, one line each: its name, and what it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text

from evwatch.present.inert import plain
from evwatch.present.key import Key
from evwatch.present.tones import ACCENT
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One of them."""

    name: str
    value: str
    changed: bool
    """It is not what it was to begin with."""


class OptionRows(Listing[OptionRow]):
    """Few enough to be seen all at once."""

    HELP = "How it shall be done. Enter changes what the cursor is on; the plan is made anew at once."
    HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("name", "", 14, 1),
        Column("value", "", 12, 0, grows=1),
    )

    def key(self, row: OptionRow) -> Key:
        """Its name."""
        return ("", row.name)

    def cell(self, row: OptionRow, column: str, width: int) -> Text:
        """Name, or what it is now."""
        if column == "name":
            return Text(row.name, style="ev.dim")
        return Text(plain(row.value, width), style=ACCENT if row.changed else "")
