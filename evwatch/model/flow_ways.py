"""Ways through the flow: all that leads to a resource, and all that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches

from evwatch.model.arn import parse_arn
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.flow import GIVES_UP, Flow, Node
from evwatch.model.flow_kinds import canonical
from evwatch.model.naming import name_in

_MOST_NAMED = 12
_Following = Callable[[str], Iterable[str]]


def upstream(flow: Flow, arn: str) -> frozenset[str]:
    """The resource, and everything from which an event can come to it."""
    return _reached(arn, lambda at: (edge.source for edge in flow.incoming.get(at, ())))


def downstream(flow: Flow, arn: str) -> frozenset[str]:
    """The resource, and everything to which an event can go from it."""
    return _reached(arn, lambda at: (edge.target for edge in flow.outgoing.get(at, ())))


def around(flow: Flow, arn: str) -> Flow:
    """The part of the flow on whose ways the resource lies: what leads to it and what it leads to.

    With where those on the way give up: a function's failures lie in the DLQ of the queue that it reads.
    """
    above, below = upstream(flow, arn), downstream(flow, arn)
    edges = tuple(
        edge
        for edge in flow.edges
        if (edge.source in above and (edge.target in above or edge.kind in GIVES_UP))
        or (edge.source in below and edge.target in below)
    )
    kept = above | below | {edge.target for edge in edges}
    return Flow(tuple(node for node in flow.nodes if node.arn in kept), edges)


def part(flow: Flow, arns: Collection[str]) -> Flow:
    """These resources, with the links between them."""
    edges = tuple(edge for edge in flow.edges if edge.source in arns and edge.target in arns)
    return Flow(tuple(node for node in flow.nodes if node.arn in arns), edges)


def find_node(flow: Flow, text: str) -> Node:
    """The one resource that a person means by a name, `KIND/NAME`, an ARN or a queue's URL.

    Raises EvwatchError: `not-found`, or `usage` with the ARNs where several have the name.
    """
    found = _matching(flow, text.strip())
    if not found:
        near = get_close_matches(text, [node.name for node in flow.nodes], n=1)
        hint = f'did you mean "{near[0]}"?' if near else "`evwatch flow` shows those that can be seen"
        raise EvwatchError(Fault("not-found", f'there is no resource "{text}" in the flow', hint))
    if len(found) > 1:
        listed = ", ".join(node.arn for node in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        hint = f"name it by its ARN, or by its kind: {found[0].kind}/{found[0].name}"
        raise EvwatchError(Fault("usage", f'"{text}" is the name of several resources: {listed}{more}', hint))
    return found[0]


def _matching(flow: Flow, text: str) -> list[Node]:
    if parse_arn(text):
        node = flow.by_arn.get(text) or flow.by_arn.get(canonical(text))
        return [node] if node else []
    if "://" in text and text not in flow.by_arn:
        return [node for node in flow.nodes if node.kind == "queue" and node.name == name_in(text)]
    named = [node for node in flow.nodes if text in (node.name, node.arn)]
    if named or "/" not in text:
        return named
    kind, _, name = text.partition("/")
    return [node for node in flow.nodes if node.kind == kind and node.name == name]


def _reached(start: str, following: _Following) -> frozenset[str]:
    found = {start}
    waiting = [start]
    while waiting:
        for arn in following(waiting.pop()):
            if arn not in found:
                found.add(arn)
                waiting.append(arn)
    return frozenset(found)
