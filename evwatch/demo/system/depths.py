"""What is in the queues, seen without receiving: the emulator shows it to whoever asks for its own page."""

from __future__ import annotations

import json
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from evwatch.demo.environment import ACCOUNT, REGION

_POISON_RECEIVES = 3  # from then on SQS leaves a message out of the age of the oldest
_REQUEST = f"/_ministack/sqs/messages?account={ACCOUNT}&region={REGION}"


@dataclass(slots=True)
class Depth:
    """One queue at one moment."""

    visible: int = 0
    in_flight: int = 0
    delayed: int = 0
    oldest: float = 0.0
    """Age in seconds."""
    receives: dict[str, int] = field(default_factory=dict)
    """By message id: how often it was received so far."""
    moved_from: Counter[str] = field(default_factory=Counter)
    """By source queue: how many of the messages its redrive policy moved here."""

    @property
    def held(self) -> int:
        """All messages."""
        return self.visible + self.in_flight + self.delayed


def look(emulator_url: str) -> dict[str, Depth]:
    """Every queue of the demo's account."""
    with urllib.request.urlopen(emulator_url + _REQUEST, timeout=10) as answer:
        queues = json.load(answer)["messages"].get(ACCOUNT, {}).get(REGION, {})
    now = time.time()
    return {url.rpartition("/")[2]: _depth(messages, now) for url, messages in queues.items()}


def _depth(messages: list[dict[str, Any]], now: float) -> Depth:
    depth = Depth()
    for message in messages:
        if message["IsVisible"]:
            depth.visible += 1
        elif message["ReceiveCount"]:
            depth.in_flight += 1
        else:
            depth.delayed += 1
        depth.receives[message["MessageId"]] = message["ReceiveCount"]
        source = message["Attributes"].get("DeadLetterQueueSourceArn")
        since = message["SentTimestamp"]
        if source:
            depth.moved_from[source.rpartition(":")[2]] += 1
            # In a DLQ the age counts from the move, which follows the first receive as closely as retries allow.
            since = message["FirstReceiveTimestamp"] or since
        elif message["ReceiveCount"] >= _POISON_RECEIVES:
            continue
        depth.oldest = max(depth.oldest, now - since)
    return depth
