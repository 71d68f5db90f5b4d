"""Builds the order system over the ordinary API, and fills it with what has happened so far."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from evwatch.demo.api import Api
from evwatch.demo.system import alarms, compute, names, queues, rules, schedules, stores, topics
from evwatch.demo.system.dead_letters import DeadLetters
from evwatch.demo.system.durations import DAY, MINUTE
from evwatch.demo.system.envelopes import Ids, eventbridge, notification, object_created
from evwatch.demo.system.failure_logs import FailureLogs
from evwatch.demo.system.filling import Filling
from evwatch.demo.system.orders import Orders

SYSTEM_AGE = 23 * DAY


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits in a source queue while nothing is consumed, and for how many seconds the oldest has."""

    visible: int
    oldest: float


STANDING = {
    names.INVENTORY: Standing(137, 26 * MINUTE),
    names.ORDER_EVENTS: Standing(12, 90),
    names.NOTIFICATIONS: Standing(6, 40),
    names.PAYMENT_LEDGER: Standing(3, 25),
    names.OFFBOARDING: Standing(4, 18 * MINUTE),
    names.AUDIT_ARCHIVE: Standing(2, 5 * MINUTE),
}


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


def past(api: Api, endpoint_url: str, seed: int, now: float, built: Built) -> dict[str, list[float]]:
    """Put the dead letters where they are, and what functions logged of them. The source queues must be empty and not
    consumed.

    Gives for each DLQ how many seconds ago each of its letters came.
    """
    filling = Filling(api, endpoint_url)
    letters = DeadLetters(seed, now, endpoint_url, built.table_stream_arn, built.subscriptions)
    dlqs = {queue.name: queue.dlq or "" for queue in queues.SOURCES}
    arrivals: dict[str, list[float]] = defaultdict(list)
    logs = FailureLogs(api, seed)
    for failed in letters.failed():
        ids, received = filling.fail(failed)
        logs.of_messages(failed, ids, now - received)
        arrivals[dlqs[failed.queue]] += [failed.ago] * len(failed.bodies)
    for letter in letters.letters():
        filling.put(letter)
        logs.of_letter(letter, now - letter.ago)
        arrivals[letter.queue].append(letter.ago)
    logs.write()
    return arrivals


def about_to_fail(api: Api, endpoint_url: str, seed: int, now: float) -> None:
    """Leave orders that will go to the DLQ half a minute after their consumer begins: it fails on them once more."""
    poison, ids = Orders(seed + 3), Ids(seed + 3)
    bodies = [json.dumps(eventbridge(ids, poison.poison(kind), now - 2 * MINUTE)) for kind in (0, 0, 1)]
    Filling(api, endpoint_url).receive_before(names.ORDER_EVENTS, bodies, times=2, ago=2 * MINUTE)


def standing(api: Api, endpoint_url: str, seed: int, now: float, built: Built) -> None:
    """Fill the source queues with what waits in them while nothing is consumed."""
    filling, orders, ids = Filling(api, endpoint_url), Orders(seed + 3), Ids(seed + 3)
    for queue, waits in STANDING.items():
        times = [now - waits.oldest * (1 - number / waits.visible) for number in range(waits.visible)]
        if queue == names.OFFBOARDING:
            keys = [f"source/2026/offboarding-{number:04d}.csv" for number in range(5, 5 + waits.visible)]
            files = [
                json.dumps(object_created(ids, names.OFFBOARDING_BUCKET, key, 20_480, at))
                for key, at in zip(keys, times, strict=True)
            ]
            filling.send(queue, files, waits.oldest)
            continue
        bodies = [json.dumps(eventbridge(ids, orders.placed(), at)) for at in times]
        if queue == names.NOTIFICATIONS:
            subscription = built.subscriptions[names.queue_arn(queue)]
            bodies = [
                notification(ids, names.TOPIC, body, at, subscription) for body, at in zip(bodies, times, strict=True)
            ]
        filling.wait_in(queue, bodies, waits.oldest)
