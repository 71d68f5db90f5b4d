"""The last three hours of metrics, as they would be had the system run: so charts are full at once, and end where the
live system goes on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from evwatch.demo.functions.weather import DATABASE, WAREHOUSE
from evwatch.demo.system import compute, metrics, names, orders, rules
from evwatch.demo.system.build import Standing
from evwatch.demo.system.metrics import Point
from evwatch.demo.system.queues import DLQS, SOURCES

MINUTES = 180
FROZEN_STORY = 700.0
"""Where in the story a frozen system stands still: nothing is slow any more."""
PAUSED_MINUTES = 26
"""For how long nobody has reserved stock in a frozen system."""
_RESERVED_A_SECOND = 2 * 1 / WAREHOUSE.usual, 2 * 1 / WAREHOUSE.when_slow  # by two at a time
_BODY_BYTES = 640.0
_BATCHES = 30  # a minute, of order events


@dataclass(frozen=True, slots=True)
class Minute:
    """What happened in one minute."""

    at: float
    placed: float
    paid: float
    slow_share: float
    """For how much of it the database was slow."""
    waiting: float
    """The most orders that waited for their stock."""
    reserved: float


class History:
    """All points up to the last full minute before `now`, the same for a seed.

    `arrivals` holds for each DLQ how many seconds ago each of its letters came.
    """

    def __init__(
        self,
        seed: int,
        now: float,
        arrivals: Mapping[str, Sequence[float]],
        standing: Mapping[str, Standing] = MappingProxyType({}),
    ) -> None:
        self._random = random.Random(seed + 4)
        self._now = now
        self._arrivals = arrivals
        self._standing = standing

    def points(self) -> Iterator[Point]:
        """Every point, oldest first."""
        for minute in self._minutes():
            yield from self._queues(minute)
            yield from self._functions(minute)
            yield from self._flow(minute)
            yield from self._service(minute)

    def _minutes(self) -> Iterator[Minute]:
        end = self._now // 60 * 60
        story_now = FROZEN_STORY if self._standing else 0.0
        waiting = 0.0
        for index in range(MINUTES, 0, -1):
            at = end - 60 * index
            paused = names.INVENTORY in self._standing and index <= PAUSED_MINUTES
            placed = reserved = slow = most = 0.0
            for second in range(60):
                of_story = story_now + at + second - self._now
                came = orders.orders_a_second(of_story)
                can = 0.0 if paused else _RESERVED_A_SECOND[WAREHOUSE.is_slow(of_story)]
                done = min(waiting + came, can)
                waiting += came - done
                placed, reserved, most = placed + came, reserved + done, max(most, waiting)
                slow += DATABASE.is_slow(of_story)
            noise = self._random.uniform(0.85, 1.15)
            if paused:
                share = (PAUSED_MINUTES - index + 1) / PAUSED_MINUTES
                placed = self._standing[names.INVENTORY].visible / PAUSED_MINUTES
                most, noise = self._standing[names.INVENTORY].visible * share, 1.0
            yield Minute(
                at, round(placed * noise), round(placed * noise * 0.97), slow / 60, round(most), round(reserved)
            )

    def _queues(self, minute: Minute) -> Iterator[Point]:
        last = minute.at >= self._now // 60 * 60 - 60
        changed = minute.paid * 1.8
        sent = {
            names.INVENTORY: minute.placed,
            names.ORDER_EVENTS: minute.placed + changed,
            names.NOTIFICATIONS: minute.paid,
            names.PAYMENT_LEDGER: minute.paid,
            names.OFFBOARDING: float(self._random.random() < 0.7),
            names.AUDIT_ARCHIVE: 0.0,
        }
        for queue in SOURCES:
            came = round(sent[queue.name])
            gone, visible, oldest = came, min(came, self._random.randrange(3)), 1.0
            if queue.name == names.INVENTORY:
                gone, visible = round(minute.reserved), round(minute.waiting)
                oldest = min(visible / max(minute.reserved / 60, 0.3), 110.0)
            if last and queue.name in self._standing:
                visible, oldest = self._standing[queue.name].visible, self._standing[queue.name].oldest
            in_flight = round(came / 60 * 1.4 * minute.slow_share) if queue.name == names.ORDER_EVENTS else gone and 1
            yield from _gauges(queue.name, minute.at, visible, in_flight, oldest if visible else 0.0)
            for name, value in (
                ("NumberOfMessagesSent", came),
                ("NumberOfMessagesReceived", gone),
                ("NumberOfMessagesDeleted", gone),
                ("NumberOfEmptyReceives", 0),
            ):
                yield Point(metrics.sqs(queue.name, name), minute.at, (float(value),))
            if came:
                size = metrics.sqs(queue.name, "SentMessageSize", "Bytes")
                yield Point(size, minute.at, (_BODY_BYTES,), (float(came),))
            if queue.fifo:
                for name in ("ApproximateNumberOfGroupsWithInflightMessages", "NumberOfDeduplicatedSentMessages"):
                    yield Point(metrics.sqs(queue.name, name), minute.at, (0.0,))
        for dlq in DLQS:
            there = [ago for ago in self._arrivals.get(dlq.name, ()) if self._now - ago < minute.at + 60]
            oldest = minute.at + 60 - (self._now - max(there)) if there else 0.0
            yield from _gauges(dlq.name, minute.at, len(there), 0, oldest)
            for name in ("NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted"):
                yield Point(metrics.sqs(dlq.name, name), minute.at, (0.0,))

    def _functions(self, minute: Minute) -> Iterator[Point]:
        slow = round(_BATCHES * minute.slow_share)
        invoked = {
            names.PROCESS_ORDER: float(_BATCHES),
            names.RESERVE_STOCK: -(-minute.reserved // 2),
            names.SEND_CONFIRMATION: minute.placed,
            names.NOTIFY_CUSTOMER: minute.paid * 0.7,
            names.RECORD_PAYMENT: minute.paid * 0.7,
            names.FLAG_DECLINED: minute.paid * 0.1,
            names.SEND_RECEIPT: minute.paid * 0.9,
            names.PROJECT_ORDER: float(_BATCHES),
            names.OFFBOARD_CUSTOMER: 1.0,
            names.INDEX_EXPORT: 1.0,
            names.ARCHIVE_AUDIT: 12.0,
        }
        for function in compute.FUNCTIONS:
            count = round(invoked.get(function.name, 0.0))
            if not count:
                continue
            for name, value in (("Invocations", count), ("Errors", 0), ("Throttles", 0)):
                yield Point(metrics.function(function.name, name), minute.at, (float(value),))
            if function.name == names.PROCESS_ORDER:
                took = ((DATABASE.usual * 1000 + 9, _BATCHES - slow), (DATABASE.when_slow * 1000 + 11, slow))
            elif function.name == names.RESERVE_STOCK:
                took = ((WAREHOUSE.usual * 2000 + 4, count), (WAREHOUSE.when_slow * 2000 + 4, 0))
            else:
                usual = self._random.uniform(3, 6)
                took = ((usual, count - count // 20), (usual * self._random.uniform(4, 9), count // 20))
            values = tuple((round(ms, 2), float(seen)) for ms, seen in took if seen)
            duration = metrics.function(function.name, "Duration", "Milliseconds")
            yield Point(duration, minute.at, tuple(ms for ms, _ in values), tuple(seen for _, seen in values))

    def _flow(self, minute: Minute) -> Iterator[Point]:
        fulfilled = minute.paid * 0.09
        for rule, events in (
            (rules.ORDER_CREATED, minute.placed),
            (rules.ORDER_CONFIRMATION, minute.placed),
            (rules.ORDER_CHANGED, minute.paid * 1.8),
            (rules.PAYMENT_PROCESSED, minute.paid),
            (rules.FULFIL_PARTNER_ORDER, fulfilled),
        ):
            if round(events):
                yield from rule_points(rule, minute.at, round(events))
        paid = round(minute.paid)
        yield from topic_points(minute.at, paid, delivered=round(paid * 3), filtered=paid, size=_BODY_BYTES)
        machine = names.state_machine_arn(names.FULFIL_ORDER)
        for name in ("ExecutionsStarted", "ExecutionsSucceeded"):
            yield Point(metrics.state_machine(machine, name), minute.at, (float(round(fulfilled)),))

    def _service(self, minute: Minute) -> Iterator[Point]:
        for channel, share in zip(orders.CHANNELS, (0.6, 0.3, 0.1), strict=True):
            placed = metrics.own(names.NAMESPACE, "OrdersPlaced", "Channel", channel)
            yield Point(placed, minute.at, (float(round(minute.placed * share)),))
        yield from payment_points(minute.at, self._random)


def payment_points(at: float, noise: random.Random) -> Iterator[Point]:
    """What the service tells of its payment providers for a minute: of ten payments, how many took how long."""
    for provider, usual in zip(orders.PROVIDERS, (240.0, 310.0), strict=True):
        latency = metrics.own(names.NAMESPACE, "PaymentLatency", "Provider", provider, "Milliseconds")
        values = tuple(round(usual * factor * noise.uniform(0.9, 1.1), 1) for factor in (1, 1.3, 2.2))
        yield Point(latency, at, values, (6.0, 3.0, 1.0))


def rule_points(rule: rules.Rule, at: float, events: int) -> Iterator[Point]:
    """What a rule emits for a minute in which so many events matched."""
    for name, value in (
        ("MatchedEvents", events),
        ("TriggeredRules", events),
        ("Invocations", events * len(rule.targets)),
    ):
        yield Point(metrics.rule(rule, name), at, (float(value),))


def topic_points(at: float, published: int, delivered: int, filtered: int, size: float) -> Iterator[Point]:
    """What the topic of payments emits for a minute."""
    for name, value in (
        ("NumberOfMessagesPublished", published),
        ("NumberOfNotificationsDelivered", delivered),
        ("NumberOfNotificationsFilteredOut", filtered),
        ("NumberOfNotificationsFailed", 0),
    ):
        yield Point(metrics.topic(names.TOPIC, name), at, (float(value),))
    if published:
        yield Point(metrics.topic(names.TOPIC, "PublishSize", "Bytes"), at, (size,), (float(published),))


def _gauges(queue: str, at: float, visible: int, in_flight: int, oldest: float) -> Iterator[Point]:
    for name, value in (
        ("ApproximateNumberOfMessagesVisible", visible),
        ("ApproximateNumberOfMessagesNotVisible", in_flight),
        ("ApproximateNumberOfMessagesDelayed", 0),
    ):
        yield Point(metrics.sqs(queue, name), at, (float(value),))
    yield Point(metrics.sqs(queue, "ApproximateAgeOfOldestMessage", "Seconds"), at, (round(oldest, 1),))
