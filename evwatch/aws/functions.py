"""AWS Lambda: functions, what they consume, and where what they give up on goes; and pausing what they consume."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, patterns, text
from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_kinds import canonical, qualifier
from evwatch.model.switch import Switch

LIST_FUNCTIONS = Call(
    "lambda",
    "ListFunctions",
    paging=Paging("Marker", "NextMarker", "MaxItems", 50),
    why="find functions and their DLQs",
    trial=Trial({"MaxItems": 1}, {"function": "Functions[0].FunctionName", "function_arn": "Functions[0].FunctionArn"}),
)
LIST_EVENT_SOURCE_MAPPINGS = Call(
    "lambda",
    "ListEventSourceMappings",
    paging=Paging("Marker", "NextMarker", "MaxItems", 100),
    why="see who consumes a queue or stream, and whether that is on",
    trial=Trial({"MaxItems": 1}, {"mapping": "EventSourceMappings[0].UUID"}),
)
LIST_EVENT_INVOKE_CONFIGS = Call(
    "lambda",
    "ListFunctionEventInvokeConfigs",
    paging=Paging("Marker", "NextMarker", "MaxItems", 50),
    why="see where failed asynchronous invocations go",
    trial=Trial({"FunctionName": "$function", "MaxItems": 1}),
)
GET_POLICY = Call(
    "lambda",
    "GetPolicy",
    # Fifteen a second, counted apart from the rest (Lambda quotas).
    own_pace=13,
    trial=Trial({"FunctionName": "$function"}),
    why="see whether a function lets in the services that are to invoke it",
)
GET_EVENT_SOURCE_MAPPING = Call(
    "lambda",
    "GetEventSourceMapping",
    why="see whether a consumer is on before it is switched",
    trial=Trial({"UUID": "$mapping"}),
)
GET_FUNCTION_CONFIGURATION = Call(
    "lambda",
    "GetFunctionConfiguration",
    tier="inspect",
    why="see which log group a function writes to",
    trial=Trial(
        {"FunctionName": "$function"},
        {"log_group": "LoggingConfig.LogGroup || join('', ['/aws/lambda/', FunctionName])"},
    ),
)
UPDATE_EVENT_SOURCE_MAPPING = Call(
    "lambda", "UpdateEventSourceMapping", tier="operate", reads=False, why="pause and resume a consumer"
)
INVOKE = Call(
    "lambda",
    "Invoke",
    action="lambda:InvokeFunction",
    tier="redrive",
    reads=False,
    sends=True,
    paced=False,
    usd=0.20 / 1_000_000,
    why="give a function the event again that it gave up on",
)
SERVICE = Service(
    "lambda",
    (
        LIST_FUNCTIONS,
        LIST_EVENT_SOURCE_MAPPINGS,
        LIST_EVENT_INVOKE_CONFIGS,
        GET_POLICY,
        GET_EVENT_SOURCE_MAPPING,
        GET_FUNCTION_CONFIGURATION,
        UPDATE_EVENT_SOURCE_MAPPING,
        INVOKE,
    ),
    # All of Lambda's control plane shares fifteen requests a second.
    requests_per_second=13,
    burst=15,
)

_KEEP_SECONDS = 1800.0
"""Each function is asked for its configuration of asynchronous invocations alone: no list has it."""
_ON = ("Enabled", "Enabling", "Creating", "Updating", "")


async def discover(survey: Survey) -> Flow:
    """Functions, event source mappings, DLQs and destinations."""
    functions, mappings = await asyncio.gather(
        survey.items(LIST_FUNCTIONS, "Functions"),
        survey.items(LIST_EVENT_SOURCE_MAPPINGS, "EventSourceMappings"),
    )
    functions = [item for item in functions if text(item, "FunctionArn")]
    read = await survey.each(functions, lambda item: _asynchronous(survey, item))
    nodes = [_node(item, configs) for item, configs in read]
    edges = [edge for item in functions for edge in _own_dlq(item)]
    edges += [edge for _, configs in read for config in configs for edge in _destinations(config)]
    for mapping in mappings:
        nodes += _brokers(mapping)
        edges += _mapping(mapping)
    return Flow(tuple(dict.fromkeys(nodes)), tuple(edges))


async def _asynchronous(survey: Survey, function: dict[str, Any]) -> list[dict[str, Any]]:
    """One configuration for each qualifier that has one; a function has few, so one page holds them all."""
    arn = canonical(text(function, "FunctionArn"))
    answer = await survey.kept(LIST_EVENT_INVOKE_CONFIGS, arn, _KEEP_SECONDS, FunctionName=arn, MaxItems=50)
    found = (answer or {}).get("FunctionEventInvokeConfigs") or ()
    return [config for config in found if isinstance(config, dict)]


def _node(function: dict[str, Any], configs: list[dict[str, Any]]) -> Node:
    latest = next((each for each in configs if text(each, "FunctionArn").endswith(":$LATEST")), {})
    shown = details(
        runtime=text(function, "Runtime"),
        timeout=function.get("Timeout"),
        memory=function.get("MemorySize"),
        retries=latest.get("MaximumRetryAttempts"),
        max_age_seconds=latest.get("MaximumEventAgeInSeconds"),
    )
    arn = canonical(text(function, "FunctionArn"))
    return Node.of(arn, "function", text(function, "FunctionName"), text(function, "State") or None, shown)


def _own_dlq(function: dict[str, Any]) -> list[Edge]:
    dlq = text(function, "DeadLetterConfig", "TargetArn")
    return [Edge(canonical(text(function, "FunctionArn")), dlq, "dead-letters")] if dlq else []


def _destinations(config: dict[str, Any]) -> list[Edge]:
    qualified = text(config, "FunctionArn")
    shown = details(invoke_config=qualifier(qualified) or "$LATEST")
    ends = (
        ("on-failure", text(config, "DestinationConfig", "OnFailure", "Destination")),
        ("on-success", text(config, "DestinationConfig", "OnSuccess", "Destination")),
    )
    function = canonical(qualified)
    return [
        Edge(function, canonical(end), "on-failure" if kind == "on-failure" else "on-success", detail=shown)
        for kind, end in ends
        if end and function
    ]


def _sources(mapping: dict[str, Any]) -> tuple[str, ...]:
    """What a mapping reads: a resource of AWS, or the brokers of somebody's own Kafka."""
    if source := text(mapping, "EventSourceArn"):
        return (canonical(source),)
    servers = (mapping.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
    return tuple(f"kafka:{server}" for server in servers.get("KAFKA_BOOTSTRAP_SERVERS") or ())[:1]


def _brokers(mapping: dict[str, Any]) -> list[Node]:
    return [Node(name, "external", name) for name in _sources(mapping) if name.startswith("kafka:")]


def _mapping(mapping: dict[str, Any]) -> list[Edge]:
    function = canonical(text(mapping, "FunctionArn"))
    state, uuid = text(mapping, "State"), text(mapping, "UUID")
    shown = details(
        mapping=uuid,
        state=state,
        reason=text(mapping, "StateTransitionReason"),
        last_result=text(mapping, "LastProcessingResult"),
        batch=mapping.get("BatchSize"),
        window_seconds=mapping.get("MaximumBatchingWindowInSeconds"),
        filter=patterns(mapping, "FilterCriteria"),
        concurrency=(mapping.get("ScalingConfig") or {}).get("MaximumConcurrency"),
        partial_failures="yes" if "ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or ()) else "",
        retries=mapping.get("MaximumRetryAttempts"),
        max_age_seconds=mapping.get("MaximumRecordAgeInSeconds"),
        topics=" ".join(map(str, mapping.get("Topics") or mapping.get("Queues") or ())),
        bisect="yes" if mapping.get("BisectBatchOnFunctionError") else "",
        qualifier=qualifier(text(mapping, "FunctionArn")),
    )
    if not function:
        return []
    edges = [Edge(source, function, "consumes", state in _ON, shown) for source in _sources(mapping)]
    if failure := text(mapping, "DestinationConfig", "OnFailure", "Destination"):
        source = next(iter(_sources(mapping)), "")
        edges.append(Edge(function, canonical(failure), "on-failure", detail=details(mapping=uuid, source=source)))
    return edges


async def policies(survey: Survey, arns: Iterable[str]) -> dict[str, str]:
    """The resource policy of each function, version or alias, empty where it has none; absent where that is not known.

    A version or alias has a policy of its own: what may invoke the function may not invoke those.
    """
    read = await survey.each(arns, lambda arn: _policy(survey, arn))
    return {arn: text(answer, "Policy") for arn, answer in read if answer is not None}


async def _policy(survey: Survey, arn: str) -> dict[str, Any] | None:
    part = qualifier(arn)
    by = {"Qualifier": part} if part else {}
    return await survey.kept(GET_POLICY, arn, _KEEP_SECONDS, {}, FunctionName=canonical(arn), **by)


async def find_mappings(caller: Caller, **by: str) -> tuple[Switch, ...]:
    """The event source mappings of a source (`EventSourceArn`) or a function (`FunctionName`). Raises AwsError."""
    found = await caller.items(LIST_EVENT_SOURCE_MAPPINGS, "EventSourceMappings", **by)
    return tuple(_switch(item, caller.context.name) for item in found if isinstance(item, dict))


async def read_mapping(caller: Caller, uuid: str) -> Switch | None:
    """One mapping as it is now; None where there is none of this UUID. Raises AwsError."""
    try:
        return _switch(await caller.call(GET_EVENT_SOURCE_MAPPING, UUID=uuid), caller.context.name)
    except AwsError as error:
        if error.fault.code == "not-found":
            return None
        raise


async def switch_mapping(caller: Caller, mapping: Switch, *, on: bool) -> Switch:
    """Pause or resume a consumer; it goes on where it left off. Raises AwsError.

    AWS carries it out in its own time: the state that comes back may be `Disabling`. Reserved concurrency would pause a
    function too, but sends what others invoke it with straight to its DLQ.
    """
    answer = await caller.call(UPDATE_EVENT_SOURCE_MAPPING, UUID=mapping.id, Enabled=on)
    return _switch(answer, caller.context.name)


def _switch(item: dict[str, Any], context: str) -> Switch:
    function = canonical(text(item, "FunctionArn"))
    parts = parse_arn(function)
    own = f"arn:{parts.partition}:lambda:{parts.region}:{parts.account}:event-source-mapping:" if parts else ""
    return Switch(
        "mapping",
        text(item, "EventSourceMappingArn") or own + text(item, "UUID"),
        text(item, "UUID"),
        arn_name(function),
        context,
        text(item, "State"),
        next(iter(_sources(item)), ""),
        function,
    )
