"""What was found in the configuration, a line each, most urgent first."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text

from evwatch.model.findings import Finding
from evwatch.present.flow_tree import severity_badge
from evwatch.present.inert import plain
from evwatch.present.queues import Key
from evwatch.present.tones import DIM
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing


class FindingList(Listing[Finding]):
    """Severity, what is wrong, and by which rule."""

    HELP = "What in the configuration will hurt. The flow above follows the cursor; enter tells what to do."
    HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("severity", "", 1, 0),
        Column("message", "what is wrong", 30, 1, grows=1, most=400),
        Column("rule", "rule", 28, 2),
    )

    def key(self, row: Finding) -> Key:
        """Rule, resource and sentence: one resource may have several of a rule."""
        return (row.rule, f"{row.arn} {row.message}")

    def cell(self, row: Finding, column: str, width: int) -> Text:
        """The words of one column."""
        match column:
            case "severity":
                return severity_badge(row.severity).mark
            case "message":
                return Text(plain(row.message, width), style=DIM if row.severity == "info" else "")
            case _:
                return Text(plain(row.rule, width), style=DIM)
