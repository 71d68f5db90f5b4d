"""The JSON that scripts rely on, made of snapshots."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from evwatch.cli import documents
from evwatch.model import catalogue
from evwatch.model.choice import Choice
from tests.cli import snapshots as s

EVERYTHING = Choice()


def by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows}


def test_status_has_every_key_of_the_contract_with_its_type() -> None:
    document = documents.status(s.troubled(), EVERYTHING)
    assert document["taken_at"] == "2026-11-21T03:12:40.250Z"
    assert document["contexts"] == [
        {
            "name": "dev/eu-central-1",
            "account": s.ACCOUNT,
            "region": s.REGION,
            "profile": "dev",
            "endpoint_url": None,
        }
    ]
    assert document["api"] == {"calls": {"sqs:ListQueues": 1}, "throttled": 2, "estimated_usd": 0.000004}
    assert document["faults"] == [
        {
            "source": "events:ListRules",
            "context": "dev/r",
            "code": "permission",
            "message": "no permission: events:ListRules",
            "hint": "allow events:ListRules",
        }
    ]
    orders = by_name(document["queues"])["orders"]
    assert (
        orders.items()
        >= {
            "arn": s.ORDERS.arn,
            "url": s.ORDERS.url,
            "account": s.ACCOUNT,
            "region": s.REGION,
            "fifo": False,
            "visible": 7,
            "in_flight": 2,
            "delayed": 1,
            "oldest_age_seconds": 120.0,
            "retention_seconds": 345_600,
            "visibility_timeout_seconds": 30,
            "max_receive_count": 3,
            "dlq_arn": s.ORDERS_DLQ.arn,
            "is_dlq": False,
            "source_arns": [],
            "health": "ok",
            "reasons": [],
        }.items()
    )
    alarm = by_name(document["alarms"])["OrderEventsDLQMessages"]
    assert (
        alarm.items()
        >= {
            "id": s.ALARM.id,
            "arn": s.ALARM.arn,
            "type": "metric",
            "state": "ALARM",
            "since": "2026-11-21T03:07:40.250Z",
            "reason": s.ALARM.reason,
            "description": "",
            "actions_enabled": True,
            "muted": False,
            "resource_arns": [s.ORDERS_DLQ.arn],
            "threshold": 1.0,
            "comparison": "GreaterThanThreshold",
        }.items()
    )
    assert alarm["metric"] == {
        "namespace": "AWS/SQS",
        "name": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": "order-events-dlq"},
        "statistic": "Sum",
        "period_seconds": 300,
    }
    local = by_name(document["alarms"])["slow"]
    assert (local["arn"], local["since"], local["metric"], local["threshold"]) == (None, None, None, None)
    json.dumps(document)


def test_a_dlq_is_known_by_what_points_to_it_and_is_critical_when_it_holds_anything() -> None:
    queues = by_name(documents.status(s.troubled(), EVERYTHING)["queues"])
    dead = queues["order-events-dlq"]
    assert (dead["is_dlq"], dead["source_arns"]) == (True, [s.ORDERS.arn])
    assert dead["health"] == "critical"
    assert dead["reasons"] == ["alarm OrderEventsDLQMessages fires", "3 dead letters"]
    assert queues["target-dlq"]["source_arns"] == sorted([s.RULE, s.arn("lambda", "function:ship")])


def test_what_was_not_read_is_null_and_unknown_never_zero() -> None:
    plain = by_name(documents.status(s.troubled(), EVERYTHING)["queues"])["plain.fifo"]
    assert (plain["visible"], plain["in_flight"], plain["delayed"], plain["health"]) == (None, None, None, "unknown")


def test_an_age_that_is_old_or_of_an_empty_queue_is_not_told() -> None:
    oldest = catalogue.oldest("orders")
    stale = dict([s.series(oldest, [300.0], s.NOW - timedelta(minutes=20))])
    fresh = dict([s.series(oldest, [300.0])])
    for metrics, held, told in ((stale, 1, None), (fresh, 0, None), (fresh, 1, 300.0)):
        given = s.snapshot(s.context(s.ORDERS, depths={s.ORDERS.arn: s.depth(held)}, metrics=metrics))
        assert documents.status(given, EVERYTHING)["queues"][0]["oldest_age_seconds"] == told


def test_filters_and_tags_hide_after_relations_and_health_are_known() -> None:
    only_dlqs = documents.status(s.troubled(), Choice(filters=("*-dlq",)))
    assert [row["name"] for row in only_dlqs["queues"]] == ["order-events-dlq", "target-dlq"]
    assert only_dlqs["queues"][0]["source_arns"] == [s.ORDERS.arn]
    assert [row["name"] for row in only_dlqs["alarms"]] == ["OrderEventsDLQMessages"], "by the queue it is about"
    tagged = documents.status(s.troubled(), Choice(tags=(("team", "other"), ("live", None))))
    assert [row["name"] for row in tagged["queues"]] == ["plain.fifo"]
    assert tagged["alarms"] == []
    assert documents.status(s.troubled(), Choice(filters=("ORDERS",)))["queues"] == [], "case counts, as for AWS"


def test_a_relation_goes_over_contexts() -> None:
    given = s.snapshot(s.context(s.ORDERS_DLQ, name="one"), s.context(s.ORDERS, name="two"))
    assert by_name(documents.status(given, EVERYTHING)["queues"])["order-events-dlq"]["is_dlq"]


def test_dlq_list_tells_kinds_of_sources_and_leaves_out_other_queues() -> None:
    rows = documents.dlqs(s.troubled(), EVERYTHING)
    assert [row["name"] for row in rows] == ["order-events-dlq", "target-dlq"]
    assert (
        rows[0].items()
        >= {
            "arn": s.ORDERS_DLQ.arn,
            "url": s.ORDERS_DLQ.url,
            "account": s.ACCOUNT,
            "region": s.REGION,
            "fifo": False,
            "visible": 2,
            "in_flight": 1,
            "delayed": 0,
            "retention_seconds": 1_209_600,
            "oldest_age_seconds": None,
        }.items()
    )
    assert rows[1]["sources"] == [
        {"arn": s.RULE, "kind": "rule"},
        {"arn": s.arn("lambda", "function:ship"), "kind": "event-source-mapping"},
    ]


def test_attention_is_what_is_critical_or_warns_worst_first() -> None:
    rising = {
        **dict([s.series(catalogue.visible("plain.fifo"), [5.0] * 30)]),
        **dict([s.series(catalogue.sent("plain.fifo"), [60.0] * 30)]),
        **dict([s.series(catalogue.received("plain.fifo"), [10.0] * 30)]),
        **dict([s.series(catalogue.deleted("plain.fifo"), [10.0] * 30)]),
    }
    given = s.snapshot(
        s.context(
            s.PLAIN,
            s.ORDERS,
            s.ORDERS_DLQ,
            depths={s.PLAIN.arn: s.depth(900), s.ORDERS.arn: s.depth(), s.ORDERS_DLQ.arn: s.depth(0, 1)},
            alarms=(s.ALARM, s.QUIET, s.MUTED),
            metrics=rising,
        )
    )
    found = documents.attention(documents.status(given, EVERYTHING))
    assert [(row["health"], row["kind"], row["name"]) for row in found] == [
        ("critical", "alarm", "OrderEventsDLQMessages"),
        ("critical", "dlq", "order-events-dlq"),
        ("warn", "queue", "plain.fifo"),
    ]
    assert found[2]["reasons"] == ["grows 50 a minute"]


def test_an_account_that_was_not_told_is_taken_from_an_arn_or_left_null() -> None:
    nameless = replace(s.context(s.ORDERS), identity=s.unreadable().contexts[0].identity)
    assert documents.status(s.snapshot(nameless), EVERYTHING)["contexts"][0]["account"] == s.ACCOUNT
    assert documents.status(s.unreadable(), EVERYTHING)["contexts"][0]["account"] is None
