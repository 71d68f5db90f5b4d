"""DLQs that do not keep what they are for, or that nobody watches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.findings.making import DAY, alarm, dlq_of, edge, evidence, node, queue, told, watches


@pytest.mark.parametrize(("source", "dlq", "found"), [(4, 4, True), (14, 4, True), (4, 5, False), (4, 14, False)])
def test_a_dlq_must_keep_longer_than_its_source(source: int, dlq: int, found: bool) -> None:
    of = evidence(
        queues=[
            dlq_of("orders", "orders-dlq", retention_seconds=source * DAY),
            queue("orders-dlq", retention_seconds=dlq * DAY),
        ]
    )
    assert bool(told("dlq-retention-too-short", of)) == found


def test_in_a_fifo_dlq_time_begins_anew_so_its_retention_may_be_shorter() -> None:
    of = evidence(queues=[dlq_of("orders.fifo", "dead.fifo", retention_seconds=14 * DAY), queue("dead.fifo")])
    assert told("dlq-retention-too-short", of) == []


def test_a_queue_whose_attributes_were_not_read_is_not_judged() -> None:
    of = evidence(queues=[dlq_of("orders", "orders-dlq"), queue("orders-dlq", retention_seconds=None)])
    assert told("dlq-retention-too-short", of) == []


def test_a_dlq_with_a_dlq() -> None:
    of = evidence(queues=[dlq_of("orders", "orders-dlq"), dlq_of("orders-dlq", "graveyard"), queue("graveyard")])
    assert told("dlq-of-dlq", of) == [
        "DLQ orders-dlq has a DLQ of its own (graveyard); looking at its messages can move them on"
    ]


def test_a_dlq_that_no_alarm_watches() -> None:
    queues = [dlq_of("orders", "orders-dlq"), queue("orders-dlq")]
    unwatched = ["no alarm watches DLQ orders-dlq; nobody is told when it fills"]
    assert told("dlq-without-alarm", evidence(queues=queues)) == unwatched
    assert told("dlq-without-alarm", evidence(queues=queues, alarms=[alarm("a", watches("orders"))])) == unwatched
    assert told("dlq-without-alarm", evidence(queues=queues, alarms=[alarm("a", watches("orders-dlq"))])) == []
    assert told("dlq-without-alarm", evidence(queues=queues, alarms=None)) == []


def test_alarms_that_pick_their_queues_by_a_query_may_watch_any_of_them() -> None:
    queues = [dlq_of("orders", "orders-dlq"), queue("orders-dlq")]
    query = 'SELECT MAX(ApproximateNumberOfMessagesVisible) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY QueueName'
    assert told("dlq-without-alarm", evidence(queues=queues, alarms=[alarm("any", expression=query)])) == []
    other = query.replace("SQS", "Lambda")
    assert len(told("dlq-without-alarm", evidence(queues=queues, alarms=[alarm("any", expression=other)]))) == 1


def test_maths_and_anomaly_bands_watch_the_metrics_that_they_are_made_of() -> None:
    queues = [dlq_of("orders", "orders-dlq"), queue("orders-dlq")]
    band = alarm("odd", watches("orders-dlq"), expression="ANOMALY_DETECTION_BAND(m1, 2)")
    assert told("dlq-without-alarm", evidence(queues=queues, alarms=[band])) == []
    whole = alarm("any", type="composite", expression='ALARM("odd")')
    assert told("dlq-without-alarm", evidence(queues=queues, alarms=[whole, replace(band, action_arns=())])) == []


def test_a_threshold_of_the_settings_is_no_alarm_that_somebody_is_told_of() -> None:
    queues = [dlq_of("orders", "orders-dlq"), queue("orders-dlq")]
    local = alarm("mine", watches("orders-dlq"), type="local")
    assert len(told("dlq-without-alarm", evidence(queues=queues, alarms=[local]))) == 1


def test_a_dlq_of_a_rule_wants_to_be_watched_too() -> None:
    link = edge("rule paid", "dead-letters", "queue lost", target="t1")
    assert len(told("dlq-without-alarm", evidence([node("rule", "paid")], [link], [queue("lost")]))) == 1


def test_what_a_redrive_policy_moves_in_is_not_counted_as_sent() -> None:
    queues = [dlq_of("orders", "orders-dlq"), queue("orders-dlq")]
    sent = alarm("sent", watches("orders-dlq", "NumberOfMessagesSent"))
    seen = alarm("seen", watches("orders-dlq"))
    assert len(told("dlq-alarm-on-sent", evidence(queues=queues, alarms=[sent]))) == 1
    assert told("dlq-alarm-on-sent", evidence(queues=queues, alarms=[sent, seen])) == []
    assert told("dlq-alarm-on-sent", evidence(queues=queues, alarms=[seen])) == []
