"""How many dead letters a second are decoded, fingerprinted and gathered into groups, on one core.

Run it with `python -m tests.benchmarks.grouping`. Every message is different: nothing is gained by remembering. The
goal is 20,000 a second for grouping.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from evwatch.deadletters.decode import Surroundings, decode
from evwatch.deadletters.group import fingerprint, grouped
from evwatch.deadletters.query import compile_where, plain_words
from evwatch.model.deadletter import Message, MessageAttribute
from evwatch.model.flow import Edge, Flow
from evwatch.model.queue import Queue
from tests.benchmarks.table import Row, say

T = TypeVar("T")

COUNT = 20_000
GOAL = 20_000
_QUEUE = "arn:aws:sqs:us-east-1:111122223333:order-events-dlq"
_SOURCE = "arn:aws:sqs:us-east-1:111122223333:order-events-queue"
_FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:process-order"
_RULE = "arn:aws:events:us-east-1:111122223333:rule/orders/order-created"


def rows(*, quick: bool) -> Iterator[Row]:
    """The slowest kind of message, of several rounds, of which the rest is what others did on this machine."""
    best = max(slowest() for _ in range(1 if quick else 3))
    yield Row("dead letters put into groups, the slowest kind", best, GOAL, "/s", at_least=True)


def main() -> int:
    """Print the rates; 1 where grouping misses the goal."""
    rate = slowest()
    say(f"slowest grouping: {rate:,.0f}/s, goal {GOAL:,}/s: {'reached' if rate >= GOAL else 'MISSED'}")
    return 0 if rate >= GOAL else 1


def slowest() -> float:
    """Print the rates; that of the kind of message that takes longest."""
    random = Random(20_000)
    around = Surroundings(
        Queue(_QUEUE, "", "order-events-dlq", "111122223333", "us-east-1", False, retention_seconds=1_209_600),
        Flow(edges=(Edge(_FUNCTION, _QUEUE, "dead-letters"),)),
        datetime(2026, 11, 1, tzinfo=UTC),
    )
    makers: dict[str, Callable[[Random], Message]] = {
        "queue (no reason, by shape)": _queue,
        "function": _function,
        "destination": _destination,
        "rule": _rule,
        "text": _text,
    }
    say(f"{'':30}{'decode/s':>12}{'grouping/s':>12}")
    rates = [_measured(name, [make(random) for _ in range(COUNT)], around) for name, make in makers.items()]
    mixed = [make(random) for make in makers.values() for _ in range(COUNT // len(makers))]
    letters, decoding = _timed(lambda: [decode(message, around) for message in mixed])
    groups, gathering = _timed(lambda: grouped(letters))
    _, choosing = _timed(lambda: compile_where("error.type == 'KeyError' && receive_count > `2`").select(letters))
    _, searching = _timed(lambda: plain_words("keyerror amount").select(letters))
    say(f"{'mixed':30}{COUNT / decoding:12,.0f}  into {len(groups)} groups")
    say(f"gathered {COUNT / gathering:,.0f}/s; --where {COUNT / choosing:,.0f}/s; words {COUNT / searching:,.0f}/s")
    return min(rates)


def _measured(name: str, messages: list[Message], around: Surroundings) -> float:
    letters, decoding = _timed(lambda: [decode(message, around) for message in messages])
    _, grouping = _timed(
        lambda: [fingerprint(letter.origin, letter.named, letter.error, letter.event) for letter in letters]
    )
    say(f"{name:30}{COUNT / decoding:12,.0f}{COUNT / grouping:12,.0f}")
    return COUNT / grouping


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = perf_counter()
    found = work()
    return found, perf_counter() - started


def _id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _event(random: Random) -> dict[str, object]:
    return {
        "version": "0",
        "id": _id(random),
        "detail-type": random.choice(("OrderCreated", "OrderUpdated", "OrderCancelled")),
        "source": "order-service",
        "account": "111122223333",
        "time": "2026-11-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {
            "orderId": f"ord-{random.randrange(10**6):06}",
            "customerId": f"cust-{random.randrange(10**4)}",
            "status": "PENDING",
            "amount": random.randrange(10**5) / 100,
            "correlationId": _id(random),
            "items": [{"sku": f"sku-{random.randrange(100)}", "quantity": random.randrange(1, 9)} for _ in range(3)],
        },
    }


def _system(random: Random, **more: str) -> dict[str, str]:
    sent = 1_793_000_000_000 + random.randrange(10**8)
    return {"SentTimestamp": str(sent), "ApproximateReceiveCount": "4", "SenderId": "AROAEXAMPLE"} | more


def _queue(random: Random) -> Message:
    body = json.dumps(_event(random))
    return Message(_id(random), body, system=_system(random, DeadLetterQueueSourceArn=_SOURCE))


def _reason(random: Random) -> tuple[str, str]:
    return random.choice(
        (
            ("TypeError", "unsupported operand type(s) for +: 'int' and 'NoneType'"),
            ("KeyError", "'amount'"),
            ("ValueError", f"order ord-{random.randrange(10**6)} of customer {_id(random)} has no items"),
            ("Sandbox.Timedout", f"RequestId: {_id(random)} Error: Task timed out after 3.00 seconds"),
            ("OperationalError", f"connection to 10.0.{random.randrange(9)}.7:5432 refused at 2026-11-01T00:00:00Z"),
        )
    )


def _function(random: Random) -> Message:
    type_, message = _reason(random)
    attributes = {
        "RequestID": MessageAttribute("String", _id(random)),
        "ErrorCode": MessageAttribute("Number", "200"),
        "ErrorMessage": MessageAttribute("String", f"{type_}: {message}"),
    }
    return Message(_id(random), json.dumps(_event(random)), attributes=attributes, system=_system(random))


def _destination(random: Random) -> Message:
    type_, message = _reason(random)
    record = {
        "version": "1.0",
        "timestamp": "2026-11-01T00:00:00.000Z",
        "requestContext": {
            "requestId": _id(random),
            "functionArn": f"{_FUNCTION}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": _event(random),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorType": type_, "errorMessage": message, "stackTrace": ["  File handler.py"] * 5},
    }
    return Message(_id(random), json.dumps(record), system=_system(random))


def _rule(random: Random) -> Message:
    attributes = {
        "RULE_ARN": MessageAttribute("String", _RULE),
        "TARGET_ARN": MessageAttribute("String", _FUNCTION),
        "ERROR_CODE": MessageAttribute("String", "NO_PERMISSIONS"),
        "ERROR_MESSAGE": MessageAttribute("String", f"not authorized to perform lambda:InvokeFunction on {_FUNCTION}"),
        "RETRY_ATTEMPTS": MessageAttribute("String", "0"),
    }
    return Message(_id(random), json.dumps(_event(random)), attributes=attributes, system=_system(random))


def _text(random: Random) -> Message:
    return Message(_id(random), f"order {random.random()} is not JSON at all " * 10, system=_system(random))


if __name__ == "__main__":
    sys.exit(main())
