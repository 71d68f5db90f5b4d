"""A frozen demo holds something everywhere, of every origin, and it stays where it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evwatch.demo.system.queues import QUEUES
from tests.demo.conftest import Demo

DEPTHS = {
    "order-events-dlq": 12,
    "inventory-dlq": 4,
    "order-confirmation-dlq": 6,
    "send-confirmation-dlq": 6,
    "order-notifications-dlq": 5,
    "payment-consumers-dlq": 6,
    "offboarding-dlq.fifo": 5,
    "order-projection-failures": 2,
    "order-audit-failures": 2,
    "reconcile-payments-failures": 3,
    "schedules-dlq": 4,
    "audit-archive-dlq": 2,
    "order-events-queue": 12,
    "inventory-queue": 137,
    "order-notifications-queue": 6,
    "payment-ledger-queue": 3,
    "offboarding.fifo": 4,
    "audit-archive-queue": 2,
}


def test_what_is_in_it_stays(frozen: Demo) -> None:
    assert {queue.name for queue in QUEUES} == set(DEPTHS)
    for name, expected in DEPTHS.items():
        attributes = frozen.attributes(name)
        assert (name, attributes["ApproximateNumberOfMessages"]) == (name, str(expected))
        assert attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
        assert attributes["ApproximateNumberOfMessagesDelayed"] == "0"
    mappings = frozen.boto("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert {mapping["State"] for mapping in mappings} == {"Disabled"}


def test_nothing_expires_within_hours(frozen: Demo) -> None:
    for queue in QUEUES:
        for message in frozen.look(queue.name) if not queue.fifo else ():
            sent = int(message["Attributes"]["SentTimestamp"]) / 1000
            assert sent + queue.retention > frozen.began + 8 * 3600


def attributes_of(message: dict[str, Any]) -> set[str]:
    return set(message.get("MessageAttributes", ()))


@pytest.mark.parametrize(
    ("dlq", "expected"),
    [
        (
            "order-confirmation-dlq",
            {"RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "RETRY_ATTEMPTS", "EXHAUSTED_RETRY_CONDITION"},
        ),
        (
            "schedules-dlq",
            {
                "ERROR_CODE",
                "ERROR_MESSAGE",
                "EXECUTION_ID",
                "EXHAUSTED_RETRY_CONDITION",
                "IS_PAYLOAD_TRUNCATED",
                "RETRY_ATTEMPTS",
                "SCHEDULED_TIME",
                "SCHEDULE_ARN",
                "TARGET_ARN",
            },
        ),
        ("send-confirmation-dlq", {"RequestID", "ErrorCode", "ErrorMessage"}),
    ],
)
def test_who_gave_up_says_so_in_attributes(frozen: Demo, dlq: str, expected: set[str]) -> None:
    messages = frozen.look(dlq)
    assert set.union(*map(attributes_of, messages)) == expected
    errors = {message["MessageAttributes"].get("ERROR_CODE", {}).get("StringValue") for message in messages}
    if dlq == "send-confirmation-dlq":
        errors = {message["MessageAttributes"]["ErrorMessage"]["StringValue"][-20:] for message in messages}
        assert {message["MessageAttributes"]["ErrorCode"]["DataType"] for message in messages} == {"Number"}
    assert len(errors) > 1
    permanent = [
        m for m in messages if m["MessageAttributes"].get("ERROR_CODE", {}).get("StringValue") == "NO_PERMISSIONS"
    ]
    assert all("EXHAUSTED_RETRY_CONDITION" not in attributes_of(message) for message in permanent)


def test_a_redrive_policy_leaves_its_source_and_the_receives(frozen: Demo) -> None:
    for dlq, source, receives in (
        ("order-events-dlq", {"order-events-queue"}, 3),
        ("inventory-dlq", {"inventory-queue"}, 5),
        ("offboarding-dlq.fifo", {"offboarding.fifo"}, 2),
    ):
        messages = frozen.look(dlq)
        assert len(messages) == DEPTHS[dlq]
        assert {m["Attributes"]["DeadLetterQueueSourceArn"].rpartition(":")[2] for m in messages} == source
        assert all(int(m["Attributes"]["ApproximateReceiveCount"]) > receives for m in messages)
    mixed = [
        m["Attributes"].get("DeadLetterQueueSourceArn", "").rpartition(":")[2]
        for m in frozen.look("payment-consumers-dlq")
    ]
    assert sorted(mixed) == ["", *["order-notifications-queue"] * 3, *["payment-ledger-queue"] * 2]


def test_streams_and_destinations_say_so_in_the_body(frozen: Demo) -> None:
    for dlq, batch, context in (
        ("order-projection-failures", "DDBStreamBatchInfo", "requestContext"),
        ("order-audit-failures", "KinesisBatchInfo", "requestContext"),
        ("audit-archive-dlq", "KinesisBatchInfo", "context"),
    ):
        for message in frozen.look(dlq):
            body = json.loads(message["Body"])
            assert body[batch]["batchSize"] > 0
            assert body[context]["condition"] == "RetryAttemptsExhausted"
    causes = set()
    for message in frozen.look("reconcile-payments-failures"):
        body = json.loads(message["Body"])
        assert body["requestContext"]["condition"] == "RetriesExhausted"
        assert body["requestPayload"]["detail-type"] == "Scheduled Event"
        causes.add(body["responsePayload"]["errorType"])
    assert causes == {"LedgerMismatch", "ReadTimeout"}


def test_a_subscription_leaves_envelopes_and_raw_bodies(frozen: Demo) -> None:
    bodies = [json.loads(message["Body"]) for message in frozen.look("order-notifications-dlq")]
    enveloped = [body for body in bodies if body.get("Type") == "Notification"]
    assert len(enveloped) == 3
    for body in enveloped:
        assert ":order-notifications:" in body["UnsubscribeURL"]
        assert json.loads(body["Message"])["detail-type"] == "PaymentProcessed"
    assert sum(body.get("detail-type") == "PaymentProcessed" for body in bodies) == 2


def test_alarms_are_in_fixed_states_with_a_past(frozen: Demo) -> None:
    cloudwatch = frozen.boto("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    alarms = {alarm["AlarmName"]: alarm for alarm in (*found["MetricAlarms"], *found["CompositeAlarms"])}
    assert {name: alarm["StateValue"] for name, alarm in alarms.items()} == {
        "OrderEventsDLQMessages": "ALARM",
        "OrderProcessingLatency": "OK",
        "OrderPipelineUnhealthy": "ALARM",
    }
    since = alarms["OrderEventsDLQMessages"]["StateUpdatedTimestamp"].timestamp()
    assert frozen.began - since == pytest.approx(5 * 3600 - 120, abs=30)
    history = cloudwatch.describe_alarm_history(AlarmName="OrderProcessingLatency", MaxRecords=100)["AlarmHistoryItems"]
    summaries = [item["HistorySummary"] for item in history]
    assert "Alarm updated from OK to ALARM" in summaries
    times = [item["Timestamp"] for item in history]
    assert times == sorted(times, reverse=True)


def test_three_hours_of_metrics_are_there(frozen: Demo) -> None:
    end = datetime.fromtimestamp(frozen.began // 60 * 60, UTC)
    asked: list[tuple[str, str, dict[str, str], str]] = [
        ("AWS/SQS", name, {"QueueName": queue}, "Maximum")
        for queue in ("order-events-queue", "order-events-dlq", "inventory-queue", "offboarding.fifo")
        for name in ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent")
    ]
    asked += [
        ("AWS/Lambda", "Duration", {"FunctionName": "process-order"}, "p99"),
        ("AWS/Lambda", "Invocations", {"FunctionName": "process-order"}, "Sum"),
        ("AWS/Events", "TriggeredRules", {"EventBusName": "orders", "RuleName": "order-created"}, "Sum"),
        ("AWS/SNS", "NumberOfMessagesPublished", {"TopicName": "order-notifications"}, "Sum"),
        ("OrderService", "OrdersPlaced", {"Channel": "web"}, "Sum"),
        ("OrderService", "PaymentLatency", {"Provider": "stripe"}, "Average"),
    ]
    queries = [
        {
            "Id": f"q{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": namespace,
                    "MetricName": name,
                    "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                },
                "Period": 60,
                "Stat": statistic,
            },
        }
        for number, (namespace, name, dimensions, statistic) in enumerate(asked)
    ]
    results = frozen.boto("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=end - timedelta(hours=3), EndTime=end
    )["MetricDataResults"]
    for series, result in zip(asked, results, strict=True):
        assert (series, len(result["Values"])) == (series, 180)
    ends = {
        series[1:2] + tuple(series[2].values()): result["Values"][-1]
        for series, result in zip(asked, results, strict=True)
    }
    assert ends["ApproximateNumberOfMessagesVisible", "inventory-queue"] == DEPTHS["inventory-queue"]
    assert ends["ApproximateNumberOfMessagesVisible", "order-events-dlq"] == DEPTHS["order-events-dlq"]
    assert ends["ApproximateAgeOfOldestMessage", "order-events-dlq"] == pytest.approx(5 * 3600, abs=120)
