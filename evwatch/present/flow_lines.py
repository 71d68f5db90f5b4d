"""The flow as the screen shows it: its ways as lines with figures, folded where all is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evwatch.model.findings import Finding
from evwatch.model.flow import Flow
from evwatch.model.flow_assessment import AssessedFlow, AssessedNode
from evwatch.model.flow_ways import around, part
from evwatch.present.flow_rows import FlowRow, Forest, Trouble, forest, matching
from evwatch.present.flow_words import Troubles
from evwatch.present.key import Key
from evwatch.present.picture import Picture
from evwatch.present.queues import matches

_ALL_OPEN = 100
"""So many lines are read quicker than they are unfolded."""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line. Equal where nothing that is shown has changed."""

    row: FlowRow
    of: AssessedNode | None
    is_dlq: bool
    worst: Trouble
    """Of the resource and of all under it."""


@dataclass(frozen=True)
class FlowView:
    """What of the flow is on screen."""

    lines: tuple[FlowLine, ...]
    findings: tuple[Finding, ...]
    resources: int
    in_trouble: int
    forest: Forest

    def path_to(self, arn: str) -> tuple[Key, ...]:
        """The rows above the first one of a resource, and that itself."""
        row = next((row for row in self.forest.rows if row.node.arn == arn), None)
        if row is None:
            return ()
        path = [row.key]
        while above := self.forest.above.get(path[-1]):
            path.append(above)
        return tuple(reversed(path))

    def hides(self, path: tuple[Key, ...]) -> tuple[Key, ...]:
        """What must be open for the end of a path to be seen: the rows above it, and what stands for many beside."""
        return (*path[:-1], *(key for each in path for key in self.forest.stands_for(each)))


def flow_view(
    picture: Picture, opened: Mapping[Key, bool], *, words: str = "", centre: str = "", everything: bool = False
) -> FlowView:
    """The flow of a picture, whole or around one resource, folded as the operator left it.

    What was never touched is open where there is trouble under it, or where it all fits anyway.
    """
    whole = picture.flow
    shown = around(whole.flow, centre) if centre else whole.flow
    if not picture.choice.everything:
        shown = part(shown, _chosen(picture, shown))
    troubles = Troubles(whole)
    grown = forest(shown, troubles)
    rows = grown.rows
    small = everything or bool(centre) or len(rows) <= _ALL_OPEN

    def is_open(row: FlowRow, under: Trouble) -> bool:
        return opened.get(row.key, small or under != "none")

    if words.strip():
        rows = matching(rows, lambda row: matches(words, row.node.name, row.node.kind))
    else:
        rows = grown.shown(is_open, lambda key: opened.get(key, small))
    arns = {node.arn for node in shown.nodes}
    return FlowView(
        tuple(_line(row, grown, whole) for row in rows),
        tuple(found for found in whole.findings if found.arn in arns),
        len(arns),
        sum(troubles(node, None) != "none" for node in shown.nodes),
        grown,
    )


def _chosen(picture: Picture, flow: Flow) -> set[str]:
    tags, choice = picture.snapshot.tags, picture.choice
    return {node.arn for node in flow.nodes if choice.resource(node.arn, node.name, tags)}


def _line(row: FlowRow, grown: Forest, whole: AssessedFlow) -> FlowLine:
    of = whole.of(row.node.arn)
    return FlowLine(row, of, row.node.arn in whole.flow.dlq_arns, "none" if row.rest else grown.worst[row.key])
