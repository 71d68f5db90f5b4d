"""The way of events: resources, and the directed links between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from evwatch.model.arn import parse_arn

NodeKind = Literal[
    "event-bus",
    "rule",
    "queue",
    "topic",
    "function",
    "state-machine",
    "pipe",
    "schedule",
    "stream",
    "table",
    "bucket",
    "api-destination",
    "archive",
    "log-group",
    "alarm",
    "external",
    "other",
]
EdgeKind = Literal[
    "routes",
    "targets",
    "subscribes",
    "consumes",
    "dead-letters",
    "on-failure",
    "on-success",
    "pipes",
    "schedules",
    "notifies",
    "archives",
    "calls",
]
SEVERAL = ", "
"""Between the names where an edge is made by several: two targets of one rule with one ARN, say."""
NAMED_BY = frozenset({"target", "subscription", "mapping", "invoke-config", "notification"})
"""The words of an edge's detail that name what makes it."""
_QUALIFIER = "qualifier"
UNQUALIFIED = "unqualified"
"""Among the qualifiers of an edge that is made by several: one of them names the whole resource."""
GIVES_UP: tuple[EdgeKind, ...] = ("dead-letters", "on-failure")
"""The links by which something leaves the way that was meant for it."""
MAY_NAME_DLQS = (
    "sqs:GetQueueAttributes",
    "events:ListEventBuses",
    "events:ListRules",
    "events:ListTargetsByRule",
    "sns:ListSubscriptions",
    "sns:GetSubscriptionAttributes",
    "lambda:ListFunctions",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctionEventInvokeConfigs",
    "scheduler:ListSchedules",
    "scheduler:GetSchedule",
    "pipes:ListPipes",
    "pipes:DescribePipe",
)
"""Without all of these it cannot be said that a queue is nobody's DLQ."""
CALLS_ASYNCHRONOUSLY: tuple[EdgeKind, ...] = ("targets", "subscribes", "notifies", "schedules")
"""The links by which a function is invoked without anybody waiting for its answer."""
DlqSourceKind = Literal["queue", "function", "topic", "rule", "schedule", "pipe", "event-source-mapping"]


@dataclass(frozen=True, slots=True)
class Node:
    """One resource that events pass through."""

    arn: str
    kind: NodeKind
    name: str
    account: str = ""
    region: str = ""
    state: str | None = None
    """The service's own word (`ENABLED`, `Disabled`, `RUNNING`), where it has one."""
    detail: tuple[tuple[str, str], ...] = ()
    """What else is worth showing, as name and text, in display order."""
    met: bool = True
    """False where discovery did not come upon it: only a link names it."""

    @property
    def details(self) -> dict[str, str]:
        """`detail` for look-ups."""
        return dict(self.detail)

    @staticmethod
    def of(
        arn: str,
        kind: NodeKind,
        name: str = "",
        state: str | None = None,
        detail: tuple[tuple[str, str], ...] = (),
    ) -> Node:
        """The node of an ARN, which says its account and region, and its name where the service has no other."""
        parts = parse_arn(arn)
        if parts is None:
            return Node(arn, kind, name or arn, state=state, detail=detail)
        return Node(arn, kind, name or parts.name, parts.account, parts.region, state, detail)


@dataclass(frozen=True, slots=True)
class Edge:
    """One directed link. `detail` names the target, subscription or mapping that makes it."""

    source: str
    target: str
    kind: EdgeKind
    enabled: bool = True
    detail: tuple[tuple[str, str], ...] = ()

    @property
    def details(self) -> dict[str, str]:
        """`detail` for look-ups."""
        return dict(self.detail)

    def named(self, word: str) -> tuple[str, ...]:
        """The names of what makes this edge: `named("target")` are the ids of a rule's targets."""
        said = self.details.get(word)
        return tuple(said.split(SEVERAL)) if said else ()


@dataclass(frozen=True)
class Flow:
    """Nodes and edges as they were discovered; equal where the configuration is equal."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    @cached_property
    def by_arn(self) -> dict[str, Node]:
        """Every node by its ARN."""
        return {node.arn: node for node in self.nodes}

    @cached_property
    def outgoing(self) -> dict[str, tuple[Edge, ...]]:
        """Edges by where they start."""
        return _grouped((edge.source, edge) for edge in self.edges)

    @cached_property
    def incoming(self) -> dict[str, tuple[Edge, ...]]:
        """Edges by where they end."""
        return _grouped((edge.target, edge) for edge in self.edges)

    @cached_property
    def dlq_arns(self) -> frozenset[str]:
        """Every resource that something names as its dead-letter queue or failure destination and that is a queue."""
        return frozenset(edge.target for edge in self.edges if edge.kind in GIVES_UP and _is_queue(edge.target))

    def node(self, arn: str) -> Node:
        """The node of this ARN; one of kind `external` where discovery did not meet it."""
        return self.by_arn.get(arn) or replace(Node.of(arn, "external"), met=False)


def merge(flows: Iterable[Flow]) -> Flow:
    """One flow of several.

    The first node of an ARN wins, but one that was met over one that another flow only points to. Edges of one kind
    between the same two are one: its detail names all that make it, and it is on while one of them is.
    """
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, EdgeKind], list[Edge]] = {}
    for flow in flows:
        for node in flow.nodes:
            known = nodes.setdefault(node.arn, node)
            if node.met and not known.met:
                nodes[node.arn] = node
        for edge in flow.edges:
            edges.setdefault((edge.source, edge.target, edge.kind), []).append(edge)
    return Flow(tuple(nodes.values()), tuple(map(_joined, edges.values())))


def _joined(edges: list[Edge]) -> Edge:
    first = edges[0]
    if all(edge == first for edge in edges):
        return first
    values: dict[str, dict[str, None]] = {}
    for edge in edges:
        for name, value in edge.detail:
            values.setdefault(name, {}).update(dict.fromkeys(value.split(SEVERAL) if name in NAMED_BY else (value,)))
    if 0 < sum(_QUALIFIER in edge.details for edge in edges) < len(edges):
        values[_QUALIFIER][UNQUALIFIED] = None
    detail = tuple((name, SEVERAL.join(found)) for name, found in values.items())
    return Edge(first.source, first.target, first.kind, any(edge.enabled for edge in edges), detail)


@dataclass(frozen=True, slots=True)
class DlqSource:
    """One thing that gives up on messages into a DLQ."""

    arn: str
    kind: DlqSourceKind


_SOURCE_KINDS: dict[str, DlqSourceKind] = {
    "queue": "queue",
    "function": "function",
    "topic": "topic",
    "rule": "rule",
    "schedule": "schedule",
    "pipe": "pipe",
}


def dlq_sources(flow: Flow, dlq_arn: str) -> tuple[DlqSource, ...]:
    """What points to this queue as its DLQ or failure destination, sorted by ARN."""
    found: dict[DlqSource, None] = {}
    for edge in flow.incoming.get(dlq_arn, ()):
        if edge.kind not in GIVES_UP:
            continue
        if "mapping" in edge.details:
            found[DlqSource(edge.source, "event-source-mapping")] = None
            if "invoke-config" not in edge.details:
                continue
        kind = _SOURCE_KINDS.get(flow.node(edge.source).kind)
        if kind:
            found[DlqSource(edge.source, kind)] = None
    return tuple(sorted(found, key=lambda source: (source.arn, source.kind)))


def _is_queue(arn: str) -> bool:
    parts = parse_arn(arn)
    return parts is not None and parts.service == "sqs"


def _grouped(pairs: Iterator[tuple[str, Edge]]) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {}
    for key, edge in pairs:
        found.setdefault(key, []).append(edge)
    return {key: tuple(edges) for key, edges in found.items()}
