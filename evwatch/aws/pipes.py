"""Amazon EventBridge Pipes: what they take, what they feed, and their DLQs."""

from __future__ import annotations

from typing import Any

from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, patterns, text
from evwatch.model.arn import parse_arn
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_kinds import canonical, qualifier

LIST_PIPES = Call(
    "pipes",
    "ListPipes",
    paging=Paging("NextToken", "NextToken", "Limit", 100),
    why="find pipes",
    trial=Trial({"Limit": 1}, {"pipe": "Pipes[0].Name"}),
)
DESCRIBE_PIPE = Call(
    "pipes",
    "DescribePipe",
    why="see a pipe's DLQ and filter, which the list lacks",
    trial=Trial({"Name": "$pipe"}),
)
SERVICE = Service("pipes", (LIST_PIPES, DESCRIBE_PIPE), requests_per_second=10, burst=20)

_KEEP_SECONDS = 86_400.0
"""The list says when each was last changed."""
_STREAMS = ("KinesisStreamParameters", "DynamoDBStreamParameters")


async def discover(survey: Survey) -> Flow:
    """Pipes. One from a queue gives up into that queue's own DLQ; one from a stream names a DLQ in its parameters."""
    pipes = [item for item in await survey.items(LIST_PIPES, "Pipes") if text(item, "Arn")]
    read = await survey.each(pipes, lambda item: _described(survey, item))
    nodes = [_node(item) for item, _ in read]
    nodes += [_broker(item) for item, _ in read if text(item, "Source") and not parse_arn(text(item, "Source"))]
    edges = tuple(edge for item, answer in read for edge in _edges(item, answer or {}))
    return Flow(tuple(dict.fromkeys(nodes)), edges)


async def _described(survey: Survey, item: dict[str, Any]) -> dict[str, Any] | None:
    resource = f"{text(item, 'Arn')} {item.get('LastModifiedTime')}"
    return await survey.kept(DESCRIBE_PIPE, resource, _KEEP_SECONDS, Name=text(item, "Name"))


def _node(item: dict[str, Any]) -> Node:
    shown = details(reason=text(item, "StateReason"), wanted=text(item, "DesiredState"))
    return Node.of(text(item, "Arn"), "pipe", text(item, "Name"), text(item, "CurrentState") or None, shown)


def _broker(item: dict[str, Any]) -> Node:
    """A Kafka of somebody's own (`smk://broker:9092`)."""
    return Node(text(item, "Source"), "external", text(item, "Source"))


def _runs(item: dict[str, Any]) -> bool:
    """EventBridge stops a pipe by itself where its target keeps refusing."""
    current = text(item, "CurrentState")
    return text(item, "DesiredState") != "STOPPED" and current != "STOPPED" and not current.endswith("_FAILED")


def _edges(item: dict[str, Any], answer: dict[str, Any]) -> list[Edge]:
    arn, running = text(item, "Arn"), _runs(item)
    parameters: dict[str, Any] = answer.get("SourceParameters") or {}
    stream: dict[str, Any] = next((found for kind in _STREAMS if isinstance(found := parameters.get(kind), dict)), {})
    # The parameters are of the one kind that the source is of: a queue, a stream, or the topic of a broker.
    own: dict[str, Any] = next(
        (each for each in parameters.values() if isinstance(each, dict) and "BatchSize" in each), {}
    )
    edges = []
    if source := text(item, "Source"):
        shown = details(
            filter=patterns(parameters, "FilterCriteria"),
            batch=own.get("BatchSize"),
            window_seconds=own.get("MaximumBatchingWindowInSeconds"),
            topic=text(own, "TopicName"),
            queue=text(own, "QueueName"),
            retries=stream.get("MaximumRetryAttempts"),
            max_age_seconds=stream.get("MaximumRecordAgeInSeconds"),
        )
        edges.append(Edge(canonical(source), arn, "consumes", running, shown))
    if enrichment := text(item, "Enrichment") or text(answer, "Enrichment"):
        shown = details(enrichment="yes", qualifier=qualifier(enrichment))
        edges.append(Edge(arn, canonical(enrichment), "calls", running, shown))
    if target := text(item, "Target"):
        shown = details(
            qualifier=qualifier(target),
            input_template=text(answer, "TargetParameters", "InputTemplate"),
            message_group=text(answer, "TargetParameters", "SqsQueueParameters", "MessageGroupId"),
            role=text(answer, "RoleArn"),
        )
        edges.append(Edge(arn, canonical(target), "pipes", running, shown))
    if dlq := text(stream, "DeadLetterConfig", "Arn"):
        edges.append(Edge(arn, dlq, "dead-letters"))
    return edges
