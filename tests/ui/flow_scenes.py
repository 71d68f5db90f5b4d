"""Hand-made flows: a system of hundreds of like ways of which a few are in trouble, and one full of hostile names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from tests.ui import scenes
from tests.ui.scenes import NOW, arn

_OPEN = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}}'
EACH = 5
"""Resources of one way: rule, queue, function, DLQ and topic."""


def ways(number: int, *, broken: frozenset[int] = frozenset()) -> Snapshot:
    """One bus with so many ways; of those that are broken the DLQ holds three letters."""
    bus = arn("events", "event-bus/shop")
    nodes: list[Node] = [Node.of(bus, "event-bus", "shop")]
    edges: list[Edge] = []
    queues: list[Queue] = []
    depths: dict[str, Feed[Depth]] = {}
    for turn in range(number):
        name = f"part-{turn:03}"
        rule, function = arn("events", f"rule/shop/{name}"), arn("lambda", f"function:{name}")
        topic = arn("sns", name)
        work = scenes.queue(f"{name}-work", dlq=f"{name}-dead", policy=_OPEN)
        dead = scenes.queue(f"{name}-dead", policy=_OPEN)
        queues += [work, dead]
        nodes += [
            Node.of(rule, "rule", name, "ENABLED", (("pattern", '{"source": ["shop"]}'),)),
            Node.of(function, "function", name, "Active", (("timeout", "5"),)),
            Node.of(topic, "topic", name),
            Node(work.arn, "queue", work.name, work.account, work.region),
            Node(dead.arn, "queue", dead.name, dead.account, dead.region),
        ]
        edges += [
            Edge(bus, rule, "routes"),
            Edge(rule, work.arn, "targets", detail=(("target", "work"),)),
            Edge(work.arn, function, "consumes", detail=(("mapping", f"00000000-0000-4000-8000-{turn:012}"),)),
            Edge(work.arn, dead.arn, "dead-letters"),
            Edge(function, topic, "on-success", detail=(("invoke-config", "$LATEST"),)),
        ]
        depths[work.arn] = scenes.depth(turn % 7)
        depths[dead.arn] = scenes.depth(3 if turn in broken else 0)
    return of(Flow(tuple(nodes), tuple(edges)), tuple(queues), depths)


def of(flow: Flow, queues: tuple[Queue, ...] = (), depths: dict[str, Feed[Depth]] | None = None) -> Snapshot:
    """A snapshot of this flow alone."""
    taken = NOW - timedelta(seconds=40)
    context = replace(
        scenes.well().contexts[0],
        queues=Feed(tuple(sorted(queues, key=lambda queue: queue.name)), taken),
        depths=depths or {},
        alarms=Feed((), taken),
        flow=Feed(flow, taken),
        series={},
        chart={},
        histories={},
    )
    return scenes.snapshot(context)


def changed(snapshot: Snapshot, **parts: Any) -> Snapshot:
    """The snapshot with these parts of its context exchanged."""
    context: ContextSnapshot = replace(snapshot.contexts[0], **parts)
    return replace(snapshot, contexts=(context,))
