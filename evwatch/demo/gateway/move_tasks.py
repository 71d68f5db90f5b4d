"""SQS message move tasks, which the emulator lacks: starting, listing and cancelling them.

Refusals, their words and their order are those recorded of SQS itself; `move_task` does the moving.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from evwatch.demo.gateway import sqs_protocol
from evwatch.demo.gateway.app import BACKGROUND, UPSTREAM
from evwatch.demo.gateway.dlq_sources import sources_of
from evwatch.demo.gateway.move_task import MoveTask, Pace, queue_url
from evwatch.demo.gateway.sqs_protocol import SqsError

MOST_ACTIVE = 100  # for each account, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
MOST_PER_SECOND = 500
_ARN_FORMAT = "arn:<partition>:<service>:<region>:<account-id>:<resource-id>"


def move_tasks(pace: Pace) -> Middleware:
    """Answers the three operations; the tasks live as long as the gateway does."""
    ledger = _Ledger(pace)
    operations = {
        "StartMessageMoveTask": ledger.start,
        "ListMessageMoveTasks": ledger.list,
        "CancelMessageMoveTask": ledger.cancel,
    }

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        operation = operations.get(sqs_protocol.operation_of(request) or "")
        if operation is None:
            return await handler(request)
        try:
            return sqs_protocol.response(await operation(request, await sqs_protocol.parameters_of(request)))
        except SqsError as error:
            return error.response()

    return middleware


class _Ledger:
    """Every task that was started, oldest first."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._tasks: list[MoveTask] = []

    async def start(self, request: web.Request, asked: Mapping[str, Any]) -> dict[str, Any]:
        source, destination = asked.get("SourceArn"), asked.get("DestinationArn")
        rate = asked.get("MaxNumberOfMessagesPerSecond")
        if not source:
            raise SqsError.missing("SourceArn")
        if rate is not None and not 1 <= rate <= MOST_PER_SECOND:
            raise SqsError.invalid_value(
                f"Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. "
                f"Reason: You must provide a value between 1 and {MOST_PER_SECOND}."
            )
        source_url = await self._existing(request, source, "SourceArn")
        if source == destination:
            raise SqsError.invalid_value("Source queue arn and destination queue arn cannot be the same.")
        if not await sources_of(request.app[UPSTREAM], request.headers, source):
            raise SqsError.invalid_value("Source queue must be configured as a Dead Letter Queue.")
        if destination:
            await self._existing(request, destination, "DestinationArn")
            if source.endswith(".fifo") != destination.endswith(".fifo"):
                raise SqsError.invalid_value("The source queue and destination queue must be of the same queue type.")
        active = [task for task in self._tasks if task.active]
        if any(task.source_arn == source for task in active):
            raise SqsError.invalid_value(
                "There is already a task running. "
                "Only one active task is allowed for a source queue arn at a given time."
            )
        if len(active) >= MOST_ACTIVE:
            raise SqsError("OverLimit", f"No more than {MOST_ACTIVE} tasks may be active at a time.", status=403)
        task = MoveTask(source, source_url, destination, rate, dict(request.headers), self._pace)
        self._tasks.append(task)
        request.app[BACKGROUND].start(task.run(request.app[UPSTREAM]))
        return {"TaskHandle": _handle(task)}

    async def list(self, request: web.Request, asked: Mapping[str, Any]) -> dict[str, Any]:
        source, largest = asked.get("SourceArn"), asked.get("MaxResults", 1)
        if not source:
            raise SqsError.missing("SourceArn")
        if not 1 <= largest <= 10:
            raise SqsError.invalid_value(
                f"Value {largest} for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided."
            )
        await self._existing(request, source, "SourceArn")
        newest = [task for task in reversed(self._tasks) if task.source_arn == source][:largest]
        return {"Results": [_described(task) for task in newest]}

    async def cancel(self, request: web.Request, asked: Mapping[str, Any]) -> dict[str, Any]:
        handle = asked.get("TaskHandle")
        if not handle:
            raise SqsError.missing("TaskHandle")
        try:
            named = json.loads(base64.b64decode(handle, validate=True))
            task_id, source = named["taskId"], named["sourceArn"]
        except (binascii.Error, ValueError, KeyError, TypeError):
            raise SqsError.invalid_value("Value for parameter TaskHandle is invalid.") from None
        await self._existing(request, source, "SourceArn")
        task = next((task for task in self._tasks if task.id == task_id), None)
        if task is None:
            raise SqsError.not_found("Task does not exist.")
        if task.status != "RUNNING":
            raise SqsError.invalid_value("Only active tasks can be cancelled.")
        task.cancel()
        return {"ApproximateNumberOfMessagesMoved": task.moved}

    async def _existing(self, request: web.Request, arn: str, parameter: str) -> str:
        if len(arn.split(":")) != 6 or not arn.startswith("arn:"):
            raise SqsError.invalid_value(f"You must use this format to specify the {parameter}: {_ARN_FORMAT}")
        try:
            return await queue_url(request.app[UPSTREAM], request.headers, arn)
        except SqsError:
            raise SqsError.not_found(
                f"The resource that you specified for the {parameter} parameter doesn't exist."
            ) from None


def _handle(task: MoveTask) -> str:
    return base64.b64encode(json.dumps({"taskId": task.id, "sourceArn": task.source_arn}).encode()).decode()


def _described(task: MoveTask) -> dict[str, Any]:
    described: dict[str, Any] = {
        "Status": task.status,
        "SourceArn": task.source_arn,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "StartedTimestamp": task.started_ms,
    }
    if task.status == "RUNNING":
        described["TaskHandle"] = _handle(task)
    optional = {
        "DestinationArn": task.destination_arn,
        "MaxNumberOfMessagesPerSecond": task.rate,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "FailureReason": task.failure_reason,
    }
    return described | {name: value for name, value in optional.items() if value is not None}
