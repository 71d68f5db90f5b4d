"""Publishes each minute what AWS measures by itself and the emulator does not, from what was counted and seen."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from evwatch.demo.system import metrics, names, rules
from evwatch.demo.system.depths import Depth
from evwatch.demo.system.history import payment_points, rule_points, topic_points
from evwatch.demo.system.ledger import Page, sizes_of
from evwatch.demo.system.metrics import Point
from evwatch.demo.system.queues import QUEUES, Queue


class Minute:
    """One minute of the live system: the depths at its beginning, those seen since, and what was counted."""

    def __init__(self, at: float, before: Mapping[str, Depth]) -> None:
        self._at = at
        self._before = before
        self._seen: list[Mapping[str, Depth]] = []

    def saw(self, depths: Mapping[str, Depth]) -> None:
        """One look at all queues."""
        self._seen.append(depths)

    @property
    def last(self) -> Mapping[str, Depth]:
        """The depths that were seen last, where the next minute begins."""
        return self._seen[-1] if self._seen else self._before

    def points(self, page: Page, noise: random.Random) -> Iterator[Point]:
        """All points of this minute."""
        for queue in QUEUES:
            yield from self._gauges(queue)
            yield from self._counters(queue, page)
        for rule in rules.RULES:
            if page.matched[rule.name]:
                yield from rule_points(rule, self._at, page.matched[rule.name])
        size = sum(page.published) / len(page.published) if page.published else 0.0
        yield from topic_points(self._at, len(page.published), page.delivered, page.filtered, size)
        machine = names.state_machine_arn(names.FULFIL_ORDER)
        for name in ("ExecutionsStarted", "ExecutionsSucceeded"):
            started = float(page.matched[rules.FULFIL_PARTNER_ORDER.name])
            yield Point(metrics.state_machine(machine, name), self._at, (started,))
        for channel, placed in page.placed.items():
            yield Point(metrics.own(names.NAMESPACE, "OrdersPlaced", "Channel", channel), self._at, (float(placed),))
        yield from payment_points(self._at, noise)

    def _gauges(self, queue: Queue) -> Iterator[Point]:
        seen = [depths[queue.name] for depths in self._seen if queue.name in depths]
        for name, unit, values in (
            ("ApproximateNumberOfMessagesVisible", "Count", [depth.visible for depth in seen]),
            ("ApproximateNumberOfMessagesNotVisible", "Count", [depth.in_flight for depth in seen]),
            ("ApproximateNumberOfMessagesDelayed", "Count", [depth.delayed for depth in seen]),
            ("ApproximateAgeOfOldestMessage", "Seconds", [depth.oldest for depth in seen]),
        ):
            if values:
                yield Point(metrics.sqs(queue.name, name, unit), self._at, (float(round(max(values))),))
        if queue.fifo and seen:
            groups = float(max(depth.in_flight for depth in seen) > 0)  # all messages carry one group id
            yield Point(metrics.sqs(queue.name, "ApproximateNumberOfGroupsWithInflightMessages"), self._at, (groups,))
            yield Point(metrics.sqs(queue.name, "NumberOfDeduplicatedSentMessages"), self._at, (0.0,))

    def _counters(self, queue: Queue, page: Page) -> Iterator[Point]:
        before, after = self._before.get(queue.name, Depth()), self.last.get(queue.name, Depth())
        sizes = page.sent[queue.name]
        moved_in = _moved(before, after)
        moved_out = 0
        if queue.dlq:
            dlq = self._before.get(queue.dlq, Depth()), self.last.get(queue.dlq, Depth())
            moved_out = dlq[1].moved_from[queue.name] - dlq[0].moved_from[queue.name]
        # What is neither there any more nor was deleted over the API was consumed by a function; what nobody is known
        # to have sent came by a move task.
        gone = before.held + len(sizes) + moved_in - max(moved_out, 0) - page.deleted[queue.name] - after.held
        consumed, arrived = max(gone, 0), max(-gone, 0)
        again = sum(
            max(count - max(before.receives[message], 1), 0)
            for message, count in after.receives.items()
            if message in before.receives
        )
        by_functions = max(consumed + after.in_flight - before.in_flight + again, 0)
        if page.received[queue.name]:
            by_functions = consumed
        for name, value in (
            ("NumberOfMessagesSent", len(sizes) + arrived),
            ("NumberOfMessagesReceived", page.received[queue.name] + by_functions),
            ("NumberOfMessagesDeleted", page.deleted[queue.name] + consumed),
            ("NumberOfEmptyReceives", page.empty[queue.name]),
        ):
            yield Point(metrics.sqs(queue.name, name), self._at, (float(value),))
        if sizes:
            yield Point(metrics.sqs(queue.name, "SentMessageSize", "Bytes"), self._at, *sizes_of(sizes))


def _moved(before: Depth, after: Depth) -> int:
    return sum(max(after.moved_from[source] - count, 0) for source, count in before.moved_from.items()) + sum(
        count for source, count in after.moved_from.items() if source not in before.moved_from
    )
