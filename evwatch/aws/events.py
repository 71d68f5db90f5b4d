"""Amazon EventBridge: buses, rules and their targets, archives, API destinations; and switching rules off and on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import Survey, details, text
from evwatch.model.arn import parse_arn
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.flow_kinds import canonical, qualifier
from evwatch.model.switch import Switch

_PAGES = Paging("NextToken", "NextToken", "Limit", 100)
LIST_EVENT_BUSES = Call(
    "events",
    "ListEventBuses",
    paging=_PAGES,
    why="find event buses",
    trial=Trial({"Limit": 1}, {"bus": "EventBuses[0].Name", "bus_arn": "EventBuses[0].Arn"}),
)
LIST_RULES = Call(
    "events",
    "ListRules",
    paging=_PAGES,
    why="find rules, and whether they are on",
    trial=Trial({"Limit": 1}, {"rule": "Rules[0].Name", "rule_arn": "Rules[0].Arn"}),
)
LIST_TARGETS_BY_RULE = Call(
    "events",
    "ListTargetsByRule",
    paging=_PAGES,
    why="see where rules send events, and the targets' DLQs",
    trial=Trial({"Rule": "$rule", "Limit": 1}),
)
LIST_ARCHIVES = Call(
    "events",
    "ListArchives",
    paging=_PAGES,
    why="find archives of buses",
    trial=Trial({"Limit": 1}),
)
LIST_API_DESTINATIONS = Call(
    "events",
    "ListApiDestinations",
    paging=_PAGES,
    why="find API destinations",
    trial=Trial({"Limit": 1}),
)
DESCRIBE_RULE = Call(
    "events",
    "DescribeRule",
    why="see whether a rule is on before it is switched",
    trial=Trial({"Name": "$rule"}),
)
ENABLE_RULE = Call("events", "EnableRule", tier="operate", reads=False, why="switch a rule on")
DISABLE_RULE = Call("events", "DisableRule", tier="operate", reads=False, why="switch a rule off")
PUT_EVENTS = Call(
    "events",
    "PutEvents",
    tier="redrive",
    reads=False,
    sends=True,
    paced=False,
    usd_per_item=1.0 / 1_000_000,
    items="Entries",
    why="give a bus the event again that a rule could not deliver to it",
)
SERVICE = Service(
    "events",
    (
        LIST_EVENT_BUSES,
        LIST_RULES,
        LIST_TARGETS_BY_RULE,
        LIST_ARCHIVES,
        LIST_API_DESTINATIONS,
        DESCRIBE_RULE,
        ENABLE_RULE,
        DISABLE_RULE,
        PUT_EVENTS,
    ),
    # Fifty a second for EventBridge's whole control plane.
    requests_per_second=30,
    burst=30,
)

_ARCHIVE_RULE = "Events-Archive-"


async def discover(survey: Survey) -> Flow:
    """Buses of every kind, their rules with each rule's targets, their archives, and API destinations."""
    listed, archives, destinations = await asyncio.gather(
        survey.items(LIST_EVENT_BUSES, "EventBuses"),
        survey.items(LIST_ARCHIVES, "Archives"),
        survey.items(LIST_API_DESTINATIONS, "ApiDestinations"),
    )
    # Every account has the default bus; where buses may not be listed, its rules may still be.
    default = f"arn:{survey.caller.partition}:events:{survey.caller.context.region}:{survey.account}:event-bus/default"
    buses = [bus for bus in listed if text(bus, "Arn")] or [{"Name": "default", "Arn": default}]
    rules = await survey.each(buses, lambda bus: survey.items(LIST_RULES, "Rules", EventBusName=text(bus, "Name")))
    pairs = [(bus, rule) for bus, found in rules for rule in found if text(rule, "Arn")]
    targets = await survey.each(
        pairs,
        lambda pair: survey.items(
            LIST_TARGETS_BY_RULE, "Targets", Rule=text(pair[1], "Name"), EventBusName=text(pair[0], "Name")
        ),
    )
    nodes = [_bus(bus) for bus in buses] + [_rule(rule) for _, rule in pairs]
    edges = [edge for bus, rule in pairs for edge in _routes(bus, rule)]
    edges += [edge for (_, rule), found in targets for edge in _targets(rule, found)]
    for archive in archives:
        if bus_arn := text(archive, "EventSourceArn"):
            nodes.append(_archive(archive, bus_arn))
            edges.append(Edge(bus_arn, nodes[-1].arn, "archives", text(archive, "State") != "DISABLED"))
    nodes += [_destination(item) for item in destinations if text(item, "ApiDestinationArn")]
    return Flow(tuple(nodes), tuple(edges))


def _bus(bus: dict[str, Any]) -> Node:
    return Node.of(
        text(bus, "Arn"),
        "event-bus",
        text(bus, "Name"),
        detail=details(description=text(bus, "Description"), policy=text(bus, "Policy")),
    )


def _rule(rule: dict[str, Any]) -> Node:
    shown = details(
        schedule=text(rule, "ScheduleExpression"),
        pattern=text(rule, "EventPattern"),
        managed_by=text(rule, "ManagedBy"),
        description=text(rule, "Description"),
    )
    return Node.of(text(rule, "Arn"), "rule", text(rule, "Name"), text(rule, "State") or None, shown)


def _archive(archive: dict[str, Any], bus_arn: str) -> Node:
    """The list gives no ARN; an archive is in the account and region of its bus."""
    name = text(archive, "ArchiveName")
    shown = details(
        retention_days=archive.get("RetentionDays") or "for ever",
        events=archive.get("EventCount"),
        bytes=archive.get("SizeBytes"),
        reason=text(archive, "StateReason"),
    )
    return Node.of(archive_arn(bus_arn, name), "archive", name, text(archive, "State") or None, shown)


def archive_arn(beside: str, name: str) -> str:
    """The ARN of an archive in the account and region of another resource of EventBridge."""
    return ":".join([*beside.split(":")[:5], f"archive/{name}"])


def _destination(item: dict[str, Any]) -> Node:
    shown = details(
        endpoint=text(item, "InvocationEndpoint"),
        method=text(item, "HttpMethod"),
        per_second=item.get("InvocationRateLimitPerSecond"),
        connection=text(item, "ConnectionArn"),
    )
    state = text(item, "ApiDestinationState") or None
    return Node.of(text(item, "ApiDestinationArn"), "api-destination", text(item, "Name"), state, shown)


def _enabled(rule: dict[str, Any]) -> bool:
    return text(rule, "State") != "DISABLED"


def _routes(bus: dict[str, Any], rule: dict[str, Any]) -> list[Edge]:
    """A rule with a schedule alone takes nothing from its bus."""
    return [Edge(text(bus, "Arn"), text(rule, "Arn"), "routes", _enabled(rule))] if rule.get("EventPattern") else []


def _targets(rule: dict[str, Any], targets: list[dict[str, Any]]) -> list[Edge]:
    """Two targets of one rule with one ARN become one edge that names both when flows are merged."""
    arn = text(rule, "Arn")
    edges: list[Edge] = []
    for target in targets:
        name = text(target, "Id")
        if to := text(target, "Arn"):
            edges.append(Edge(arn, _end(rule, to), "targets", _enabled(rule), _shown(name, target, to)))
        if dlq := text(target, "DeadLetterConfig", "Arn"):
            edges.append(Edge(arn, dlq, "dead-letters", detail=details(target=name, to=_end(rule, to) if to else "")))
    return edges


def _end(rule: dict[str, Any], target: str) -> str:
    """An archive is fed by a rule of EventBridge's own, whose target names no resource (`arn:aws:events:REGION:::`)."""
    parts = parse_arn(target)
    if parts and parts.service == "events" and not parts.resource.strip(":") and text(rule, "ManagedBy"):
        name = text(rule, "Name")
        if name.startswith(_ARCHIVE_RULE):
            return archive_arn(text(rule, "Arn"), name.removeprefix(_ARCHIVE_RULE))
    return canonical(target)


def _shown(name: str, target: dict[str, Any], to: str) -> tuple[tuple[str, str], ...]:
    retry = target.get("RetryPolicy") or {}
    transformed = target.get("InputTransformer") or {}
    return details(
        target=name,
        qualifier=qualifier(to),
        input=text(target, "Input"),
        input_path=text(target, "InputPath"),
        input_template=text(transformed, "InputTemplate"),
        input_paths=json.dumps(transformed.get("InputPathsMap")) if transformed.get("InputPathsMap") else "",
        message_group=text(target, "SqsParameters", "MessageGroupId"),
        retries=retry.get("MaximumRetryAttempts"),
        max_age_seconds=retry.get("MaximumEventAgeInSeconds"),
        role=text(target, "RoleArn"),
    )


async def read_rule(caller: Caller, arn: str) -> Switch | None:
    """One rule as it is now; None where there is none. Raises AwsError."""
    bus, name = _bus_and_name(arn)
    try:
        answer = await caller.call(DESCRIBE_RULE, Name=name, EventBusName=bus)
    except AwsError as error:
        if error.fault.code == "not-found":
            return None
        raise
    return Switch(
        "rule",
        text(answer, "Arn") or arn,
        name,
        name,
        caller.context.name,
        text(answer, "State"),
        ":".join([*arn.split(":")[:5], f"event-bus/{bus}"]),
        managed_by=text(answer, "ManagedBy"),
    )


async def switch_rule(caller: Caller, rule: Switch, *, on: bool) -> None:
    """Switch a rule on or off. PutRule would replace all that it is not told. Raises AwsError."""
    bus, name = _bus_and_name(rule.arn)
    await caller.call(ENABLE_RULE if on else DISABLE_RULE, Name=name, EventBusName=bus)


def _bus_and_name(arn: str) -> tuple[str, str]:
    """`rule/NAME` is on the default bus, `rule/BUS/NAME` on another; a partner's bus has slashes in its own name."""
    resource = arn.split(":", 5)[-1].removeprefix("rule/")
    bus, _, name = resource.rpartition("/")
    return bus or "default", name
