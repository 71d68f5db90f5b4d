"""The live system: the traffic that services make, and what AWS measures of it meanwhile."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.system import metrics, names
from evwatch.demo.system.alarm_evaluation import AlarmEvaluation
from evwatch.demo.system.depths import look
from evwatch.demo.system.invocations import Invocations
from evwatch.demo.system.ledger import Ledger
from evwatch.demo.system.measuring import Minute
from evwatch.demo.system.orders import Event, Orders

TICK_SECONDS = 2.0
LOOK_SECONDS = 10.0
_FILE_EVERY, _EXPORT_EVERY, _AUDIT_EVERY = 45, 60, 5  # seconds of the story
_AT_ONCE = 10  # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html


class Traffic:
    """Puts events on the bus, files in the buckets and records in the stream, as the story has them."""

    def __init__(self, api: Api, ledger: Ledger, seed: int, began: float, speed: float) -> None:
        self._api = api
        self._ledger = ledger
        self._orders = Orders(seed)
        self._began = began
        self._speed = speed
        self._second = 0

    def tick(self) -> None:
        """Do all that has become due since the last tick."""
        until = int((time.time() - self._began) * self._speed)
        events: list[Event] = []
        while self._second < until:
            events += self._orders.at(self._second)
            self._files(self._second)
            if self._second % _AUDIT_EVERY == 0:
                self._audit(self._second)
            self._second += 1
        self._put(events)

    def _put(self, events: list[Event]) -> None:
        for first in range(0, len(events), _AT_ONCE):
            entries = [
                {
                    "EventBusName": names.BUS,
                    "Source": event.source,
                    "DetailType": event.detail_type,
                    "Detail": json.dumps(event.detail),
                }
                for event in events[first : first + _AT_ONCE]
            ]
            self._api.client("events").put_events(Entries=entries)

    def _files(self, second: int) -> None:
        if second % _FILE_EVERY == 20:
            key = f"source/2026/offboarding-{second // _FILE_EVERY + 100:04d}.csv"
            self._upload(names.OFFBOARDING_BUCKET, key, b"customerId;until\n" * 40)
            self._ledger.object_created(names.OFFBOARDING_BUCKET, key)
        if second % _EXPORT_EVERY == 40:
            self._upload(names.EXPORTS_BUCKET, f"exports/orders-{second // _EXPORT_EVERY:05d}.json", b"[]")

    def _upload(self, bucket: str, key: str, content: bytes) -> None:
        self._api.client("s3").put_object(Bucket=bucket, Key=key, Body=content)

    def _audit(self, second: int) -> None:
        records: list[dict[str, Any]] = [
            {"Data": json.dumps({"second": second, "action": "order.read"}).encode(), "PartitionKey": "audit"}
        ]
        self._api.client("kinesis").put_records(StreamName=names.AUDIT_STREAM, Records=records)


class Measurement:
    """Looks at the queues, publishes each minute that has ended, and evaluates the alarms."""

    def __init__(self, api: Api, ledger: Ledger, emulator_url: str, seed: int) -> None:
        self._api = api
        self._ledger = ledger
        self._emulator_url = emulator_url
        self._invocations = Invocations(api)
        self._noise = random.Random(seed + 5)
        self._alarms = AlarmEvaluation(api)
        self._at = time.time() // 60 * 60
        self._minute = Minute(self._at, look(emulator_url))

    def tick(self) -> None:
        """One look."""
        now = time.time()
        self._minute.saw(look(self._emulator_url))
        if now >= self._at + 60:
            points = [*self._minute.points(self._ledger.take(), self._noise), *self._invocations.points(self._at)]
            metrics.publish(self._api, points)
            self._at = now // 60 * 60
            self._minute = Minute(self._at, self._minute.last)
        self._alarms.evaluate(now)
        self._invocations.forget(now)


def repeat(
    act: Callable[[], None], seconds: float, ended: threading.Event, spoiled: tuple[type[Exception], ...]
) -> None:
    """Call `act` that often until it is ended. An error of these kinds spoils one time, not those that follow."""
    while not ended.wait(seconds):
        try:
            act()
        except spoiled:
            continue
