"""What starts by the clock, and the pipe."""

from __future__ import annotations

import json

from evwatch.demo.api import Api
from evwatch.demo.system import names
from evwatch.demo.system.queues import queue_url

UNIVERSAL_SEND = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"


def create(api: Api, endpoint_url: str) -> None:
    """Create two schedules, one that calls a function and one that calls an API, and the pipe of the audit stream."""
    dlq = {"Arn": names.queue_arn(names.SCHEDULES_DLQ)}
    retry = {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600}
    scheduler = api.client("scheduler")
    scheduler.create_schedule(
        Name=names.INVOICE_SCHEDULE,
        ScheduleExpression="cron(0 2 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="ENABLED",
        Description="Invoices of the day before",
        Target={
            "Arn": names.function_arn(names.RECONCILE_PAYMENTS),
            "RoleArn": names.ROLE,
            "Input": json.dumps({"job": "invoices", "currency": "EUR"}),
            "DeadLetterConfig": dlq,
            "RetryPolicy": retry,
        },
    )
    scheduler.create_schedule(
        Name=names.SNAPSHOT_SCHEDULE,
        ScheduleExpression="cron(30 4 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="ENABLED",
        Description="Asks the warehouse to count",
        Target={
            "Arn": UNIVERSAL_SEND,
            "RoleArn": names.ROLE,
            "Input": json.dumps(snapshot_request(endpoint_url)),
            "DeadLetterConfig": dlq,
            "RetryPolicy": retry,
        },
    )
    api.client("pipes").create_pipe(
        Name=names.AUDIT_PIPE,
        Source=names.arn("kinesis", f"stream/{names.AUDIT_STREAM}"),
        SourceParameters={
            "KinesisStreamParameters": {
                "StartingPosition": "LATEST",
                "BatchSize": 10,
                "DeadLetterConfig": {"Arn": names.queue_arn(names.AUDIT_ARCHIVE_DLQ)},
                "MaximumRetryAttempts": 3,
            }
        },
        Target=names.queue_arn(names.AUDIT_ARCHIVE),
        RoleArn=names.ROLE,
        Description="Keeps the audit trail",
        Tags=names.TAGS,
    )


def snapshot_request(endpoint_url: str) -> dict[str, str]:
    """What the schedule sends: the parameters of the API that it calls."""
    body = json.dumps({"command": "count-stock", "warehouse": "HAM-1"})
    return {"MessageBody": body, "QueueUrl": queue_url(endpoint_url, names.INVENTORY)}
