"""What was found in the configuration, most urgent first; many of one kind on one line until they are unfolded."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text

from evwatch.present.figures import count
from evwatch.present.finding_rows import FindingRow
from evwatch.present.flow_tree import severity_badge
from evwatch.present.inert import plain
from evwatch.present.key import Key
from evwatch.present.tones import ACCENT, DIM
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class FindingList(Listing[FindingRow]):
    """Severity, what is wrong, and by which rule."""

    HELP = (
        "What in the configuration will hurt. The flow above follows the cursor; enter tells what to do, and space "
        "unfolds and folds those of one kind."
    )
    HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("severity", "", 1, 0),
        Column("message", "what is wrong", 30, 1, grows=1, most=400),
        Column("rule", "rule", 28, 2),
    )

    def key(self, row: FindingRow) -> Key:
        """Rule, resource and sentence: one resource may have several of a rule."""
        if row.stands_for:
            return (row.finding.rule, "")
        return (row.finding.rule, f"{row.finding.arn} {row.finding.message}")

    def cell(self, row: FindingRow, column: str, width: int) -> Text:
        """The words of one column."""
        finding = row.finding
        match column:
            case "severity":
                return severity_badge(finding.severity).mark
            case "message":
                said = Text(style=DIM if finding.severity == "info" else "", end="")
                if row.stands_for:
                    said.append(f"▸ {count(row.stands_for)} alike  ", style=ACCENT)
                return said.append(plain(finding.message, max(1, width - said.cell_len)))
            case _:
                return Text(plain(finding.rule, width), style=DIM)
