"""Moments as JSON has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, overload


@overload
def timestamp(moment: datetime, precision: Literal["milliseconds", "seconds"] = ...) -> str: ...
@overload
def timestamp(moment: datetime | None, precision: Literal["milliseconds", "seconds"] = ...) -> str | None: ...
def timestamp(moment: datetime | None, precision: Literal["milliseconds", "seconds"] = "milliseconds") -> str | None:
    """RFC 3339 in UTC: `2026-11-21T05:57:12.000Z`. SQS gives milliseconds, CloudWatch seconds."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
