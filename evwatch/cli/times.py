"""Points in time as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")


class Moment(click.ParamType[datetime]):
    """A moment: RFC 3339 (UTC where it names no offset), `now`, or how long ago (`15m`, `2h`, `1d`)."""

    name = "T"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> datetime:
        """The moment in UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        now = datetime.now(UTC)
        if text == "now":
            return now
        parts = _SPAN.findall(text)
        if parts and "".join(_SPAN.split(text)[::3]).strip() == "":
            try:
                return now - timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))
            except OverflowError:
                self.fail(f"{value!r} is too long ago", parameter, context)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(
                f"{value!r} is neither a time (2026-03-01T12:00:00Z) nor how long ago (15m, 2h)", parameter, context
            )
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
