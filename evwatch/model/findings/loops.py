"""Ways on which an event can come back to where it was."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import Check, Told
from evwatch.model.flow import Flow

_MOST_NAMES = 6
_CHOOSES = ("rule", "topic", "pipe", "state-machine")
"""Where a pattern, filter or choice may let an event through once and not twice. That a state machine starts itself
anew is how AWS lets long ones go on."""


def _certain(evidence: Evidence) -> Iterator[Told]:
    for circle in circles(evidence.flow):
        if not _chosen(evidence.flow, circle):
            yield circle[0], f"events can go round for ever: {_words(evidence, circle)}"


def _possible(evidence: Evidence) -> Iterator[Told]:
    for circle in circles(evidence.flow):
        if _chosen(evidence.flow, circle):
            yield circle[0], f"events go round unless a pattern, filter or choice ends it: {_words(evidence, circle)}"


def _chosen(flow: Flow, circle: tuple[str, ...]) -> bool:
    hops = zip(circle, (*circle[1:], circle[0]), strict=True)
    return any(flow.node(arn).kind in _CHOOSES or _filters(flow, arn, after) for arn, after in hops)


def _filters(flow: Flow, source: str, target: str) -> bool:
    """Whether every link that is on between two takes only what matches."""
    links = [edge for edge in flow.outgoing.get(source, ()) if edge.target == target and edge.enabled]
    return all("filter" in edge.details for edge in links)


def _words(evidence: Evidence, circle: tuple[str, ...]) -> str:
    names = [evidence.name(arn) for arn in circle[:_MOST_NAMES]]
    more = f" > {len(circle) - _MOST_NAMES} more" if len(circle) > _MOST_NAMES else ""
    return " > ".join(names) + more + f" > {names[0]}"


def circles(flow: Flow) -> list[tuple[str, ...]]:
    """One shortest way round in each part of the flow in which every resource can be reached from every other.

    Links that are off lead nowhere. Parts are found with Tarjan's algorithm, without recursion: a flow may be deep.
    """
    after: dict[str, list[str]] = {}
    for edge in flow.edges:
        if edge.enabled:
            after.setdefault(edge.source, []).append(edge.target)
    found = []
    for part in _parts(after):
        inside = set(part)
        start = min(part)
        if len(part) > 1 or start in after.get(start, ()):
            found.append(_round_trip(start, inside, after))
    return sorted(found)


def _round_trip(start: str, inside: set[str], after: dict[str, list[str]]) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    edge_of = [start]
    while edge_of:
        following = []
        for arn in edge_of:
            for target in after.get(arn, ()):
                if target == start:
                    way = [arn]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    return tuple(reversed(way))
                if target in inside and target not in came_from:
                    came_from[target] = arn
                    following.append(target)
        edge_of = following
    return (start,)


def _parts(after: dict[str, list[str]]) -> Iterator[list[str]]:
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    on_stack: set[str] = set()
    for root in after:
        if root in order:
            continue
        order[root] = lowest[root] = len(order)
        waiting.append(root)
        on_stack.add(root)
        work = [(root, iter(after.get(root, ())))]
        while work:
            arn, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[arn])
                if lowest[arn] == order[arn]:
                    part: list[str] = []
                    while not part or part[-1] != arn:
                        part.append(waiting.pop())
                        on_stack.discard(part[-1])
                    yield part
            elif target not in order:
                order[target] = lowest[target] = len(order)
                waiting.append(target)
                on_stack.add(target)
                work.append((target, iter(after.get(target, ()))))
            elif target in on_stack:
                lowest[arn] = min(lowest[arn], order[target])


CHECKS = (
    Check(
        "event-loop",
        "warn",
        "a way on which events come back to where they were",
        "break the circle: let the function write to another queue, topic or bus than the one that it is fed from",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
        _certain,
    ),
    Check(
        "loop-through-filter",
        "info",
        "such a way through a rule, pipe, topic, state machine or filter, which may end it",
        "make sure that the pattern, filter or choice leaves out what was already handled",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html",
        _possible,
    ),
)
