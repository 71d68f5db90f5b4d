"""What evwatch itself costs: its calls, how they ended, and their estimated price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "unsupported", "throttled", "denied", "failed"]
"""`unsupported`: the endpoint does not have this operation, as emulators do not; that is an answer and no trouble."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls made since the session began. An SDK retry is a call of its own: AWS counts and bills it."""

    calls: tuple[tuple[str, int], ...] = ()
    """`(\"sqs:GetQueueAttributes\", 42)`, sorted by name."""
    throttled: int = 0
    failed: int = 0
    troubled: tuple[tuple[str, Outcome, int], ...] = ()
    """Of the calls that did not end well how many ended how, by name."""
    estimated_usd: float = 0.0
    calls_per_minute: int = 0
    """Calls within the last 60 seconds."""
    usd_per_hour: float = 0.0
    """The price of the last 60 minutes, or of the session so far scaled up to an hour; first figures are rough."""
