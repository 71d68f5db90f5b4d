"""Snapshots made by hand: a small order system with something wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm, AlarmMetric
from evwatch.model.context import Context, Identity
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow, Node
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.model.usage import Usage

NOW = datetime(2026, 11, 21, 3, 12, 40, 250_000, tzinfo=UTC)
ACCOUNT = "000000000001"
REGION = "eu-central-1"


def arn(service: str, resource: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def queue(name: str, region: str = REGION, **settings: object) -> Queue:
    base = Queue(
        arn=arn("sqs", name, region),
        url=f"https://sqs.{region}.amazonaws.com/{ACCOUNT}/{name}",
        name=name,
        account=ACCOUNT,
        region=region,
        fifo=name.endswith(".fifo"),
        retention_seconds=345_600,
        visibility_timeout_seconds=30,
    )
    return replace(base, **settings)  # type: ignore[arg-type]  # the caller names fields of Queue


def depth(visible: int = 0, in_flight: int = 0, delayed: int = 0) -> Feed[Depth]:
    return Feed(Depth(visible, in_flight, delayed, NOW), NOW)


def series(query: MetricQuery, values: list[float], ending: datetime = NOW) -> tuple[MetricQuery, Feed[Series]]:
    """One-minute datapoints, the last of them of the minute before `ending`."""
    last = ending.timestamp() // 60 * 60 - 60
    times = tuple(last - 60 * back for back in range(len(values) - 1, -1, -1))
    start = NOW - timedelta(hours=3)
    return query, Feed(Series(query, 60, start.timestamp(), NOW.timestamp(), times, tuple(values)), NOW)


ALARM = Alarm(
    id=arn("cloudwatch", "alarm:OrderEventsDLQMessages"),
    name="OrderEventsDLQMessages",
    type="metric",
    state="ALARM",
    account=ACCOUNT,
    region=REGION,
    arn=arn("cloudwatch", "alarm:OrderEventsDLQMessages"),
    since=NOW - timedelta(minutes=5),
    reason="Threshold Crossed: 1 datapoint [3.0] was greater than the threshold (1.0).",
    resource_arns=(arn("sqs", "order-events-dlq"),),
    metric=AlarmMetric(
        Metric.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "order-events-dlq"}), "Sum", 300
    ),
    threshold=1.0,
    comparison="GreaterThanThreshold",
)
QUIET = Alarm(id="local:slow:x", name="slow", type="local", state="INSUFFICIENT_DATA", account=ACCOUNT, region=REGION)
MUTED = replace(ALARM, id="muted", name="Muted", muted=True, resource_arns=())

ORDERS = queue("orders", max_receive_count=3, dlq_arn=arn("sqs", "order-events-dlq"), tags=(("team", "orders"),))
ORDERS_DLQ = queue("order-events-dlq", retention_seconds=1_209_600)
TARGET_DLQ = queue("target-dlq")
PLAIN = queue("plain.fifo", tags=(("team", "other"), ("live", "")))
RULE = arn("events", "rule/orders/new")
FLOW = Flow(
    nodes=(Node(RULE, "rule", "new"), Node(arn("lambda", "function:ship"), "function", "ship")),
    edges=(
        Edge(RULE, TARGET_DLQ.arn, "dead-letters", detail=(("target", "t1"),)),
        Edge(arn("lambda", "function:ship"), TARGET_DLQ.arn, "on-failure", detail=(("mapping", "m1"),)),
        Edge(arn("lambda", "function:ship"), arn("sns", "topic"), "on-failure"),
    ),
)
DENIED = Fault(
    "permission",
    "no permission: events:ListRules",
    "allow events:ListRules",
    source="events:ListRules",
    context="dev/r",
)


def context(
    *queues: Queue,
    depths: Mapping[str, Feed[Depth]] | None = None,
    alarms: tuple[Alarm, ...] = (),
    flow: Flow | None = None,
    metrics: Mapping[MetricQuery, Feed[Series]] | None = None,
    faults: tuple[Fault, ...] = (),
    name: str = "dev/eu-central-1",
) -> ContextSnapshot:
    return ContextSnapshot(
        Context(name, REGION, profile="dev"),
        identity=Feed(Identity(ACCOUNT, arn("iam", "user/me")), NOW),
        queues=Feed(queues, NOW),
        depths={one.arn: depth() for one in queues} if depths is None else depths,
        alarms=Feed(alarms, NOW),
        flow=Feed(flow or Flow(), NOW),
        series=metrics or {},
        faults=faults,
    )


def snapshot(*contexts: ContextSnapshot) -> Snapshot:
    usage = Usage(calls=(("sqs:ListQueues", 1),), throttled=2, estimated_usd=0.000004)
    return Snapshot(taken_at=NOW, contexts=contexts, usage=usage)


def troubled() -> Snapshot:
    """Dead letters, a firing alarm, a queue that nobody could read, and a list that was denied."""
    return snapshot(
        context(
            ORDERS_DLQ,
            ORDERS,
            PLAIN,
            TARGET_DLQ,
            depths={ORDERS_DLQ.arn: depth(2, 1), ORDERS.arn: depth(7, 2, 1), TARGET_DLQ.arn: depth()},
            alarms=(ALARM, QUIET),
            flow=FLOW,
            metrics=dict([series(catalogue.oldest("orders"), [60.0, 120.0])]),
            faults=(DENIED,),
        )
    )


def calm() -> Snapshot:
    """Nothing needs attention: idle queues, an alarm without data and one that is muted."""
    return snapshot(context(ORDERS, ORDERS_DLQ, PLAIN, alarms=(QUIET, MUTED)))


def unreadable() -> Snapshot:
    """Not one source could be read."""
    denied = Fault("credentials", "the login has expired", "run `aws sso login`", source="sqs:ListQueues")
    gone: ContextSnapshot = ContextSnapshot(
        Context("dev/r", REGION),
        queues=Feed(fault=denied),
        alarms=Feed(fault=denied),
        flow=Feed(fault=denied),
        faults=(denied,),
    )
    return snapshot(gone)
