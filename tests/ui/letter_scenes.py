"""Dead letters of an order system as a look would show them, decoded for real; and a session that reads them."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from evwatch.deadletters.decode import Surroundings, decode
from evwatch.model.deadletter import DeadLetter, FailureError, JsonValue, Message, MessageAttribute
from evwatch.model.fault import EvwatchError
from evwatch.model.flow import Edge, Flow, merge
from evwatch.model.log_lines import Clue, LogReason
from evwatch.model.look import Incomplete, Look, LookProgress, LookRequest
from evwatch.model.queue import Queue
from evwatch.model.snapshot import Snapshot
from evwatch.session import FoundQueue
from tests.ui import scenes
from tests.ui.fakes import FakeSession

DLQ = scenes.arn("sqs", "order-events-dlq")
FUNCTION = scenes.arn("lambda", "function:process-order")
RULE = scenes.arn("events", "rule/orders/order-created")
KEY = (scenes.CONTEXT.name, DLQ)


def message(
    number: int,
    body: JsonValue,
    *,
    sent_ago: float = 3_600,
    receives: int = 1,
    attributes: dict[str, str | bytes] | None = None,
    **system: str,
) -> Message:
    """A message that SQS would give; a text body is taken as it stands."""
    sent = int((scenes.NOW - timedelta(seconds=sent_ago)).timestamp() * 1000)
    return Message(
        str(uuid.UUID(int=0x5EED_0000_0000_4000_8000_0000_0000_0000 + number)),
        body if isinstance(body, str) else json.dumps(body),
        attributes={
            name: MessageAttribute("Binary" if isinstance(value, bytes) else "String", value)
            for name, value in (attributes or {}).items()
        },
        system={
            "SentTimestamp": str(sent),
            "ApproximateReceiveCount": str(receives),
            "ApproximateFirstReceiveTimestamp": str(sent + 4_000),
            "SenderId": "AROAEXAMPLE:process-order",
            **system,
        },
    )


def order(number: int) -> dict[str, JsonValue]:
    """An EventBridge event."""
    return {
        "version": "0",
        "id": f"6a7e8feb-b491-4cf7-a9f1-{number:012d}",
        "detail-type": "OrderCreated",
        "source": "order-service",
        "account": scenes.ACCOUNT,
        "time": "2026-10-07T02:41:07Z",
        "region": scenes.REGION,
        "resources": [],
        "detail": {
            "orderId": f"ORD-{number:06d}",
            "correlationId": f"corr-{number // 2:05d}",
            "customer": {"id": f"C-{number % 97:04d}", "tier": "gold" if number % 3 else None, "vip": number % 5 == 0},
            "lines": [{"sku": "SKU-1042", "quantity": 2, "price": 10.10}, {"sku": "SKU-7", "quantity": 1, "price": 4}],
            "total": 24.20,
        },
    }


def destination(number: int, error: str, text: str) -> dict[str, JsonValue]:
    """What Lambda writes to an on-failure destination."""
    return {
        "version": "1.0",
        "timestamp": "2026-10-07T02:41:19.137Z",
        "requestContext": {
            "requestId": str(uuid.UUID(int=number)),
            "functionArn": f"{FUNCTION}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": order(number),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {
            "errorType": error,
            "errorMessage": text,
            "trace": ["    at handler (/var/task/index.js:17)"],
        },
    }


def failed_order(number: int, **more: float) -> Message:
    """The usual one: the function met an order without a line."""
    text = f"Cannot read properties of undefined (reading 'sku') for order ORD-{number:06d}"
    receives = int(more.get("receives", 1))
    return message(number, destination(number, "TypeError", text), sent_ago=1_800 + 7 * number, receives=receives)


def undelivered(number: int) -> Message:
    """EventBridge could not call the function."""
    return message(
        number,
        order(number),
        sent_ago=1_100_000 + number,
        receives=3,
        attributes={
            "RULE_ARN": RULE,
            "TARGET_ARN": FUNCTION,
            "ERROR_CODE": "NO_PERMISSIONS",
            "ERROR_MESSAGE": "User: events.amazonaws.com is not authorized to perform: lambda:InvokeFunction",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
            "RETRY_ATTEMPTS": "185",
        },
    )


def given_up(number: int) -> Message:
    """A queue's redrive policy moved it; an EventBridge event, gzip and base64, in an SNS envelope."""
    packed = base64.b64encode(gzip.compress(json.dumps(order(number)).encode(), mtime=0)).decode()
    envelope: dict[str, JsonValue] = {
        "Type": "Notification",
        "MessageId": str(uuid.UUID(int=number)),
        "TopicArn": scenes.arn("sns", "order-events"),
        "Message": packed,
        "Timestamp": "2026-10-07T02:41:07.000Z",
        "SignatureVersion": "1",
        "MessageAttributes": {"contentType": {"Type": "String", "Value": "application/json"}},
    }
    return message(
        number,
        envelope,
        sent_ago=90_000 + number,
        receives=4,
        attributes={"trace": b"\x00\x01\xfe\xff" * 5, "tenant": "acme"},
        DeadLetterQueueSourceArn=scenes.arn("sqs", "order-events-queue"),
    )


def odd(number: int) -> Message:
    """Nobody knows where it is from."""
    return message(number, "<order id='7'><line sku='SKU-1042'/></order>", sent_ago=40)


def mixed(usual: int = 40) -> list[Message]:
    """Four causes."""
    return [
        *(failed_order(number) for number in range(usual)),
        *(undelivered(usual + number) for number in range(max(1, usual // 8))),
        *(given_up(2 * usual + number) for number in range(max(1, usual // 12))),
        odd(3 * usual),
    ]


def letters(messages: Sequence[Message], queue: Queue, now: datetime = scenes.NOW) -> tuple[DeadLetter, ...]:
    """Decoded, with the test's flow around the queue."""
    flow = merge((scenes.FLOW, Flow(edges=(Edge(FUNCTION, DLQ, "on-failure"),))))
    return tuple(decode(each, Surroundings(queue, flow, now)) for each in messages)


def queue_of(snapshot: Snapshot, arn: str = DLQ) -> Queue:
    """A queue of a snapshot."""
    return next(queue for queue in snapshot.contexts[0].queues.value or () if queue.arn == arn)


def look(
    messages: Sequence[Message],
    queue: Queue,
    *,
    ago: float = 244,
    approximate: int | None = None,
    reason: Incomplete | None = None,
    released: bool = True,
    notes: tuple[str, ...] = (),
) -> Look:
    """A look that was taken some seconds ago."""
    return Look(
        queue,
        letters(messages, queue),
        len(messages) if approximate is None else approximate,
        reason is None,
        reason,
        20,
        released,
        notes,
        scenes.NOW - timedelta(seconds=ago),
    )


def with_look(snapshot: Snapshot, *looks: Look) -> Snapshot:
    """The same, with looks that are kept."""
    first, *rest = snapshot.contexts
    kept = {**first.looks, **{each.queue.arn: each for each in looks}}
    return replace(snapshot, contexts=(replace(first, looks=kept), *rest))


class ReadableSession(FakeSession):
    """Its queues hold messages; a test says when each step of a look happens."""

    def __init__(self, snapshot: Snapshot, messages: Sequence[Message] = (), *, step: int = 10) -> None:
        super().__init__(snapshot)
        self.messages = list(messages)
        self.step = step
        self.requests: list[tuple[FoundQueue, LookRequest]] = []
        self.refusals: list[EvwatchError] = []
        """Raised one after the other before a look begins."""
        self._permits: asyncio.Semaphore | None = None
        self.releasing = asyncio.Event()
        """Let the look release."""
        self._received = asyncio.Event()
        self._ending = False
        self.releasing.set()
        self.in_flight = 0
        self.in_flight_at_close = -1
        self.notes: tuple[str, ...] = ()

    async def __aexit__(self, *_: object) -> None:
        self.in_flight_at_close = self.in_flight
        self.closed = True

    async def find(self, text: str) -> FoundQueue:
        return FoundQueue(self.snapshot.contexts[0].context.name, queue_of(self.snapshot, text))

    async def look(
        self,
        found: FoundQueue,
        request: LookRequest,
        progress: Callable[[LookProgress], None],
        stop: asyncio.Event | None = None,
    ) -> Look:
        self.requests.append((found, request))
        if self.refusals:
            raise self.refusals.pop(0)
        stop = stop or asyncio.Event()
        wanted = self.messages[: request.limit]
        try:
            while self.in_flight < len(wanted) and not stop.is_set():
                if self._permits:
                    await _either(self._permits.acquire(), stop.wait())
                self.in_flight = min(len(wanted), self.in_flight + self.step) if not stop.is_set() else self.in_flight
                progress(LookProgress("reading", self.in_flight, len(self.messages), 312.0))
                self._received.set()
                await asyncio.sleep(0)
            seen = wanted[: self.in_flight]
            progress(LookProgress("releasing", self.in_flight, len(self.messages), 312.0))
        finally:
            await asyncio.shield(self._release())
        reason: Incomplete | None = None
        if len(seen) < len(self.messages):
            reason = "interrupted" if stop.is_set() else "limit"
        taken = look(seen, found.queue, ago=0, approximate=len(self.messages), reason=reason, notes=self.notes)
        self.put(with_look(self.snapshot, taken))
        return taken

    def hold(self) -> None:
        """From now on a look receives only when it is told to."""
        self._permits = asyncio.Semaphore(0)

    async def receive_once(self) -> None:
        """Let the look receive once more; returns when it has."""
        assert self._permits
        self._received.clear()
        self._permits.release()
        await asyncio.wait_for(self._received.wait(), 5)

    @property
    def ending(self) -> bool:
        """Whether a look is about to release."""
        return self._ending

    async def _release(self) -> None:
        self._ending = True
        await self.releasing.wait()
        self.in_flight = 0


async def _either(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def with_log_reason(snapshot: Snapshot, letter: DeadLetter, clue: Clue) -> Snapshot:
    """The same, once the log of the function that failed on this message was read."""
    said = LogReason(letter.group, FailureError(type="KeyError", message="'amount'"), clue, FUNCTION)
    first, *rest = snapshot.contexts
    return replace(snapshot, contexts=(replace(first, log_reasons={**first.log_reasons, letter.id: said}), *rest))


def kept(messages: int = 40) -> ReadableSession:
    """A session that holds a look of four minutes ago."""
    base = scenes.trouble()
    found = mixed(messages)
    return ReadableSession(with_look(base, look(found, queue_of(base))), found)
