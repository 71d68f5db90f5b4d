"""Evidence made by hand: a few resources and links, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from evwatch.model.access import Access
from evwatch.model.alarm import Alarm, AlarmMetric, AlarmType
from evwatch.model.alarm_subject import alarm_subjects
from evwatch.model.findings import Evidence, findings
from evwatch.model.flow import Edge, EdgeKind, Flow, Node, NodeKind, merge
from evwatch.model.flow_alarms import alarm_flow
from evwatch.model.flow_kinds import Home, completed, kind_of
from evwatch.model.metric import Metric
from evwatch.model.queue import Queue

ACCOUNT, REGION = "123456789012", "eu-central-1"
DAY = 86_400
_SERVICES: dict[str, tuple[str, str]] = {
    "queue": ("sqs", ""),
    "topic": ("sns", ""),
    "function": ("lambda", "function:"),
    "rule": ("events", "rule/"),
    "bus": ("events", "event-bus/"),
    "machine": ("states", "stateMachine:"),
    "pipe": ("pipes", "pipe/"),
    "schedule": ("scheduler", "schedule/default/"),
    "stream": ("kinesis", "stream/"),
    "table": ("dynamodb", "table/"),
    "alarm": ("cloudwatch", "alarm:"),
    "archive": ("events", "archive/"),
    "destination": ("events", "api-destination/"),
}
ALLOWS_EVERY_SERVICE = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}}'


def arn(kind: str, name: str, /, account: str = ACCOUNT, region: str = REGION) -> str:
    """The ARN of a resource, by a short word for its kind."""
    if kind == "bucket":
        return f"arn:aws:s3:::{name}"
    service, prefix = _SERVICES[kind]
    return f"arn:aws:{service}:{region}:{account}:{prefix}{name}"


def node(kind: str, name: str, state: str | None = None, **detail: str) -> Node:
    """A resource that discovery met."""
    made = arn(kind, name)
    return Node.of(made, _kind(made), name, state, _detail(detail))


def edge(begin: str, kind: EdgeKind, end: str, /, **detail: str) -> Edge:
    """A link between two resources, each as `kind name`."""
    return Edge(arn(*begin.split()), arn(*end.split()), kind, True, _detail(detail))


def off(link: Edge) -> Edge:
    """The link, switched off."""
    return replace(link, enabled=False)


def queue(name: str, **more: Any) -> Queue:
    """A queue whose policy lets everybody in, kept four days, hidden three minutes."""
    made: dict[str, Any] = {
        "retention_seconds": 4 * DAY,
        "visibility_timeout_seconds": 180,
        "policy": ALLOWS_EVERY_SERVICE,
    } | more
    return Queue(
        arn("queue", name),
        f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}",
        name,
        ACCOUNT,
        REGION,
        name.endswith(".fifo"),
        **made,
    )


def dlq_of(name: str, dlq: str, receives: int = 5, **more: Any) -> Queue:
    """A queue that gives up into another."""
    return queue(name, dlq_arn=arn("queue", dlq), max_receive_count=receives, **more)


def alarm(name: str, metric: Metric | None = None, *, type: AlarmType = "metric", **more: Any) -> Alarm:
    """An alarm that tells a topic, unless told otherwise."""
    watched = (AlarmMetric(metric, "Maximum", 60),) if metric else ()
    made: dict[str, Any] = {
        "action_arns": (arn("topic", "on-call"),),
        "metric": watched[0] if watched else None,
        "metrics": watched,
    } | more
    return Alarm(
        id=arn("alarm", name),
        arn=arn("alarm", name),
        name=name,
        type=type,
        state="OK",
        account=ACCOUNT,
        region=REGION,
        **made,
    )


def watches(queue_name: str, name: str = "ApproximateNumberOfMessagesVisible") -> Metric:
    """A metric of a queue."""
    return Metric.of("AWS/SQS", name, {"QueueName": queue_name})


def evidence(
    nodes: Iterable[Node] = (),
    edges: Iterable[Edge] = (),
    queues: Iterable[Queue] = (),
    alarms: Iterable[Alarm] | None = (),
    unread: Iterable[str] = (),
    access: Access | None = None,
) -> Evidence:
    """Joined as the poller joins it: queues bring their nodes and redrive links, alarms their topics."""
    known = tuple(queues)
    judged = None if alarms is None else tuple(alarm_subjects(list(alarms)))
    own = Flow(
        tuple(Node(each.arn, "queue", each.name, ACCOUNT, REGION) for each in known),
        tuple(Edge(each.arn, each.dlq_arn, "dead-letters") for each in known if each.dlq_arn),
    )
    flow = merge((own, Flow(tuple(nodes), tuple(edges)), alarm_flow(judged or ())))
    return Evidence(
        completed(flow, [Home(ACCOUNT, REGION)]),
        {each.arn: each for each in known},
        judged,
        frozenset(unread),
        access or Access(),
    )


def told(rule: str, of: Evidence) -> list[str]:
    """The sentences of one rule's findings."""
    return [finding.message for finding in findings(of) if finding.rule == rule]


def _kind(made: str) -> NodeKind:
    return kind_of(made)


def _detail(pairs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in pairs.items())
