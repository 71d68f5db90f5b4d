"""Giving events to what is no queue: functions, topics, buses, state machines; each request is made once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from evwatch.aws.clients import Caller
from evwatch.aws.error_codes import THROTTLED
from evwatch.aws.errors import AwsError
from evwatch.aws.events import LIST_TARGETS_BY_RULE, PUT_EVENTS
from evwatch.aws.functions import INVOKE
from evwatch.aws.sending import Accepted, Answer, Outcome, Outgoing, Refused, Unclear, of_error
from evwatch.aws.sns import PUBLISH
from evwatch.aws.stepfunctions import START_EXECUTION

_QUEUED = 202
_ALREADY = "ExecutionAlreadyExists"


async def invoke(caller: Caller, function_arn: str, payload: str, seconds: float) -> Answer:
    """Invoke a function asynchronously; what it is called is the id of the request, which Lambda gives to the function
    and to its DLQ."""

    async def call() -> Outcome:
        answer = await caller.call(
            INVOKE, FunctionName=function_arn, InvocationType="Event", Payload=payload.encode("utf-8", "surrogatepass")
        )
        body = answer.get("Payload")
        if body is not None:
            await body.read()  # else its connection is not free again
        request_id = _metadata(answer).get("RequestId")
        if answer.get("StatusCode") != _QUEUED or not request_id:
            return Unclear("not in the answer")
        return Accepted(str(request_id))

    return await _once(call(), seconds)


async def publish(caller: Caller, topic_arn: str, message: Outgoing, seconds: float) -> Answer:
    """Publish to a topic."""
    more: dict[str, Any] = {}
    if message.group_id is not None and topic_arn.endswith(".fifo"):
        more = {"MessageGroupId": message.group_id, "MessageDeduplicationId": message.deduplication_id}

    async def call() -> Outcome:
        answer = await caller.call(PUBLISH, TopicArn=topic_arn, Message=message.body, **more)
        return Accepted(str(answer["MessageId"])) if answer.get("MessageId") else Unclear("not in the answer")

    return await _once(call(), seconds)


async def start_execution(caller: Caller, machine_arn: str, name: str, payload: str, seconds: float) -> Answer:
    """Start a state machine. The name makes a repetition harmless: a standard one starts once for each name."""

    async def call() -> Outcome:
        answer = await caller.call(START_EXECUTION, stateMachineArn=machine_arn, name=name, input=payload)
        arn = answer.get("executionArn")
        return Accepted(str(arn)) if arn else Unclear("not in the answer")

    answer = await _once(call(), seconds)
    if answer.error and _ALREADY in answer.error.codes:
        return Answer((Accepted(f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"),))
    return answer


async def put_events(caller: Caller, entries: Sequence[Mapping[str, Any]], seconds: float) -> Answer:
    """Put up to ten events on a bus."""
    try:
        async with asyncio.timeout(seconds):
            answer = await caller.call(PUT_EVENTS, Entries=list(entries))
    except AwsError as error:
        return Answer((of_error(error),) * len(entries), error)
    except TimeoutError:
        return Answer((Unclear("timeout"),) * len(entries))
    results = answer.get("Entries") or ()
    if len(results) != len(entries):
        return Answer((Unclear("not in the answer"),) * len(entries))
    return Answer(tuple(_event_outcome(result) for result in results))


async def rule_targets(caller: Caller, rule: str, bus: str) -> list[dict[str, Any]]:
    """The targets of a rule as EventBridge has them, with what it makes of an event for each. Raises AwsError."""
    found = await caller.items(LIST_TARGETS_BY_RULE, "Targets", Rule=rule, EventBusName=bus)
    return [target for target in found if isinstance(target, dict)]


def _event_outcome(result: Mapping[str, Any]) -> Outcome:
    if result.get("EventId"):
        return Accepted(str(result["EventId"]))
    code = str(result.get("ErrorCode") or "")
    if not code:
        return Unclear("not in the answer")
    transient = code in THROTTLED or code in ("InternalFailure", "InternalException")
    return Refused(code, str(result.get("ErrorMessage") or ""), transient)


async def _once(call: Awaitable[Outcome], seconds: float) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            return Answer((await call,))
    except AwsError as error:
        return Answer((of_error(error),), error)
    except TimeoutError:
        return Answer((Unclear("timeout"),))


def _metadata(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found = answer.get("ResponseMetadata")
    return found if isinstance(found, Mapping) else {}
