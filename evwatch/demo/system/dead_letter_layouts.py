"""Dead letters as each service of AWS lays them out: body, and message attributes.

The emulator delivers few of them, so the demo sends them itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from evwatch.demo.system import names
from evwatch.demo.system.envelopes import Ids, timestamp

Attributes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """What is sent to the DLQ."""

    body: str
    attributes: Attributes = field(default_factory=dict)


def of_rule(
    event: Mapping[str, Any],
    rule_arn: str,
    target_arn: str,
    code: str,
    message: str,
    *,
    retries: int = 0,
    exhausted: str | None = None,
) -> Layout:
    """EventBridge gave up on one target; `exhausted` is absent where the error was permanent.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    said = {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": target_arn,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
        "RETRY_ATTEMPTS": str(retries),
    }
    if exhausted:
        said["EXHAUSTED_RETRY_CONDITION"] = exhausted
    return Layout(json.dumps(event), _strings(said))


def of_async_function(ids: Ids, event: Mapping[str, Any], status: int, message: str) -> Layout:
    """Lambda gave up on an asynchronous event (DeadLetterConfig). It does not say which function that was.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    attributes = _strings({"RequestID": ids.uuid(), "ErrorMessage": message[:1024]})
    return Layout(json.dumps(event), attributes | {"ErrorCode": {"DataType": "Number", "StringValue": str(status)}})


def of_destination(
    ids: Ids,
    function_arn: str,
    event: Mapping[str, Any],
    at: float,
    error_type: str,
    message: str,
    condition: Literal["RetriesExhausted", "EventAgeExceeded"] = "RetriesExhausted",
) -> Layout:
    """Lambda gave up on an asynchronous event (on-failure destination).

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    request_id = ids.uuid()
    return Layout(
        json.dumps(
            {
                "version": "1.0",
                "timestamp": timestamp(at, millis=True),
                "requestContext": {
                    "requestId": request_id,
                    "functionArn": f"{function_arn}:$LATEST",
                    "condition": condition,
                    "approximateInvokeCount": 2,
                },
                "requestPayload": event,
                "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
                "responsePayload": {
                    "errorMessage": message,
                    "errorType": error_type,
                    "requestId": request_id,
                    "stackTrace": [
                        '  File "/var/task/reconcile.py", line 41, in handler\n    compare(ledger, payments)\n'
                    ],
                },
            }
        )
    )


def of_stream(
    ids: Ids,
    stream_arn: str,
    at: float,
    records: int,
    *,
    function_arn: str | None = None,
    pipe_arn: str | None = None,
    error: str | None = "Unhandled",
) -> Layout:
    """Lambda or a pipe gave up on a batch of a stream; the records themselves stay in the stream.

    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """
    kinesis = ":kinesis:" in stream_arn
    first = ids.digits(56 if kinesis else 21)
    batch = {
        "shardId": "shardId-000000000000" if kinesis else f"shardId-{ids.digits(20)}-{ids.hex(8)}",
        "startSequenceNumber": first,
        "endSequenceNumber": first if records == 1 else str(int(first) + 512 * records),
        "approximateArrivalOfFirstRecord": timestamp(at - 40, millis=kinesis),
        "approximateArrivalOfLastRecord": timestamp(at - 38, millis=kinesis),
        "batchSize": records,
        "streamArn": stream_arn,
    }
    said: dict[str, Any]
    if pipe_arn:
        said = {"context": {"partnerResourceArn": pipe_arn, "condition": "RetryAttemptsExhausted"}}
    else:
        said = {
            "requestContext": {
                "requestId": ids.uuid(),
                "functionArn": function_arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": error},
        }
    said |= {"version": "1.0", "timestamp": timestamp(at, millis=True)}
    return Layout(json.dumps(said | {"KinesisBatchInfo" if kinesis else "DDBStreamBatchInfo": batch}))


def of_schedule(
    ids: Ids,
    schedule: str,
    target_arn: str,
    target_input: Mapping[str, Any] | str,
    at: float,
    code: str,
    message: str,
    *,
    retries: int = 0,
    exhausted: str | None = None,
    truncated: bool = False,
) -> Layout:
    """EventBridge Scheduler gave up on a target.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    """
    said = {
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
        "EXECUTION_ID": ids.uuid(),
        "IS_PAYLOAD_TRUNCATED": str(truncated).lower(),
        "RETRY_ATTEMPTS": str(retries),
        "SCHEDULED_TIME": timestamp(at),
        "SCHEDULE_ARN": names.arn("scheduler", f"schedule/default/{schedule}"),
        "TARGET_ARN": target_arn,
    }
    if exhausted:
        said["EXHAUSTED_RETRY_CONDITION"] = exhausted
    body = target_input if isinstance(target_input, str) else json.dumps(target_input)
    return Layout(body, _strings(said))


def _strings(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
