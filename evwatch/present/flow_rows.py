"""The flow as an indented list: each way from its source to its end, what is in trouble open, the rest folded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evwatch.model.flow import GIVES_UP, Edge, Flow, Node
from evwatch.present.key import Key

Trouble = Literal["none", "warn", "critical"]
STEP = 3
"""Cells by which each level is indented."""
_NONE: Trouble = "none"
_TOP: Key = ("", "")
_MOST_WELL = 8
"""More than so many that are well beside each other need not be told apart."""
_DEGREES: dict[Trouble, int] = {"none": 0, "warn": 1, "critical": 2}
_KIND_ORDER = ("event-bus", "schedule", "rule", "topic", "bucket", "table", "stream", "queue", "pipe")


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One line: a resource as the end of one link."""

    key: Key
    """Source and kind of the link, and the ARN: the same resource may be the end of several."""
    node: Node
    edge: Edge | None
    """How one came here; None at the beginning of a way."""
    guides: str
    """What is drawn before it."""
    folded: int = 0
    """How many lines are folded away under it."""
    opens: bool = False
    """Whether there is anything under it."""
    again: bool = False
    """It stands above already, with all that follows it."""
    rest: int = 0
    """Stands for so many beside each other that are all well; the resource is the first of them."""


@dataclass(frozen=True)
class Forest:
    """The flow made into trees; each resource is followed once, where it is met first."""

    rows: tuple[FlowRow, ...]
    below: Mapping[Key, int]
    """How many rows of the whole are under each."""
    worst: Mapping[Key, Trouble]
    """The worst trouble of a row and of all under it."""
    under: Mapping[Key, Trouble]
    """The worst trouble of those under a row."""
    above: Mapping[Key, Key]
    """What a row hangs on; nothing for the beginning of a way."""

    def shown(
        self, is_open: Callable[[FlowRow, Trouble], bool], rest_is_open: Callable[[Key], bool] = lambda _: True
    ) -> tuple[FlowRow, ...]:
        """The rows that can be seen when some are folded, and many that are well beside each other are one."""
        well = self._well()
        found: list[FlowRow] = []
        skip = 0
        for row in self.rows:
            if skip:
                skip -= 1
                continue
            below, group = self.below[row.key], well.get(self.above.get(row.key, _TOP), [])
            if len(group) > _MOST_WELL and self._is_well(row) and not rest_is_open(rest_key(group[0])):
                skip = below
                if row is group[0]:
                    guides = group[-1].guides
                    found.append(FlowRow(rest_key(row), row.node, None, guides, len(group), True, rest=len(group)))
                continue
            if below and not is_open(row, self.under[row.key]):
                skip = below
                row = FlowRow(row.key, row.node, row.edge, row.guides, below, True)
            found.append(row)
        return tuple(found)

    def stands_for(self, key: Key) -> tuple[Key, ...]:
        """The key of the row behind which this one may be, among others that are well."""
        group = self._well().get(self.above.get(key, _TOP), [])
        return (rest_key(group[0]),) if len(group) > _MOST_WELL else ()

    def _well(self) -> dict[Key, list[FlowRow]]:
        """By what they hang on, the rows under which all is well."""
        found: dict[Key, list[FlowRow]] = {}
        for row in self.rows:
            if self._is_well(row):
                found.setdefault(self.above.get(row.key, _TOP), []).append(row)
        return found

    def _is_well(self, row: FlowRow) -> bool:
        return self.worst[row.key] == "none" and (row.edge is None or row.edge.kind not in GIVES_UP)


def rest_key(first: FlowRow) -> Key:
    """The key of the row that stands for this one and those beside it that are well."""
    return (f"{first.key[0]} and more", first.key[1])


def forest(flow: Flow, trouble: Callable[[Node, Edge | None], Trouble]) -> Forest:
    """Lay out the flow. Ways with trouble stand first, then in the order of kinds and names."""
    reach = _Reach(flow, trouble)
    rows: list[FlowRow] = []
    seen: set[str] = set()
    for root in _roots(flow, reach):
        if root.arn not in seen:
            _grow(flow, reach, root, rows, seen)
    return _measured(tuple(rows), trouble)


class _Reach:
    """The worst trouble that can be reached from a resource, which decides what stands on top."""

    def __init__(self, flow: Flow, trouble: Callable[[Node, Edge | None], Trouble]) -> None:
        self._flow = flow
        self.own = {node.arn: _DEGREES[trouble(node, None)] for node in flow.nodes}
        self._worst = dict(self.own)
        waiting = sorted((arn for arn, degree in self.own.items() if degree), key=lambda arn: -self.own[arn])
        for start in waiting:
            self._spread(start)

    def _spread(self, start: str) -> None:
        degree, waiting = self.own[start], [start]
        while waiting:
            for edge in self._flow.incoming.get(waiting.pop(), ()):
                if self._worst.get(edge.source, 0) < degree:
                    self._worst[edge.source] = degree
                    waiting.append(edge.source)

    def order(self, node: Node) -> tuple[int, int, str, str]:
        """A sort key."""
        kind = _KIND_ORDER.index(node.kind) if node.kind in _KIND_ORDER else len(_KIND_ORDER)
        return (-self._worst.get(node.arn, 0), kind, node.name, node.arn)


def _roots(flow: Flow, reach: _Reach) -> Iterator[Node]:
    """Where ways begin: what nothing leads to; then, of circles that nothing leads into, one each.

    Alarms come last, and what has no link at all after them.
    """
    linked = [node for node in flow.nodes if node.arn in flow.outgoing or node.arn in flow.incoming]
    first = [node for node in linked if node.arn not in flow.incoming]
    yield from sorted((node for node in first if node.kind != "alarm"), key=reach.order)
    yield from sorted((node for node in first if node.kind == "alarm"), key=reach.order)
    reached = _reached(flow, first)
    yield from sorted((node for node in linked if node.arn not in reached), key=reach.order)
    yield from sorted(
        (node for node in flow.nodes if node.arn not in flow.outgoing and node.arn not in flow.incoming),
        key=reach.order,
    )


def _reached(flow: Flow, roots: Sequence[Node]) -> set[str]:
    found = {node.arn for node in roots}
    waiting = list(found)
    while waiting:
        for edge in flow.outgoing.get(waiting.pop(), ()):
            if edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    return found


def _grow(flow: Flow, reach: _Reach, root: Node, rows: list[FlowRow], seen: set[str]) -> None:
    """Put down a way with its branches, depth first and without recursion."""
    waiting: list[tuple[Node, Edge | None, str, str]] = [(root, None, "", "")]
    while waiting:
        node, edge, guides, indent = waiting.pop()
        key = (f"{edge.source} {edge.kind}" if edge else "", node.arn)
        branches = flow.outgoing.get(node.arn, ())
        again = node.arn in seen and bool(branches)
        rows.append(FlowRow(key, node, edge, guides, opens=bool(branches) and not again, again=again))
        if node.arn in seen:
            continue
        seen.add(node.arn)
        ordered = sorted(branches, key=lambda each: _branch_order(flow, reach, each))
        for place, branch in reversed(list(enumerate(ordered))):
            last = place == len(ordered) - 1
            waiting.append(
                (
                    flow.node(branch.target),
                    branch,
                    f"{indent}{'└─ ' if last else '├─ '}",
                    f"{indent}{'   ' if last else '│  '}",
                )
            )


def _branch_order(flow: Flow, reach: _Reach, edge: Edge) -> tuple[bool, tuple[int, int, str, str]]:
    """Onward first, then where it gives up."""
    return (edge.kind in GIVES_UP, reach.order(flow.node(edge.target)))


def _measured(rows: tuple[FlowRow, ...], trouble: Callable[[Node, Edge | None], Trouble]) -> Forest:
    """From the last row up: how many are under each, the worst trouble with it and under it, what each hangs on."""
    below: dict[Key, int] = {}
    worst: dict[Key, Trouble] = {}
    under: dict[Key, Trouble] = {}
    above: dict[Key, Key] = {}
    waiting: list[tuple[int, Key]] = []
    for row in reversed(rows):
        depth, count, lower = len(row.guides) // STEP, 0, _NONE
        while waiting and waiting[-1][0] > depth:
            _, key = waiting.pop()
            above[key] = row.key
            count += below[key] + 1
            lower = max(lower, worst[key], key=_DEGREES.__getitem__)
        below[row.key], under[row.key] = count, lower
        worst[row.key] = max(trouble(row.node, row.edge), lower, key=_DEGREES.__getitem__)
        waiting.append((depth, row.key))
    return Forest(rows, below, worst, under, above)


def matching(rows: Collection[FlowRow], chosen: Callable[[FlowRow], bool]) -> tuple[FlowRow, ...]:
    """The rows that are chosen, with those above them that lead there."""
    kept: list[FlowRow] = []
    needed = 0
    for row in reversed(list(rows)):
        depth = len(row.guides) // STEP
        if chosen(row) or depth < needed:
            kept.append(row)
            needed = depth
    return tuple(reversed(kept))
