"""AWS Lambda: functions, what they consume, and where what they give up on goes."""

from __future__ import annotations

import asyncio
from typing import Any

from evwatch.aws.service import Call, Paging, Service
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import Edge, Flow, Node

LIST_FUNCTIONS = Call(
    "lambda",
    "ListFunctions",
    paging=Paging("Marker", "NextMarker", "MaxItems", 50),
    why="find functions and their DLQs",
)
LIST_EVENT_SOURCE_MAPPINGS = Call(
    "lambda",
    "ListEventSourceMappings",
    paging=Paging("Marker", "NextMarker", "MaxItems", 100),
    why="see who consumes a queue or stream, and whether that is on",
)
LIST_EVENT_INVOKE_CONFIGS = Call(
    "lambda",
    "ListFunctionEventInvokeConfigs",
    paging=Paging("Marker", "NextMarker", "MaxItems", 50),
    why="see where failed asynchronous invocations go",
)
SERVICE = Service(
    "lambda",
    (LIST_FUNCTIONS, LIST_EVENT_SOURCE_MAPPINGS, LIST_EVENT_INVOKE_CONFIGS),
    # All of Lambda's control plane shares fifteen requests a second.
    requests_per_second=10,
    burst=20,
)


async def discover(survey: Survey) -> Flow:
    """Functions, event source mappings, DLQs and destinations."""
    functions, mappings = await asyncio.gather(
        survey.items(LIST_FUNCTIONS, "Functions"),
        survey.items(LIST_EVENT_SOURCE_MAPPINGS, "EventSourceMappings"),
    )
    nodes = [_node(function) for function in functions if text(function, "FunctionArn")]
    configs = await survey.each(
        [node.arn for node in nodes],
        lambda arn: survey.items(LIST_EVENT_INVOKE_CONFIGS, "FunctionEventInvokeConfigs", FunctionName=arn),
    )
    edges = [edge for function in functions for edge in _own_dlq(function)]
    edges += [edge for arn, found in configs for config in found for edge in _destinations(arn, config)]
    edges += [edge for mapping in mappings for edge in _mapping(mapping)]
    return Flow(tuple(nodes), tuple(dict.fromkeys(edges)))


def _node(function: dict[str, Any]) -> Node:
    shown = details(
        runtime=text(function, "Runtime"), timeout=function.get("Timeout"), memory=function.get("MemorySize")
    )
    return Node.of(
        text(function, "FunctionArn"),
        "function",
        text(function, "FunctionName"),
        text(function, "State") or None,
        shown,
    )


def _own_dlq(function: dict[str, Any]) -> list[Edge]:
    dlq = text(function, "DeadLetterConfig", "TargetArn")
    return [Edge(text(function, "FunctionArn"), dlq, "dead-letters")] if dlq else []


def _destinations(function_arn: str, config: dict[str, Any]) -> list[Edge]:
    failure = text(config, "DestinationConfig", "OnFailure", "Destination")
    success = text(config, "DestinationConfig", "OnSuccess", "Destination")
    qualified = text(config, "FunctionArn")
    shown = details(qualifier=qualified.removeprefix(function_arn).lstrip(":"))
    edges = [Edge(function_arn, failure, "on-failure", detail=shown)] if failure else []
    return edges + ([Edge(function_arn, success, "on-success", detail=shown)] if success else [])


def _mapping(mapping: dict[str, Any]) -> list[Edge]:
    source, function = text(mapping, "EventSourceArn"), _unqualified(text(mapping, "FunctionArn"))
    if not source or not function:
        return []
    state, uuid = text(mapping, "State"), text(mapping, "UUID")
    shown = details(mapping=uuid, state=state, batch=mapping.get("BatchSize"))
    edges = [Edge(_table_of(source), function, "consumes", state in ("Enabled", "Enabling", "Creating", ""), shown)]
    if failure := text(mapping, "DestinationConfig", "OnFailure", "Destination"):
        edges.append(Edge(function, failure, "on-failure", detail=details(mapping=uuid, source=source)))
    return edges


def _unqualified(function_arn: str) -> str:
    return ":".join(function_arn.split(":")[:7])


def _table_of(source_arn: str) -> str:
    """A table's stream has an ARN of its own for each time it was switched on; the table is what people know."""
    return source_arn.split("/stream/")[0] if ":dynamodb:" in source_arn else source_arn
