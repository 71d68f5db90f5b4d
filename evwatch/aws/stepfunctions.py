"""AWS Step Functions: state machines, and what their definitions call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evwatch.aws.integrations import Where, resources
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.flow import SEVERAL, Edge, Flow, Node
from evwatch.model.json_object import json_object

LIST_STATE_MACHINES = Call(
    "stepfunctions",
    "ListStateMachines",
    action="states:ListStateMachines",
    paging=Paging("nextToken", "nextToken", "maxResults", 1000),
    why="find state machines",
    trial=Trial({"maxResults": 1}, {"state_machine_arn": "stateMachines[0].stateMachineArn"}),
)
DESCRIBE_STATE_MACHINE = Call(
    "stepfunctions",
    "DescribeStateMachine",
    action="states:DescribeStateMachine",
    why="see what a state machine's definition calls",
    trial=Trial({"stateMachineArn": "$state_machine_arn"}),
)
START_EXECUTION = Call(
    "stepfunctions",
    "StartExecution",
    action="states:StartExecution",
    tier="redrive",
    reads=False,
    sends=True,
    paced=False,
    usd=25.0 / 1_000_000,
    why="start a state machine with the event that a rule could not deliver to it",
)
SERVICE = Service(
    "stepfunctions",
    (
        LIST_STATE_MACHINES,
        DESCRIBE_STATE_MACHINE,
        START_EXECUTION,
    ),
    # The bucket of ListStateMachines refills at five a second, the one of DescribeStateMachine at ten or more.
    requests_per_second=8,
    burst=40,
)

_KEEP_SECONDS = 1200.0
_DEEPEST = 20


async def discover(survey: Survey) -> Flow:
    """State machines, and an edge to each resource that a task of theirs acts on."""
    machines = [
        item for item in await survey.items(LIST_STATE_MACHINES, "stateMachines") if text(item, "stateMachineArn")
    ]
    read = await survey.each(machines, lambda item: _describe(survey, text(item, "stateMachineArn")))
    nodes = tuple(_node(item, answer or {}) for item, answer in read)
    edges = tuple(
        edge
        for item, answer in read
        for edge in _calls(text(item, "stateMachineArn"), text(answer or {}, "definition"))
    )
    return Flow(nodes, edges)


async def _describe(survey: Survey, arn: str) -> dict[str, Any] | None:
    return await survey.kept(DESCRIBE_STATE_MACHINE, arn, _KEEP_SECONDS, stateMachineArn=arn)


def _node(item: dict[str, Any], answer: dict[str, Any]) -> Node:
    shown = details(type=text(item, "type"), description=text(answer, "description"))
    status = text(answer, "status") or None
    return Node.of(text(item, "stateMachineArn"), "state-machine", text(item, "name"), status, shown)


def _calls(machine: str, definition: str) -> Iterator[Edge]:
    document = json_object(definition)
    where = Where.of(machine)
    states: dict[str, list[str]] = {}
    for name, integration, parameters in tasks(document):
        for arn in resources(integration, parameters, where):
            states.setdefault(arn, []).append(name)
    for arn, names in states.items():
        yield Edge(machine, arn, "calls", detail=details(states=SEVERAL.join(names)))


def tasks(document: object, depth: int = 0) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Name, resource and parameters of every task in a definition (Amazon States Language), however deep it is.

    `Parallel` holds machines under `Branches`, `Map` one under `ItemProcessor` (once `Iterator`), and may read its
    items from S3 and write its results there.
    """
    if depth > _DEEPEST or not isinstance(document, Mapping):
        return
    states = document.get("States")
    for name, state in states.items() if isinstance(states, Mapping) else ():
        if not isinstance(state, Mapping):
            continue
        for task in (state, state.get("ItemReader"), state.get("ResultWriter")):
            if isinstance(task, Mapping) and isinstance(task.get("Resource"), str):
                yield str(name), task["Resource"], _parameters(task)
        branches = state.get("Branches")
        for inner in (
            *(branches if isinstance(branches, list) else ()),
            state.get("ItemProcessor"),
            state.get("Iterator"),
        ):
            yield from tasks(inner, depth + 1)


def _parameters(task: Mapping[str, Any]) -> Mapping[str, Any]:
    """JSONPath definitions have `Parameters`, those in JSONata `Arguments`."""
    found = task.get("Parameters") or task.get("Arguments")
    return found if isinstance(found, Mapping) else {}
