"""Hand-made snapshots of an order system: well, in trouble, stale, denied, hostile, and very large."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from evwatch.model import catalogue
from evwatch.model.alarm import Alarm, AlarmMetric, AlarmState, AlarmType, by_urgency
from evwatch.model.context import Context, Identity
from evwatch.model.fault import Fault
from evwatch.model.feed import Feed
from evwatch.model.flow import Edge, Flow, Node, NodeKind
from evwatch.model.metric import Metric, MetricQuery, Series
from evwatch.model.queue import Depth, Queue
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.model.usage import Usage
from evwatch.model.window import DEFAULT_WINDOW, Window

ACCOUNT = "123456789012"
REGION = "eu-central-1"
NOW = datetime(2026, 10, 7, 3, 12, 40, tzinfo=UTC)
CONTEXT = Context("orders/eu-central-1", REGION, profile="orders")
_DAY = 86_400


def arn(service: str, resource: str) -> str:
    """An ARN of the test's account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def queue(name: str, *, dlq: str | None = None, retention: int = 4 * _DAY, **more: Any) -> Queue:
    """A queue by name."""
    made = Queue(
        arn("sqs", name),
        f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}",
        name,
        ACCOUNT,
        REGION,
        name.endswith(".fifo"),
        retention_seconds=retention,
        visibility_timeout_seconds=30,
        delay_seconds=0,
        max_receive_count=3 if dlq else None,
        dlq_arn=arn("sqs", dlq) if dlq else None,
    )
    return replace(made, **more)


def depth(visible: int, in_flight: int = 0, delayed: int = 0, *, at: datetime = NOW, ago: float = 2) -> Feed[Depth]:
    """A depth read some seconds ago."""
    taken = at - timedelta(seconds=ago)
    return Feed(Depth(visible, in_flight, delayed, taken), taken)


def series(
    query: MetricQuery, values: Iterable[float | None], *, at: datetime = NOW, window: Window = DEFAULT_WINDOW
) -> Feed[Series]:
    """One value a period up to now; None is a missing datapoint."""
    period = window.period_seconds
    end = at.timestamp() // period * period + period
    length = window.length.total_seconds()
    listed = list(values)
    start = end - len(listed) * period
    points = [(start + index * period, value) for index, value in enumerate(listed) if value is not None]
    made = Series(
        query, period, end - length, end, tuple(t for t, _ in points), tuple(float(v) for _, v in points), taken_at=at
    )
    return Feed(made, at - timedelta(seconds=31))


def row_series(
    name: str, visible: Iterable[float | None], oldest: float, rates: tuple[float, float, float]
) -> dict[MetricQuery, Feed[Series]]:
    """What a queue's row needs; `rates` are sent, received and deleted a minute."""
    listed = list(visible)
    found = {
        catalogue.visible(name): series(catalogue.visible(name), listed),
        catalogue.oldest(name): series(catalogue.oldest(name), [oldest] * len(listed)),
    }
    for query, rate in zip((catalogue.sent, catalogue.received, catalogue.deleted), rates, strict=True):
        found[query(name)] = series(query(name), [rate] * len(listed))
    return found


def alarm(
    name: str,
    state: AlarmState,
    *,
    kind: AlarmType = "metric",
    since: float = 1_860,
    metric: AlarmMetric | None = None,
    threshold: float | None = None,
    about: tuple[str, ...] = (),
    reason: str = "",
    muted: bool = False,
    description: str = "",
) -> Alarm:
    """An alarm whose state changed `since` seconds ago."""
    full = arn("cloudwatch", f"alarm:{name}")
    return Alarm(
        full,
        name,
        kind,
        state,
        ACCOUNT,
        REGION,
        arn=full,
        since=NOW - timedelta(seconds=since),
        reason=reason,
        description=description,
        muted=muted,
        resource_arns=about,
        metric=metric,
        threshold=threshold,
        comparison="GreaterThanThreshold" if threshold is not None else None,
        evaluation_periods=1 if threshold is not None else None,
        datapoints_to_alarm=1 if threshold is not None else None,
        action_arns=(arn("sns", "alerting"),),
    )


def wave(top: float, points: int = 180, *, rising: bool = False) -> list[float | None]:
    """A curve that looks like traffic."""
    if rising:
        return [round(top * (index / points) ** 3) for index in range(points)]
    return [round(top * (0.55 + 0.45 * math.sin(index / 17))) for index in range(points)]


DLQ_METRIC = AlarmMetric(catalogue.visible("order-events-dlq").metric, "Sum", 300)
LATENCY = AlarmMetric(Metric.of("AWS/Lambda", "Duration", {"FunctionName": "process-order"}), "Average", 300)

QUEUES = (
    queue("alerting-mail"),
    queue("audit-copy", dlq="audit-copy-dlq"),
    queue("audit-copy-dlq", retention=14 * _DAY),
    queue("notifications", dlq="notifications-dlq"),
    queue("notifications-dlq", retention=14 * _DAY),
    queue("offboarding-dlq.fifo", retention=14 * _DAY),
    queue("offboarding.fifo", dlq="offboarding-dlq.fifo"),
    queue("order-events-dlq", retention=14 * _DAY),
    queue("order-events-queue", dlq="order-events-dlq", retention=14 * _DAY, tags=(("team", "orders"), ("env", "prd"))),
    queue("payments-ledger", dlq="payments-ledger-dlq"),
    queue("payments-ledger-dlq", retention=14 * _DAY),
    queue("stream-failures"),
)


def _flow() -> Flow:
    names: tuple[tuple[str, NodeKind, str], ...] = (
        (arn("events", "event-bus/orders"), "event-bus", "orders"),
        (arn("events", "rule/orders/order-created"), "rule", "order-created"),
        (arn("events", "rule/orders/order-updated"), "rule", "order-updated"),
        (arn("lambda", "function:process-order"), "function", "process-order"),
        (arn("lambda", "function:offboard"), "function", "offboard"),
        (arn("dynamodb", "table/orders"), "table", "orders"),
    )
    nodes = [Node(each, kind, name, ACCOUNT, REGION) for each, kind, name in names]
    nodes += [Node(each.arn, "queue", each.name, ACCOUNT, REGION) for each in QUEUES]
    orders, created, updated, process, offboard, table = (each for each, _, _ in names)
    main = arn("sqs", "order-events-queue")
    edges = [
        Edge(orders, created, "routes"),
        Edge(orders, updated, "routes"),
        Edge(created, main, "targets"),
        Edge(updated, main, "targets", enabled=False),
        Edge(main, process, "consumes"),
        Edge(process, table, "calls"),
        Edge(arn("sqs", "offboarding.fifo"), offboard, "consumes"),
    ]
    edges += [Edge(each.arn, each.dlq_arn, "dead-letters") for each in QUEUES if each.dlq_arn]
    return Flow(tuple(nodes), tuple(edges))


FLOW = _flow()

_WELL_ALARMS = (
    alarm(
        "OrderEventsDLQMessages",
        "OK",
        since=90_000,
        metric=DLQ_METRIC,
        threshold=1,
        about=(arn("sqs", "order-events-dlq"),),
    ),
    alarm("OrderProcessingLatency", "OK", since=7_300, metric=LATENCY, threshold=1000),
    alarm("OrderSystem", "OK", kind="composite", since=7_300),
    alarm("LedgerLag", "INSUFFICIENT_DATA", since=400_000),
)
_BAD_ALARMS = (
    alarm(
        "OrderEventsDLQMessages",
        "ALARM",
        since=1_872,
        metric=DLQ_METRIC,
        threshold=1,
        about=(arn("sqs", "order-events-dlq"),),
        reason="Threshold Crossed: 1 out of the last 1 datapoints [12.0 (07/10/26 02:36:00)] was greater than the "
        "threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
        description="Dead letters of the order events. Runbook: https://wiki.example.com/runbooks/orders",
    ),
    alarm(
        "OrderProcessingLatency",
        "ALARM",
        since=312,
        metric=LATENCY,
        threshold=1000,
        about=(arn("lambda", "function:process-order"),),
        reason="Threshold Crossed: 3 out of the last 3 datapoints [1840.0 (07/10/26 03:05:00), 1410.0 (07/10/26 "
        "03:00:00), 1130.0 (07/10/26 02:55:00)] were greater than the threshold (1000.0) (minimum 3 datapoints for "
        "OK -> ALARM transition).",
    ),
    alarm(
        "OrderSystem",
        "ALARM",
        kind="composite",
        since=312,
        reason="arn:aws:cloudwatch OrderProcessingLatency "
        "transitioned to ALARM at Wednesday 07 October, 2026 03:07:28 UTC",
    ),
    alarm(
        "PaymentsDepth",
        "OK",
        since=50_000,
        metric=AlarmMetric(catalogue.visible("payments-ledger").metric, "Maximum", 60),
        threshold=5000,
    ),
    alarm("LedgerLag", "INSUFFICIENT_DATA", since=400_000),
    alarm("local: *-dlq oldest_age_seconds > 60", "OK", kind="local", since=3_600),
)


def context_snapshot(
    depths: Mapping[str, Feed[Depth]],
    alarms: Iterable[Alarm],
    rows: Mapping[MetricQuery, Feed[Series]],
    *,
    context: Context = CONTEXT,
    ago: float = 4,
    faults: tuple[Fault, ...] = (),
    chart: Mapping[MetricQuery, Feed[Series]] | None = None,
) -> ContextSnapshot:
    """One context, read `ago` seconds ago."""
    taken = NOW - timedelta(seconds=ago)
    return ContextSnapshot(
        context,
        identity=Feed(Identity(ACCOUNT, arn("sts", "assumed-role/oncall/me")), taken),
        queues=Feed(QUEUES, NOW - timedelta(seconds=95)),
        depths={arn("sqs", name): feed for name, feed in depths.items()},
        alarms=Feed(tuple(sorted(alarms, key=by_urgency)), taken),
        flow=Feed(FLOW, NOW - timedelta(seconds=134)),
        series=rows,
        chart=chart or {},
        faults=faults,
        sources=14,
        histories={arn("sqs", "order-events-dlq"): ((NOW.timestamp() - 300, 5), (NOW.timestamp() - 2, 14))},
    )


def snapshot(*contexts: ContextSnapshot, paused: bool = False) -> Snapshot:
    """All of it, taken now."""
    usage = Usage(calls=(("sqs:GetQueueAttributes", 412),), calls_per_minute=142, usd_per_hour=0.034)
    return Snapshot(NOW, contexts, usage, paused)


def well() -> Snapshot:
    """Nothing is wrong."""
    depths = {each.name: depth(0) for each in QUEUES}
    depths["order-events-queue"] = depth(3, 4)
    rows = row_series("order-events-queue", wave(12), 2, (118, 120, 119))
    return snapshot(context_snapshot(depths, _WELL_ALARMS, rows))


def trouble(*, faults: tuple[Fault, ...] = ()) -> Snapshot:
    """A slow consumer, a full DLQ, alarms that fire."""
    depths = {each.name: depth(0) for each in QUEUES}
    depths["order-events-queue"] = depth(1_284, 40)
    depths["order-events-dlq"] = depth(14)
    depths["offboarding.fifo"] = depth(31, 2)
    depths["offboarding-dlq.fifo"] = depth(3)
    depths["payments-ledger"] = depth(12_480, 120, 5)
    depths["notifications"] = depth(6, 1, ago=48)
    rows = {
        **row_series("order-events-queue", wave(1_284, rising=True), 734, (160, 121, 120)),
        **row_series("order-events-dlq", [0] * 140 + [min(14, index) for index in range(40)], 1_900, (0, 0, 0)),
        **row_series("offboarding.fifo", [0] * 165 + [31] * 15, 900, (0, 0, 0)),
        **row_series("payments-ledger", wave(20_000), 190, (1_200, 2_010, 2_004)),
        **row_series("notifications", wave(9), 3, (30, 30, 30)),
    }
    latency = MetricQuery(LATENCY.metric, LATENCY.statistic, "")
    rows[latency] = series(latency, [300 + 10 * (index % 7) for index in range(150)] + [1_500] * 30)
    dlq = MetricQuery(DLQ_METRIC.metric, DLQ_METRIC.statistic, "")
    rows[dlq] = series(dlq, [0] * 140 + [min(14, index) for index in range(40)])
    return snapshot(context_snapshot(depths, _BAD_ALARMS, rows, faults=faults))


def charted(base: Snapshot, queries: Iterable[MetricQuery], window: Window = DEFAULT_WINDOW) -> Snapshot:
    """The same, with data for the chart: a rise with a hole in it."""
    points = min(360, int(window.length.total_seconds() // window.period_seconds))
    found: dict[MetricQuery, Feed[Series]] = {}
    for number, query in enumerate(queries):
        values: list[float | None] = list(wave(1_284 / (3 * number + 1), points, rising=True))
        values[points // 3 : points // 3 + points // 9] = [None] * (points // 9)
        found[query] = series(query, values, window=window)
    first, *rest = base.contexts
    return replace(base, contexts=(replace(first, chart=found), *rest))


def many_contexts() -> Snapshot:
    """Production and a demo beside each other."""
    first = trouble().contexts[0]
    production = replace(first, context=Context("prd/eu-central-1", REGION, profile="prd", production=True))
    other = Context("eng/us-east-1", "us-east-1", profile="eng", endpoint_url="http://127.0.0.1:4566")
    return snapshot(production, replace(well().contexts[0], context=other))


def no_credentials() -> Snapshot:
    """The login has expired."""
    return blocked(
        Fault(
            "credentials",
            "The SSO session of profile orders has expired.",
            "Run `aws sso login --profile orders` in another terminal; evwatch goes on by itself.",
            "sts:GetCallerIdentity",
            "orders/eu-central-1",
        )
    )


def denied() -> Snapshot:
    """All is well as far as can be seen."""
    first = well().contexts[0]
    return snapshot(replace(first, faults=DENIED))


def nothing() -> Snapshot:
    """Before the first answer."""
    return snapshot(ContextSnapshot(CONTEXT))


DENIED = (
    Fault("permission", "no permission: events:ListRules", "allow events:ListRules", "events:ListRules"),
    Fault("permission", "no permission: sns:ListTopics", "allow sns:ListTopics", "sns:ListTopics"),
    Fault("permission", "no permission: pipes:ListPipes", "allow pipes:ListPipes", "pipes:ListPipes"),
)


def blocked(fault: Fault) -> Snapshot:
    """Nothing could be read."""
    return snapshot(ContextSnapshot(CONTEXT, identity=Feed(fault=fault), faults=(fault,), sources=1))


def large(queues: int, *, at: datetime = NOW, read: int | None = None) -> Snapshot:
    """An account with very many queues, all of them read unless said otherwise."""
    listed = tuple(
        queue(f"service-{number:04d}-events", dlq=f"service-{number:04d}-events-dlq" if number % 2 else None)
        for number in range(queues)
    )
    depths = {each.arn: depth(number % 97, number % 3) for number, each in enumerate(listed[:read])}
    return replace(
        snapshot(
            ContextSnapshot(
                CONTEXT,
                identity=Feed(Identity(ACCOUNT, "arn"), at),
                queues=Feed(listed, at),
                depths=depths,
                alarms=Feed((), at),
                flow=Feed(Flow(), at),
                sources=14,
            )
        ),
        taken_at=at,
    )
