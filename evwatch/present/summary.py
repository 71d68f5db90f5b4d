"""The one line that answers: is anything wrong, and how much of the system was looked at to say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from evwatch.model.snapshot import Snapshot
from evwatch.present.alarms import AlarmRow
from evwatch.present.faults import unread_words
from evwatch.present.figures import age, clock_time, count, plural
from evwatch.present.freshness import Limits, is_stale
from evwatch.present.queues import QueueRow
from evwatch.present.tones import ALARM, DIM, OK, STALE, WARN

_TOO_OLD_SECONDS = 600
"""Of thousands of queues each is read in its turn, a few minutes apart; older than this is no turn but a standstill."""


def summary(
    snapshot: Snapshot,
    queues: Sequence[QueueRow],
    alarms: Sequence[AlarmRow],
    now: datetime,
    limits: Limits,
    runs: str = "",
) -> Text:
    """What is wrong, most urgent first; where nothing is, that it is so, as of when, and what was not read.

    `runs` says of runs what somebody should know.
    """
    line = Text(no_wrap=True, overflow="ellipsis", end="")
    troubles = [*_troubles(queues, alarms), *([(runs, ALARM)] if runs else [])]
    for index, (words, tone) in enumerate(troubles):
        line.append("  " if index else "")
        line.append(words, style=tone)
    if not troubles:
        line.append_text(_clear(snapshot, queues, now, limits))
    unread = unread_words(snapshot)
    if unread:
        line.append("; " if not troubles else "  ", style=DIM)
        line.append(unread, style=STALE)
    unknown = sum(row.depth.value is None for row in queues)
    if unknown:
        line.append("  ")
        line.append(f"{count(len(queues) - unknown)} of {plural(len(queues), 'queue')} read so far", style=DIM)
    return line


def _troubles(queues: Sequence[QueueRow], alarms: Sequence[AlarmRow]) -> list[tuple[str, str]]:
    firing = sum(row.alarm.fires for row in alarms)
    stuck = sum(row.outlook.heading == "stuck" and not row.is_dlq for row in queues)
    grow = sum(row.outlook.heading == "grows" and not row.is_dlq for row in queues)
    filled = [row for row in queues if row.is_dlq and row.held]
    dead = sum(row.held or 0 for row in filled)
    found: list[tuple[str, str]] = []
    if firing:
        found.append((f"▲ {plural(firing, 'alarm')} firing", ALARM))
    if dead:
        found.append((f"▲ {plural(dead, 'dead letter')} in {plural(len(filled), 'DLQ')}", ALARM))
    if stuck:
        found.append((f"■ {plural(stuck, 'queue')} stuck", ALARM))
    if grow:
        found.append((f"↗ {count(grow) if stuck else plural(grow, 'queue')} growing", WARN))
    return found


def _clear(snapshot: Snapshot, queues: Sequence[QueueRow], now: datetime, limits: Limits) -> Text:
    contexts = snapshot.contexts
    if not contexts:
        return Text("nothing was read yet", style=DIM)
    if any(each.alarms.value is None or each.queues.value is None for each in contexts) or any(
        row.depth.value is None for row in queues
    ):
        return Text("nothing wrong in what was read", style=DIM)
    # The lists of queues are read far more seldom, and say nothing about health.
    taken = [each.alarms.taken_at for each in contexts] + [row.depth.taken_at for row in queues]
    moment = min((each for each in taken if each is not None), default=snapshot.taken_at)
    stale = (
        any(is_stale(each.alarms, now, limits.alarms) or is_stale(each.queues, now, limits.flow) for each in contexts)
        or any(row.depth.fault is not None for row in queues)
        or (now - moment).total_seconds() > _TOO_OLD_SECONDS
    )
    if stale:
        return Text(f"? was clear as of {clock_time(moment, now)}, {age(now - moment)} ago", style=STALE)
    return Text(f"✓ all clear as of {clock_time(moment, now)}", style=OK)
