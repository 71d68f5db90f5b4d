"""Dead-letter queues that hold something: how much, how fast it grows, and how long it has left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from evwatch.model.arn import arn_name
from evwatch.model.snapshot import Snapshot
from evwatch.present.figures import count, span
from evwatch.present.queues import QueueRow

ARRIVALS_SECONDS = 300
_MINUTE = 60
_HOUR = 3_600
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """One DLQ that is not empty, or is not known to be."""

    row: QueueRow
    arrived: int | None = None
    """How many more it holds than at the start of the last five minutes that evwatch saw; None where too little was
    seen. SQS counts no arrival of a message that a redrive policy moves, so its metrics cannot tell."""
    over_seconds: float = 0.0
    expires_within: float | None = None
    """Seconds until its first message is gone, at the latest."""
    exact_expiry: bool = False
    sources: tuple[str, ...] = ()
    mostly: str = ""
    """Title of the largest failure group that the newest look or sample met; empty where none was taken."""
    looked_at: datetime | None = field(default=None, compare=False)
    seen: int = 0
    """Messages that it met."""


def dead_letter_rows(rows: Iterable[QueueRow], snapshot: Snapshot) -> tuple[DeadLetterRow, ...]:
    """DLQs that hold messages, the fullest first."""
    contexts = {context.context.name: context for context in snapshot.contexts}
    found: list[DeadLetterRow] = []
    now = snapshot.taken_at.timestamp()
    for row in rows:
        held = row.held
        if not row.is_dlq or not held:
            continue
        history = contexts[row.context].histories.get(row.queue.arn, ())
        sources = tuple(dict.fromkeys(arn_name(source.arn) for source in row.assessed.sources))
        arrived, over = _arrivals(history, now, held)
        sample = contexts[row.context].samples.get(row.queue.arn)
        told = sample.value if sample else None
        found.append(
            DeadLetterRow(
                row,
                arrived,
                over,
                expires_within(row),
                row.queue.fifo,
                sources,
                mostly=told.groups[0].title if told and told.groups else "",
                looked_at=sample.taken_at if sample else None,
                seen=told.seen if told else 0,
            )
        )
    return tuple(sorted(found, key=lambda found_row: (-(found_row.row.held or 0), found_row.row.key)))


def expires_within(row: QueueRow) -> float | None:
    """Seconds until the first message expires, at the latest; None where the age is not known.

    A message that a redrive policy moved keeps its enqueue time on a standard queue, while the age metric counts from
    the move: it can only expire sooner than that says. On FIFO the enqueue time begins anew with the move.
    (SQS developer guide, setting up dead-letter queue retention.)
    """
    if row.oldest_seconds is None or row.queue.retention_seconds is None:
        return None
    return max(0.0, row.queue.retention_seconds - row.oldest_seconds)


def arrivals_words(row: DeadLetterRow) -> str:
    """`+12 in 5 m`, `-3 in 5 m`, `none in 5 m`; empty where too little was seen."""
    if row.arrived is None:
        return ""
    over = span(max(1, round(row.over_seconds / _MINUTE)) * _MINUTE)
    if row.arrived == 0:
        return f"none in {over}"
    return f"{'+' if row.arrived > 0 else '-'}{count(abs(row.arrived))} in {over}"


def expiry_words(row: DeadLetterRow) -> str:
    """`first gone in 13 d` (at most that, where it cannot be known exactly); empty where nothing is known."""
    if row.expires_within is None:
        return ""
    bound = "" if row.exact_expiry else "≤ "
    return f"{bound}{_coarse(row.expires_within)}"


def _coarse(seconds: float) -> str:
    """Rounded up: it is a bound."""
    if seconds >= 2 * _DAY:
        return f"{ceil(seconds / _DAY)} d"
    if seconds >= 2 * _HOUR:
        return f"{ceil(seconds / _HOUR)} h"
    return f"{ceil(seconds / _MINUTE)} m"


def _arrivals(history: tuple[tuple[float, int], ...], now: float, held: int) -> tuple[int | None, float]:
    seen = [(time, amount) for time, amount in history if time <= now]
    if not seen:
        return None, 0.0
    before = [entry for entry in seen if entry[0] <= now - ARRIVALS_SECONDS]
    time, amount = before[-1] if before else seen[0]
    if now - time < _MINUTE:
        return None, 0.0
    return held - amount, now - time
