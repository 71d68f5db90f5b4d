"""Time, handed in, so that a test can hold it still."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

_ASLEEP_TOO = time.CLOCK_BOOTTIME if hasattr(time, "CLOCK_BOOTTIME") else time.CLOCK_MONOTONIC
"""Linux stops CLOCK_MONOTONIC while the machine sleeps (clock_gettime(2)); macOS does not, and has no other name."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def elapsed() -> float:
    """Monotonic seconds, those in which the machine slept included: leases at AWS run out meanwhile."""
    return time.clock_gettime(_ASLEEP_TOO)


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock, for what is shown, and a monotonic one in seconds, for what is paced."""

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = elapsed
