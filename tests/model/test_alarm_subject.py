"""Which resource an alarm is about."""

from __future__ import annotations

import pytest

from evwatch.model.alarm import Alarm, AlarmMetric
from evwatch.model.alarm_subject import alarm_subjects, children, metric_subject
from evwatch.model.metric import Metric


@pytest.mark.parametrize(
    ("namespace", "dimensions", "arn"),
    [
        ("AWS/SQS", {"QueueName": "orders.fifo"}, "arn:aws-cn:sqs:r:1:orders.fifo"),
        ("AWS/Lambda", {"FunctionName": "f", "Resource": "f:live"}, "arn:aws-cn:lambda:r:1:function:f"),
        ("AWS/SNS", {"TopicName": "t"}, "arn:aws-cn:sns:r:1:t"),
        ("AWS/Events", {"RuleName": "x"}, "arn:aws-cn:events:r:1:rule/x"),
        ("AWS/Events", {"RuleName": "x", "EventBusName": "orders"}, "arn:aws-cn:events:r:1:rule/orders/x"),
        ("AWS/Events", {"RuleName": "x", "EventBusName": "default"}, "arn:aws-cn:events:r:1:rule/x"),
        ("AWS/States", {"StateMachineArn": "arn:aws:states:r:1:stateMachine:s"}, "arn:aws:states:r:1:stateMachine:s"),
        ("AWS/Kinesis", {"StreamName": "s"}, "arn:aws-cn:kinesis:r:1:stream/s"),
        ("AWS/DynamoDB", {"TableName": "t"}, "arn:aws-cn:dynamodb:r:1:table/t"),
        ("AWS/EventBridge/Pipes", {"PipeName": "p"}, "arn:aws-cn:pipes:r:1:pipe/p"),
        ("AWS/S3", {"BucketName": "b"}, "arn:aws-cn:s3:::b"),
        ("AWS/SQS", {}, None),
        ("AWS/Lambda", {"EventSourceMappingUUID": "u"}, None),
        ("OrderService", {"QueueName": "orders"}, None),
    ],
)
def test_a_metric_of_aws_names_its_resource(namespace: str, dimensions: dict[str, str], arn: str | None) -> None:
    assert metric_subject(Metric.of(namespace, "M", dimensions), "aws-cn", "r", "1") == arn


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("ALARM(\"a b\") OR OK(c) AND NOT INSUFFICIENT_DATA('d')", ("a b", "c", "d")),
        ("alarm ( a ) or Alarm(a)", ("a",)),
        ('ALARM("with (brackets)")', ("with (brackets)",)),
        ("ALARM(arn:aws:cloudwatch:r:1:alarm:x)", ("arn:aws:cloudwatch:r:1:alarm:x",)),
        ("TRUE", ()),
        (
            'AT_LEAST(2, ALARM, (a, "b, c" , arn:aws:cloudwatch:r:1:alarm:x))',
            ("a", "b, c", "arn:aws:cloudwatch:r:1:alarm:x"),
        ),
        ("OK(z) OR AT_LEAST(60%, NOT OK, ('a'))", ("z", "a")),
        ("", ()),
    ],
)
def test_the_children_of_a_composite_are_read_from_its_rule(rule: str, names: tuple[str, ...]) -> None:
    assert children(rule) == names


def metric_alarm(name: str, queue: str) -> Alarm:
    watched = AlarmMetric(Metric.of("AWS/SQS", "M", {"QueueName": queue}), "Sum", 60)
    return Alarm(name, name, "metric", "OK", "1", "r", metric=watched, metrics=(watched,))


def composite(name: str, rule: str) -> Alarm:
    return Alarm(name, name, "composite", "OK", "1", "r", expression=rule)


def test_a_composite_is_about_what_its_children_are_about_however_deep() -> None:
    alarms = [
        composite("top", "ALARM(middle) OR ALARM(a)"),
        composite("middle", "ALARM(arn:aws:cloudwatch:r:1:alarm:b) AND ALARM(unknown)"),
        composite("around", "ALARM(around) OR ALARM(again)"),
        composite("again", "ALARM(around) OR ALARM(b)"),
        metric_alarm("a", "qa"),
        metric_alarm("b", "qb"),
    ]
    found = {alarm.name: alarm.resource_arns for alarm in alarm_subjects(alarms)}
    assert found["a"] == ("arn:aws:sqs:r:1:qa",)
    assert found["middle"] == ("arn:aws:sqs:r:1:qb",)
    assert set(found["top"]) == {"arn:aws:sqs:r:1:qa", "arn:aws:sqs:r:1:qb"}
    assert found["around"] == found["again"] == ("arn:aws:sqs:r:1:qb",)
    assert [alarm.name for alarm in alarm_subjects(alarms)] == [alarm.name for alarm in alarms]
