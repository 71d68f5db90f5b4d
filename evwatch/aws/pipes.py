"""Amazon EventBridge Pipes: what they take, what they feed, and their DLQs."""

from __future__ import annotations

from typing import Any

from evwatch.aws.service import Call, Paging, Service
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Edge, Flow, Node

LIST_PIPES = Call("pipes", "ListPipes", paging=Paging("NextToken", "NextToken", "Limit", 100), why="find pipes")
DESCRIBE_PIPE = Call("pipes", "DescribePipe", why="see a pipe's DLQ, which the list lacks")
SERVICE = Service("pipes", (LIST_PIPES, DESCRIBE_PIPE), requests_per_second=10, burst=20)

_STREAMS = ("KinesisStreamParameters", "DynamoDBStreamParameters")


async def discover(survey: Survey) -> Flow:
    """Pipes. One from a queue gives up into that queue's own DLQ; one from a stream names a DLQ in its parameters."""
    pipes = await survey.items(LIST_PIPES, "Pipes")
    read = await survey.each(pipes, lambda item: survey.one(DESCRIBE_PIPE, Name=text(item, "Name")))
    nodes = tuple(_node(item) for item, _ in read if text(item, "Arn"))
    edges = tuple(edge for item, answer in read for edge in _edges(item, answer or {}))
    return Flow(nodes, edges)


def _node(item: dict[str, Any]) -> Node:
    shown = details(reason=text(item, "StateReason"))
    return Node.of(text(item, "Arn"), "pipe", text(item, "Name"), text(item, "CurrentState") or None, shown)


def _edges(item: dict[str, Any], answer: dict[str, Any]) -> list[Edge]:
    arn, running = text(item, "Arn"), text(item, "DesiredState") != "STOPPED"
    edges = []
    if source := text(item, "Source"):
        edges.append(Edge(source.split("/stream/")[0], arn, "consumes", running))
    if target := text(item, "Target"):
        edges.append(Edge(arn, target, "pipes", running))
    parameters = answer.get("SourceParameters") or {}
    for kind in _STREAMS:
        if dlq := text(parameters, kind, "DeadLetterConfig", "Arn"):
            edges.append(Edge(arn, dlq, "dead-letters"))
    return edges
