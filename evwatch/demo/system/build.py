"""Builds the order system over the ordinary API, and fills it with what has happened so far."""

from __future__ import annotations

import json
from dataclasses import dataclass

from evwatch.demo.api import Api
from evwatch.demo.system import alarms, compute, names, queues, rules, schedules, stores, topics
from evwatch.demo.system.dead_letters import DAY, HOUR, MINUTE, DeadLetters
from evwatch.demo.system.envelopes import Ids, eventbridge, object_created
from evwatch.demo.system.filling import Filling
from evwatch.demo.system.orders import Orders

SYSTEM_AGE = 23 * DAY


@dataclass(frozen=True, slots=True)
class Built:
    """What only the emulator could name."""

    table_stream_arn: str
    subscriptions: dict[str, str]
    """ARN of the subscription of each endpoint."""


def topology(api: Api, endpoint_url: str, began: float, speed: float) -> Built:
    """Create everything but what consumes. It counts as created three weeks ago."""
    api.ago(SYSTEM_AGE)
    queues.create(api)
    stream = stores.create(api)
    compute.create_functions(api, began, speed)
    subscriptions = topics.create(api)
    rules.create(api)
    stores.notify(api)
    schedules.create(api, endpoint_url)
    alarms.create(api)
    api.ago(0)
    return Built(stream, subscriptions)


def past(api: Api, endpoint_url: str, seed: int, now: float, built: Built) -> None:
    """Put the dead letters where they are. The source queues must be empty and not consumed."""
    filling = Filling(api, endpoint_url)
    letters = DeadLetters(seed, now, endpoint_url, built.table_stream_arn, built.subscriptions)
    for failed in letters.failed():
        filling.fail(failed)
    filling.put(letters.letters())


def about_to_fail(api: Api, endpoint_url: str, seed: int, now: float) -> None:
    """Leave orders that will go to the DLQ half a minute after their consumer begins: it fails on them once more."""
    poison, ids = Orders(seed + 3), Ids(seed + 3)
    bodies = [json.dumps(eventbridge(ids, poison.poison(kind), now - 2 * MINUTE)) for kind in (0, 0, 1)]
    Filling(api, endpoint_url).receive_before(names.ORDER_EVENTS, bodies, times=2, ago=2 * MINUTE)


def standing(api: Api, endpoint_url: str, seed: int, now: float) -> None:
    """Fill the source queues with what waits in them while nothing is consumed."""
    filling, orders, ids = Filling(api, endpoint_url), Orders(seed + 3), Ids(seed + 3)
    for queue, count, oldest in (
        (names.INVENTORY, 137, 26 * MINUTE),
        (names.ORDER_EVENTS, 12, 90),
        (names.NOTIFICATIONS, 6, 40),
        (names.PAYMENT_LEDGER, 3, 25),
        (names.AUDIT_ARCHIVE, 2, 5 * MINUTE),
    ):
        bodies = [json.dumps(eventbridge(ids, orders.placed(), now - oldest)) for _ in range(count)]
        filling.wait_in(queue, bodies, oldest)
    files = [
        object_created(ids, names.OFFBOARDING_BUCKET, f"source/2026/offboarding-{number:04d}.csv", 20_480, now - HOUR)
        for number in range(5, 9)
    ]
    filling.send(names.OFFBOARDING, [json.dumps(file) for file in files], 18 * MINUTE)
