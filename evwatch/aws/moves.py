"""Amazon SQS: message move tasks, the redrive that SQS does by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evwatch.aws.answers import moment
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.sqs import CANCEL_MOVE_TASK, LIST_MOVE_TASKS, START_MOVE_TASK
from evwatch.model.fault import Fault
from evwatch.model.move import MoveTask

MOST_PER_SECOND = 500
"""The highest rate that SQS takes; without one it chooses and varies its own."""
_LISTED = 10


async def move_tasks(caller: Caller, source_arn: str) -> tuple[MoveTask, ...]:
    """The newest tasks of a queue, newest first, up to ten. Raises AwsError."""
    answer = await caller.call(LIST_MOVE_TASKS, SourceArn=source_arn, MaxResults=_LISTED)
    return tuple(_task(item) for item in answer.get("Results") or () if isinstance(item, Mapping))


async def start_move(caller: Caller, source_arn: str, destination_arn: str | None, rate: int | None) -> str:
    """Start a task; returns its handle. Made once: a lost answer leaves it open whether it has started.

    Raises AwsError.
    """
    parameters: dict[str, Any] = {"SourceArn": source_arn}
    if destination_arn:
        parameters["DestinationArn"] = destination_arn
    if rate:
        parameters["MaxNumberOfMessagesPerSecond"] = rate
    answer = await caller.call(START_MOVE_TASK, **parameters)
    handle = answer.get("TaskHandle")
    if not isinstance(handle, str):
        source = START_MOVE_TASK.iam_action
        raise AwsError(
            Fault("aws", f"{source}: an answer without a task", "see its tasks", source, caller.context.name)
        )
    return handle


async def cancel_move(caller: Caller, handle: str) -> None:
    """Ask a task to end; it goes on for a while, and what it has moved stays moved. Raises AwsError."""
    await caller.call(CANCEL_MOVE_TASK, TaskHandle=handle)


def _task(item: Mapping[str, Any]) -> MoveTask:
    started = item.get("StartedTimestamp")
    return MoveTask(
        status=str(item.get("Status") or ""),
        handle=item.get("TaskHandle") or None,
        moved=int(item.get("ApproximateNumberOfMessagesMoved") or 0),
        to_move=item.get("ApproximateNumberOfMessagesToMove"),
        destination_arn=item.get("DestinationArn") or None,
        rate=item.get("MaxNumberOfMessagesPerSecond"),
        failure_reason=item.get("FailureReason") or None,
        started_at=moment(started),
    )
