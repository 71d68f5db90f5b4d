"""The alarms, and the topic that is told."""

from __future__ import annotations

from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system import names

DLQ_MESSAGES: dict[str, Any] = {
    "AlarmName": names.DLQ_ALARM,
    "AlarmDescription": "Orders are in the dead-letter queue. Runbook: https://wiki.example.com/runbooks/order-events-dlq",
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateNumberOfMessagesVisible",
    "Dimensions": [{"Name": "QueueName", "Value": names.ORDER_EVENTS_DLQ}],
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}
PROCESSING_LATENCY: dict[str, Any] = {
    "AlarmName": names.LATENCY_ALARM,
    "AlarmDescription": "Orders take more than a second. Runbook: https://wiki.example.com/runbooks/order-latency",
    "Namespace": "AWS/Lambda",
    "MetricName": "Duration",
    "Dimensions": [{"Name": "FunctionName", "Value": names.PROCESS_ORDER}],
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 3,
    "Threshold": 1000.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "missing",
}
METRIC_ALARMS = (DLQ_MESSAGES, PROCESSING_LATENCY)


def create(api: Api) -> None:
    """Create both alarms and the composite of both."""
    actions = {
        "ActionsEnabled": True,
        "AlarmActions": [names.topic_arn(names.ALERTING)],
        "OKActions": [names.topic_arn(names.ALERTING)],
        "Tags": names.LISTED_TAGS,
    }
    cloudwatch = api.client("cloudwatch")
    for alarm in METRIC_ALARMS:
        cloudwatch.put_metric_alarm(**alarm, **actions)
    cloudwatch.put_composite_alarm(
        AlarmName=names.COMPOSITE_ALARM,
        AlarmDescription="Orders are late or lost",
        AlarmRule=" OR ".join(f'ALARM("{alarm["AlarmName"]}")' for alarm in METRIC_ALARMS),
        **actions,
    )
