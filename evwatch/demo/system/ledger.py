"""Counts what happens in the live system between two minutes: what its metrics are made of."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evwatch.demo.system import names, rules, topics
from evwatch.demo.system.orders import CHANNELS

_ENVELOPE_BYTES = 260


@dataclass(slots=True)
class Page:
    """Counts of one minute."""

    sent: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By queue: the size of each message sent to it."""
    received: Counter[str] = field(default_factory=Counter)
    """By queue: messages received over the API, as against by a function."""
    empty: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    """By rule's name."""
    published: list[int] = field(default_factory=list)
    """Size of each message to the topic of payments."""
    delivered: int = 0
    filtered: int = 0
    placed: Counter[str] = field(default_factory=Counter)
    """Orders by channel."""


class Ledger:
    """Told of calls by the gateway, in any thread; gives each page away once."""

    def __init__(self) -> None:
        self._page = Page()
        self._lock = threading.Lock()

    def take(self) -> Page:
        """What was counted since the last time."""
        with self._lock:
            page, self._page = self._page, Page()
        return page

    def told(self, operation: str, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> None:
        """Count one call that succeeded."""
        with self._lock:
            match operation:
                case "events:PutEvents":
                    for entry in asked.get("Entries", ()):
                        self._event(entry)
                case "sqs:SendMessage":
                    self._page.sent[_queue(asked)].append(len(asked.get("MessageBody", "")))
                case "sqs:SendMessageBatch":
                    bodies = {entry["Id"]: entry.get("MessageBody", "") for entry in asked["Entries"]}
                    sizes = [len(bodies[entry["Id"]]) for entry in answered.get("Successful", ())]
                    self._page.sent[_queue(asked)] += sizes
                case "sqs:ReceiveMessage":
                    messages = answered.get("Messages", ())
                    self._page.received[_queue(asked)] += len(messages)
                    self._page.empty[_queue(asked)] += not messages
                case "sqs:DeleteMessage":
                    self._page.deleted[_queue(asked)] += 1
                case "sqs:DeleteMessageBatch":
                    self._page.deleted[_queue(asked)] += len(answered.get("Successful", ()))

    def object_created(self, bucket: str, key: str) -> None:
        """Count an object that S3 tells EventBridge of."""
        detail = {"bucket": {"name": bucket}, "object": {"key": key}}
        with self._lock:
            self._route("default", "aws.s3", "Object Created", detail, 700)

    def _event(self, entry: Mapping[str, Any]) -> None:
        try:
            detail = json.loads(entry.get("Detail", "{}"))
        except ValueError:
            return
        bus = str(entry.get("EventBusName", "default")).rpartition("/")[2]
        size = len(entry.get("Detail", "")) + _ENVELOPE_BYTES
        self._route(bus, entry.get("Source", ""), entry.get("DetailType", ""), detail, size)
        if entry.get("DetailType") == "OrderCreated" and detail.get("channel") in CHANNELS:
            self._page.placed[detail["channel"]] += 1

    def _route(self, bus: str, source: str, detail_type: str, detail: Mapping[str, Any], size: int) -> None:
        for rule in rules.RULES:
            if rule.bus != bus or not rule.matches(source, detail_type, detail):
                continue
            self._page.matched[rule.name] += 1
            for target in rule.targets:
                if ":sqs:" in target.arn:
                    self._page.sent[_name(target.arn)].append(size)
                elif target.arn == names.topic_arn(names.TOPIC):
                    self._publish(detail, size)

    def _publish(self, detail: Mapping[str, Any], size: int) -> None:
        self._page.published.append(size)
        for subscription in topics.SUBSCRIPTIONS:
            if not subscription.takes(detail):
                self._page.filtered += 1
                continue
            self._page.delivered += 1
            if subscription.protocol == "sqs":
                self._page.sent[_name(subscription.endpoint)].append(size)


def sizes_of(sizes: Iterable[int]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Each size, and how often it was seen."""
    seen = Counter(sizes)
    return tuple(map(float, seen)), tuple(map(float, seen.values()))


def _queue(asked: Mapping[str, Any]) -> str:
    return str(asked.get("QueueUrl", "")).rpartition("/")[2]


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
