"""What stands above the ways of the flow: how much is in trouble, and of what only a part is shown."""

from __future__ import annotations

from rich.text import Text

from evwatch.model.snapshot import Snapshot
from evwatch.present.faults import unread_named
from evwatch.present.figures import count, plural
from evwatch.present.flow_lines import FlowView
from evwatch.present.inert import middle, plain
from evwatch.present.tones import ACCENT, ALARM, DIM, STALE


def flow_summary(view: FlowView, snapshot: Snapshot) -> Text:
    """`54 resources, 17 in trouble   38 findings, 2 critical   1 of 30 sources not permitted: lambda:GetPolicy`."""
    said = Text.assemble(f" {plural(view.resources, 'resource')}", end="")
    if view.in_trouble:
        said.append(f", {count(view.in_trouble)} in trouble", style=ALARM)
    critical = criticals(view)
    said.append(f"   {plural(len(view.findings), 'finding')}", style=DIM)
    if critical:
        said.append(f", {count(critical)} critical", style=ALARM)
    if unread := unread_named(snapshot):
        said.append(f"   {unread}", style=STALE)
    return said


def criticals(view: FlowView) -> int:
    """How many of the findings are critical."""
    return sum(finding.severity == "critical" for finding in view.findings)


def flow_title(centre: str, words: str) -> Text:
    """`around orders  /dlq`: the name of the resource around which the ways are shown, and the words of the filter."""
    title = Text()
    if centre:
        title.append(f"around {middle(centre, 50)}", style=ACCENT)
    if words:
        title.append(f"  /{plain(words, 30)}", style=ACCENT)
    return title
