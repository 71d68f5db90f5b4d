"""How old something is, and whether that is too old to pass for now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from evwatch.model.feed import Feed
from evwatch.present.figures import age
from evwatch.present.inert import plain
from evwatch.present.tones import DIM, STALE


@dataclass(frozen=True, slots=True)
class Limits:
    """Ages in seconds beyond which a reading of each source is called stale."""

    depths: float = 20.0
    alarms: float = 90.0
    metrics: float = 180.0
    flow: float = 900.0

    @staticmethod
    def of(depths: float, alarms: float, metrics: float, flow: float) -> Limits:
        """From the cadences: a reading that missed two of its turns is stale."""
        return Limits(max(4 * depths, 20.0), 3 * alarms, 3 * metrics, 3 * flow)


def is_stale(feed: Feed[Any], now: datetime, limit: float) -> bool:
    """True for a value that is older than `limit`, or whose newest reading failed. Never read is not stale."""
    if feed.value is None:
        return False
    passed = feed.age(now)
    return feed.fault is not None or (passed is not None and passed.total_seconds() > limit)


def freshness(feed: Feed[Any], now: datetime, limit: float) -> Text:
    """A panel's corner: `4 s ago`, `stale: 4 m 3 s ago`, `not read yet`, or the reason why it never was."""
    if feed.value is None:
        if feed.fault is None:
            return Text("not read yet", style=DIM)
        return Text(f"not read: {plain(feed.fault.message, 60)}", style=STALE)
    passed = feed.age(now)
    if is_stale(feed, now, limit):
        why = f": {plain(feed.fault.message, 60)}" if feed.fault else ""
        return Text(f"stale, {age(passed)} ago{why}", style=STALE)
    return Text(f"{age(passed)} ago", style=DIM)


def nothing_words(none: str, feed: Feed[Any]) -> str:
    """What an empty list says: what was not read must not pass for `none`."""
    if feed.value is not None:
        return none
    return f"not read: {plain(feed.fault.message, 100)}" if feed.fault else "not read yet"


def freshness_of_many(feeds: Sequence[Feed[Any]], now: datetime, limit: float) -> Text:
    """A corner for rows that each tell their own age: the newest, and how many are stale."""
    stale = [feed for feed in feeds if is_stale(feed, now, limit)]
    if stale and len(stale) == len(feeds):
        return freshness(max(stale, key=_trust), now, limit)
    said = freshness(max(feeds, key=_trust), now, limit)
    return Text.assemble(said, (f", {len(stale)} stale", STALE)) if stale else said


def oldest(feeds: list[Feed[Any]]) -> Feed[Any]:
    """The feed that speaks for several: one never read, else one that failed, else the oldest."""
    if not feeds:
        return Feed()
    return min(feeds, key=_trust)


def _trust(feed: Feed[Any]) -> tuple[bool, bool, float]:
    return (
        feed.value is not None,
        feed.fault is None,
        feed.taken_at.timestamp() if feed.taken_at else 0.0,
    )
