"""The bottom line: how fresh, how many calls, what that costs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.text import Text

from evwatch.model.feed import Feed
from evwatch.model.queue import Depth
from evwatch.model.snapshot import Snapshot
from evwatch.present.faults import blocking, known
from evwatch.present.figures import age, count, money
from evwatch.present.freshness import Limits, is_stale, oldest
from evwatch.present.tones import ALARM, DIM, OK, STALE, WARN


def status(snapshot: Snapshot, now: datetime, limits: Limits, paused_at: datetime | None) -> Text:
    """`live  alarms 4 s  queues 2 s  flow 3 m   42 calls/min  $0.02/h`; what is old or throttled stands out."""
    line = Text(no_wrap=True, end="")
    if snapshot.paused or paused_at:
        since = f" for {age(now - paused_at)}" if paused_at else ""
        line.append(f" ‖ paused{since}", style=WARN)
    elif not any(known(context) for context in snapshot.contexts):
        failed = blocking(snapshot) is not None
        line.append(" ▲ not reading" if failed else " ○ connecting", style=ALARM if failed else DIM)
        return line
    else:
        stale = any(is_stale(oldest(feeds), now, limit) for _, feeds, limit in _sources(snapshot, limits))
        line.append(" ◌ stale" if stale else " ● live", style=STALE if stale else OK)
    for word, feeds, limit in _sources(snapshot, limits):
        line.append("  ")
        line.append_text(_source(word, oldest(feeds), now, limit))
    if minutes := max((each.clock_minutes_ahead for each in snapshot.contexts), key=abs, default=0):
        line.append(f"  clock {abs(minutes)} m {'ahead of' if minutes > 0 else 'behind'} AWS's", style=WARN)
    usage = snapshot.usage
    line.append(f"   {count(usage.calls_per_minute)} calls/min", style=DIM)
    if usage.throttled:
        line.append(f"  {count(usage.throttled)} throttled", style=WARN)
    if usage.failed:
        line.append(f"  {count(usage.failed)} failed", style=WARN)
    line.append(f"  {money(usage.usd_per_hour)}/h", style=DIM)
    return line


def _sources(snapshot: Snapshot, limits: Limits) -> list[tuple[str, list[Feed[Any]], float]]:
    contexts = snapshot.contexts
    return [
        ("alarms", [context.alarms for context in contexts], limits.alarms),
        ("depths", list(_newest_depths(snapshot)), limits.depths),
        ("flow", [context.flow for context in contexts], limits.flow),
    ]


def _source(word: str, feed: Feed[Any], now: datetime, limit: float) -> Text:
    if feed.value is None:
        return Text(f"{word} {'not read' if feed.fault else '…'}", style=STALE if feed.fault else DIM)
    rough = " ".join(age(feed.age(now)).split()[:2])  # the larger unit: the line holds a lot
    return Text(f"{word} {rough}", style=STALE if is_stale(feed, now, limit) else DIM)


def _newest_depths(snapshot: Snapshot) -> list[Feed[Depth]]:
    """The newest depth of each context: whether depths come at all; each row tells its own age."""
    found: list[Feed[Depth]] = []
    for context in snapshot.contexts:
        read = [feed for feed in context.depths.values() if feed.taken_at is not None]
        if read:
            found.append(max(read, key=lambda feed: feed.taken_at.timestamp() if feed.taken_at else 0.0))
        elif context.depths or context.queues.value:
            found.append(next(iter(context.depths.values()), Feed()))
    return found
