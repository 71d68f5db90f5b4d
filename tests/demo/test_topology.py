"""The order system is there as it was promised, read back over the ordinary API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.demo.conftest import Demo

REGION, ACCOUNT = "eu-central-1", "424242424242"
DAY = 86_400


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@pytest.mark.parametrize(
    ("queue", "visibility", "retention", "receives", "dlq"),
    [
        ("order-events-queue", 30, 14 * DAY, 3, "order-events-dlq"),
        ("offboarding.fifo", 930, 4 * DAY, 2, "offboarding-dlq.fifo"),
        ("inventory-queue", 30, 4 * DAY, 5, "inventory-dlq"),
    ],
)
def test_queues_and_their_dlqs(
    frozen: Demo, queue: str, visibility: int, retention: int, receives: int, dlq: str
) -> None:
    attributes = frozen.attributes(queue)
    assert int(attributes["VisibilityTimeout"]) == visibility
    assert int(attributes["MessageRetentionPeriod"]) == retention
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": arn("sqs", dlq),
        "maxReceiveCount": receives,
    }
    assert int(frozen.attributes(dlq)["MessageRetentionPeriod"]) == 14 * DAY
    assert frozen.boto("sqs").list_dead_letter_source_queues(QueueUrl=frozen.queue(dlq))["queueUrls"] == [
        frozen.queue(queue)
    ]


def test_everything_is_tagged(frozen: Demo) -> None:
    tagged = frozen.boto("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "service", "Values": ["orders"]}]
    )
    kinds = {mapping["ResourceARN"].split(":")[2] for mapping in tagged["ResourceTagMappingList"]}
    assert {"sqs", "sns", "lambda", "events", "dynamodb", "s3"} <= kinds


def rules(demo: Demo, bus: str) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
    events = demo.boto("events")
    return {
        rule["Name"]: (rule, events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"])
        for rule in events.list_rules(EventBusName=bus)["Rules"]
    }


def test_rules_of_the_bus(frozen: Demo) -> None:
    found = rules(frozen, "orders")
    assert set(found) == {
        "order-created",
        "order-changed",
        "order-confirmation",
        "payment-processed",
        "fulfil-partner-order",
    }
    detail_types = {kind for rule, _ in found.values() for kind in json.loads(rule["EventPattern"])["detail-type"]}
    assert detail_types == {"OrderCreated", "OrderUpdated", "OrderCancelled", "PaymentProcessed"}
    for name in ("order-created", "order-changed"):
        assert [target["Arn"] for target in found[name][1]] == [arn("sqs", "order-events-queue")]
    queue, function = found["order-confirmation"][1]
    assert "DeadLetterConfig" not in queue
    assert function["DeadLetterConfig"] == {"Arn": arn("sqs", "order-confirmation-dlq")}
    assert function["RetryPolicy"] == {"MaximumRetryAttempts": 4, "MaximumEventAgeInSeconds": 3600}
    assert found["payment-processed"][1][0]["Arn"] == arn("sns", "order-notifications")
    assert found["fulfil-partner-order"][1][0]["Arn"] == arn("states", "stateMachine:fulfil-order")


def test_rules_of_the_default_bus(frozen: Demo) -> None:
    found = rules(frozen, "default")
    rule, (target,) = found["offboarding-file-created"]
    pattern = json.loads(rule["EventPattern"])
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "source/"}]
    assert target["Arn"] == arn("sqs", "offboarding.fifo")
    assert target["SqsParameters"] == {"MessageGroupId": "offboarding"}
    rule, (target,) = found["reconcile-payments-nightly"]
    assert rule["ScheduleExpression"].startswith("cron(")
    assert target["Arn"] == arn("lambda", "function:reconcile-payments")


def test_who_listens_to_payments(frozen: Demo) -> None:
    sns = frozen.boto("sns")
    listed = sns.list_subscriptions_by_topic(TopicArn=arn("sns", "order-notifications"))["Subscriptions"]
    by_endpoint = {
        one["Endpoint"]: sns.get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])["Attributes"]
        for one in listed
    }
    assert arn("sqs", "order-notifications-queue") in by_endpoint
    filtered = by_endpoint[arn("lambda", "function:flag-declined-payment")]
    assert json.loads(filtered["FilterPolicy"]) == {"detail": {"status": ["declined"]}}
    own_dlq = by_endpoint[arn("lambda", "function:send-receipt")]
    assert json.loads(own_dlq["RedrivePolicy"]) == {"deadLetterTargetArn": arn("sqs", "order-notifications-dlq")}


def test_functions_and_what_feeds_them(frozen: Demo) -> None:
    lambda_ = frozen.boto("lambda")
    functions = {function["FunctionName"]: function for function in lambda_.list_functions()["Functions"]}
    assert functions["send-confirmation"]["DeadLetterConfig"] == {"TargetArn": arn("sqs", "send-confirmation-dlq")}
    mappings = {
        mapping["EventSourceArn"]: mapping for mapping in lambda_.list_event_source_mappings()["EventSourceMappings"]
    }
    assert mappings[arn("sqs", "order-events-queue")]["FunctionArn"] == arn("lambda", "function:process-order")
    assert mappings[arn("sqs", "offboarding.fifo")]["FunctionArn"] == arn("lambda", "function:offboard-customer")
    stream = frozen.boto("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    assert mappings[stream]["DestinationConfig"]["OnFailure"]["Destination"] == arn("sqs", "order-projection-failures")
    failures = lambda_.get_function_event_invoke_config(FunctionName="reconcile-payments")
    assert failures["DestinationConfig"]["OnFailure"]["Destination"] == arn("sqs", "reconcile-payments-failures")
    s3 = frozen.boto("s3")
    direct = s3.get_bucket_notification_configuration(Bucket="order-exports")["LambdaFunctionConfigurations"]
    assert direct[0]["LambdaFunctionArn"] == arn("lambda", "function:index-export")
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket="offboarding-files")


def test_schedules_and_the_pipe_say_where_dead_letters_go(frozen: Demo) -> None:
    for name in ("invoice-run", "stock-snapshot"):
        target = frozen.boto("scheduler").get_schedule(Name=name)["Target"]
        assert target["DeadLetterConfig"] == {"Arn": arn("sqs", "schedules-dlq")}
    source = frozen.boto("pipes").describe_pipe(Name="audit-to-archive")["SourceParameters"]
    assert source["KinesisStreamParameters"]["DeadLetterConfig"] == {"Arn": arn("sqs", "audit-archive-dlq")}


def test_alarms(frozen: Demo) -> None:
    found = frozen.boto("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    metric = {alarm["AlarmName"]: alarm for alarm in found["MetricAlarms"]}
    expected: dict[str, tuple[str, str, str, str, int, int, float]] = {
        "OrderEventsDLQMessages": (
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            "order-events-dlq",
            "Sum",
            300,
            1,
            1.0,
        ),
        "OrderProcessingLatency": ("AWS/Lambda", "Duration", "process-order", "Average", 300, 3, 1000.0),
    }
    for name, (namespace, measured, of, statistic, period, periods, threshold) in expected.items():
        alarm = metric[name]
        assert (alarm["Namespace"], alarm["MetricName"], alarm["Dimensions"][0]["Value"]) == (namespace, measured, of)
        assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == (statistic, period, periods)
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", threshold)
        assert alarm["AlarmActions"] == [arn("sns", "alerting")]
    (composite,) = found["CompositeAlarms"]
    for name in expected:
        assert f'ALARM("{name}")' in composite["AlarmRule"]
