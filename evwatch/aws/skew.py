"""How far this machine's clock is from AWS's, which refuses signatures more than a few minutes off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_NAMED = re.compile(r"\b(\d{8}T\d{6}Z)\b(?:.*?\b(\d{8}T\d{6}Z)\b)?(?:.*?\((\d{8}T\d{6}Z) [-+])?", re.DOTALL)


def time_in(headers: Mapping[str, str]) -> datetime | None:
    """When the server sent this; None where it does not say."""
    try:
        found = parsedate_to_datetime(next(value for name, value in headers.items() if name.lower() == "date"))
    except (StopIteration, TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def skew_named(message: str) -> timedelta | None:
    """How far ahead the clock was that made a refused signature, where the refusal names both times.

    `Signature expired: A is now earlier than B (C - 5 min.)`, or `Signature not yet current: A is still later than B
    (C + 5 min.)`: A is when it was signed, C the server's own time.
    """
    found = _NAMED.search(message)
    if not found or not found.group(3):
        return None
    signed, now = (datetime.strptime(found.group(place), "%Y%m%dT%H%M%S%z") for place in (1, 3))
    return signed - now


class ServerClock:
    """Hears from answers what time it is at the other end; `now` is this machine's time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.ahead: timedelta | None = None
        """How far this machine is ahead of the server, to the second and the time that an answer takes; None until
        one said it."""

    def hear(self, headers: Mapping[str, str]) -> None:
        """The headers of an answer."""
        there = time_in(headers)
        if there:
            self.ahead = self._now() - there
