"""One source of data: its last good value, when that was taken, and what went wrong since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from evwatch.model.fault import Fault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Feed(Generic[T]):
    """`value` None means never read, which is not the same as empty: it must never be shown as zero."""

    value: T | None = None
    taken_at: datetime | None = field(default=None, compare=False)
    """When `value` was asked for: it is no older than this, however long the answer took. It moves at each poll, so it
    does not make two feeds unequal."""
    fault: Fault | None = None
    """Why the newest attempt failed; None where it succeeded or none was made."""

    def succeeded(self, value: T, at: datetime) -> Feed[T]:
        """The feed after a good reading."""
        return Feed(value, at)

    def failed(self, fault: Fault) -> Feed[T]:
        """The feed after a reading that failed: the last good value stays, with its age."""
        return replace(self, fault=fault)

    def age(self, now: datetime) -> timedelta | None:
        """How old the value is; None where there is none."""
        return None if self.taken_at is None else max(now - self.taken_at, timedelta(0))
