"""The flow is exactly what was created, and where a part may not be read the rest is right and the gap has a name."""

from __future__ import annotations

import asyncio
import io
import json
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from evwatch.aws.catalogue import CALLS, DISCOVERERS
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.survey import Survey
from evwatch.model.clock import Clock
from evwatch.model.context import Context, Identity
from evwatch.model.feed import Feed
from evwatch.model.flow import DlqSource, EdgeKind, Flow, dlq_sources
from evwatch.pollers.flow import FlowReader
from evwatch.pollers.queues import QueueListReader
from evwatch.pollers.state import ContextState
from tests.aws.calling import caller_for
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.faults import Faults, refused

CLOCK = Clock(lambda: datetime(2026, 11, 21, 3, 0, tzinfo=UTC), time.monotonic)
Link = tuple[str, str, EdgeKind, bool]


class Discovery:
    """One way to AWS, read again and again; each reading begins as if nothing were known."""

    def __init__(self, caller: Caller, account: str) -> None:
        self.caller = caller
        self.account = account
        self.state = ContextState(caller.context, lambda: None)
        self.state.identity = Feed(Identity(account, f"arn:aws:iam::{account}:root"))
        self.reader = FlowReader(caller, self.state, CLOCK)

    def again(self) -> Discovery:
        """The next reading, with nothing known."""
        return Discovery(self.caller, self.account)

    async def read(self) -> Flow:
        """One discovery."""
        await self.reader.read()
        value = self.state.flow.value
        assert value is not None
        return value


@asynccontextmanager
async def discovering(aws: Account, *middlewares: Any) -> AsyncIterator[tuple[Discovery, str]]:
    async with aws.gateway(*middlewares) as url:
        context = Context("test/here", aws.region, endpoint_url=url)
        async with caller_for(context) as caller:
            yield Discovery(caller, aws.number), url


def links(flow: Flow) -> set[Link]:
    return {(edge.source, edge.target, edge.kind, edge.enabled) for edge in flow.edges}


def create_system(aws: Account, url: str) -> set[Link]:
    """Something of everything; gives the links that it makes."""
    made: set[Link] = set()

    def link(source: str, target: str, kind: EdgeKind, *, enabled: bool = True) -> None:
        made.add((source, target, kind, enabled))

    sqs = aws.boto("sqs", url)
    queues = (
        "orders",
        "orders-dlq",
        "function-dlq",
        "mapping-dlq",
        "async-dlq",
        "topic-dlq",
        "rule-dlq",
        "schedule-dlq",
    )
    for name in queues:
        sqs.create_queue(QueueName=name)
    queue = {name: aws.arn("sqs", name) for name in queues}

    process, notify = _functions(aws, url, queue, link)
    topic = _topic(aws, url, queue, notify, link)
    _rules(aws, url, queue, topic, process, link)
    _schedules(aws, url, queue, process, link)
    return made


def _functions(aws: Account, url: str, queue: dict[str, str], link: Any) -> tuple[str, str]:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return None\n")
    functions = aws.boto("lambda", url)

    def create(name: str, **more: Any) -> str:
        made = functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=f"arn:aws:iam::{aws.number}:role/r",
            Handler="main.handler",
            Code={"ZipFile": code.getvalue()},
            **more,
        )
        return str(made["FunctionArn"])

    process = create("process-order")
    notify = create("notify", DeadLetterConfig={"TargetArn": queue["function-dlq"]})
    link(notify, queue["function-dlq"], "dead-letters")
    functions.create_event_source_mapping(
        EventSourceArn=queue["orders"],
        FunctionName="process-order",
        BatchSize=5,
        DestinationConfig={"OnFailure": {"Destination": queue["mapping-dlq"]}},
    )
    link(queue["orders"], process, "consumes")
    link(process, queue["mapping-dlq"], "on-failure")
    functions.put_function_event_invoke_config(
        FunctionName="notify",
        DestinationConfig={
            "OnFailure": {"Destination": queue["async-dlq"]},
            "OnSuccess": {"Destination": queue["orders"]},
        },
    )
    link(notify, queue["async-dlq"], "on-failure")
    link(notify, queue["orders"], "on-success")
    return process, notify


def _topic(aws: Account, url: str, queue: dict[str, str], notify: str, link: Any) -> str:
    sns = aws.boto("sns", url)
    topic = str(sns.create_topic(Name="notifications")["TopicArn"])
    policy = json.dumps({"deadLetterTargetArn": queue["topic-dlq"]})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue["orders"], Attributes={"RedrivePolicy": policy})
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=notify)
    link(topic, queue["orders"], "subscribes")
    link(topic, queue["topic-dlq"], "dead-letters")
    link(topic, notify, "subscribes")
    return topic


def _rules(aws: Account, url: str, queue: dict[str, str], topic: str, process: str, link: Any) -> None:
    events = aws.boto("events", url)
    custom = str(events.create_event_bus(Name="shop")["EventBusArn"])
    default = aws.arn("events", "event-bus/default")
    pattern = json.dumps({"source": ["shop"]})
    for bus, arn, prefix in (("default", default, "rule/"), ("shop", custom, "rule/shop/")):
        events.put_rule(Name="placed", EventBusName=bus, EventPattern=pattern)
        rule = aws.arn("events", f"{prefix}placed")
        link(arn, rule, "routes")
        events.put_targets(
            Rule="placed",
            EventBusName=bus,
            Targets=[
                {"Id": "queue", "Arn": queue["orders"], "DeadLetterConfig": {"Arn": queue["rule-dlq"]}},
                {"Id": "topic", "Arn": topic},
                {"Id": "topic-again", "Arn": topic},
            ],
        )
        link(rule, queue["orders"], "targets")
        link(rule, queue["rule-dlq"], "dead-letters")
        link(rule, topic, "targets")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="DISABLED")
    nightly = aws.arn("events", "rule/nightly")
    events.put_targets(Rule="nightly", Targets=[{"Id": "f", "Arn": process}])
    link(nightly, process, "targets", enabled=False)


def _schedules(aws: Account, url: str, queue: dict[str, str], process: str, link: Any) -> None:
    role = f"arn:aws:iam::{aws.number}:role/r"
    scheduler = aws.boto("scheduler", url)
    scheduler.create_schedule(
        Name="hourly",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="DISABLED",
        Target={"Arn": process, "RoleArn": role, "DeadLetterConfig": {"Arn": queue["schedule-dlq"]}},
    )
    hourly = aws.arn("scheduler", "schedule/default/hourly")
    link(hourly, process, "schedules", enabled=False)
    link(hourly, queue["schedule-dlq"], "dead-letters")
    aws.boto("pipes", url).create_pipe(Name="forward", Source=queue["rule-dlq"], Target=process, RoleArn=role)
    forward = aws.arn("pipes", "pipe/forward")
    link(queue["rule-dlq"], forward, "consumes")
    link(forward, process, "pipes")


async def test_the_flow_is_exactly_what_was_created(aws: Account) -> None:
    async with discovering(aws) as (discovery, url):
        made = await asyncio.to_thread(create_system, aws, url)
        flow = await discovery.read()
    assert links(flow) == made
    kinds = {node.name: node.kind for node in flow.nodes}
    assert kinds["process-order"] == "function"
    assert (kinds["shop"], kinds["default"], kinds["placed"]) == ("event-bus", "event-bus", "rule")
    assert (kinds["notifications"], kinds["hourly"], kinds["forward"]) == ("topic", "schedule", "pipe")
    assert discovery.state.faults() == ()
    twice = next(edge for edge in flow.edges if edge.kind == "targets" and edge.target.endswith(":notifications"))
    assert twice.details["target"] == "topic, topic-again"
    sources = {name: dlq_sources(flow, aws.arn("sqs", name)) for name in ("rule-dlq", "mapping-dlq", "topic-dlq")}
    assert sources["rule-dlq"] == (
        DlqSource(aws.arn("events", "rule/placed"), "rule"),
        DlqSource(aws.arn("events", "rule/shop/placed"), "rule"),
    )
    assert [source.kind for source in sources["mapping-dlq"]] == ["event-source-mapping"]
    assert [source.kind for source in sources["topic-dlq"]] == ["topic"]


async def test_each_list_denied_in_turn_is_named_and_the_rest_of_the_flow_is_right(aws: Account) -> None:
    denying = Denying()
    async with discovering(aws, denying) as (discovery, url):
        made = await asyncio.to_thread(create_system, aws, url)
        parts = {}
        for discover in DISCOVERERS:
            survey = Survey(discovery.caller, aws.number)
            part = await discover(survey)
            for source in survey.sources:
                parts[source] = links(part)
        asked = [call for call in CALLS if call.iam_action in parts]
        assert len(asked) >= 14
        for call in asked:
            # The emulator's DynamoDB Streams requests are signed, and so named, as DynamoDB's.
            denying.patterns = {call.name, call.name.replace("dynamodbstreams:", "dynamodb:")}
            reading = discovery.again()
            found = links(await reading.read())
            assert [(fault.code, fault.source) for fault in reading.state.faults()] == [("permission", call.iam_action)]
            assert found <= made, call.name
            assert made - found <= parts[call.iam_action], call.name


async def test_what_cannot_be_read_this_time_is_shown_as_it_was_read_last(aws: Account) -> None:
    """A throttled list must not make a DLQ look like any queue, and its dead letters like ordinary messages."""
    faults = Faults()
    async with discovering(aws, faults) as (discovery, url):
        made = await asyncio.to_thread(create_system, aws, url)
        await discovery.read()
        faults.on("lambda:ListEventSourceMappings", refused("throttled"), times=None)
        flow = await discovery.read()
        assert links(flow) == made
        assert aws.arn("sqs", "mapping-dlq") in flow.dlq_arns
        assert [fault.source for fault in discovery.state.faults()] == ["lambda:ListEventSourceMappings"]
        taken_at = discovery.state.flow.taken_at
        faults.on("*", refused("denied"), times=None)
        with pytest.raises(AwsError):
            await discovery.read()
        feed = discovery.state.flow
        assert feed.value is not None
        assert feed.fault is not None
        assert (links(feed.value), feed.fault.code, feed.taken_at) == (made, "permission", taken_at)
        faults.clear()
        await discovery.read()
        assert (discovery.state.flow.fault, discovery.state.faults()) == (None, ())


async def test_where_nothing_could_ever_be_read_there_is_no_flow_rather_than_an_empty_one(aws: Account) -> None:
    async with discovering(aws, Denying("*")) as (discovery, _):
        with pytest.raises(AwsError):
            await discovery.read()
    assert discovery.state.flow.value is None
    assert discovery.state.flow.fault is not None


async def test_queues_and_their_links_join_the_flow_as_they_are_listed(aws: Account) -> None:
    sqs = aws.boto("sqs")
    sqs.create_queue(QueueName="plain", tags={"team": "orders"})
    async with discovering(aws) as (discovery, _):
        await QueueListReader(discovery.caller, discovery.state, CLOCK, lambda: None).read()
        flow = await discovery.read()
    assert flow.node(aws.arn("sqs", "plain")).kind == "queue"
    (queue,) = discovery.state.queues.values()
    assert queue.tags == (("team", "orders"),)
