"""A snapshot moved to a held moment, with times, ids and addresses that are the same whenever it is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from evwatch.model.metric import Series

HELD = datetime(2026, 1, 14, 3, 12, 40, tzinfo=UTC)
"""When all pictures are taken."""

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ENDPOINT = re.compile(r"http://127\.0\.0\.1:\d+")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=Z|\+00:?00)")
_ALARM_TIME = re.compile(r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d")
_ALARM_DAY = re.compile(r"\w+ \d\d? \w+, \d{4} \d\d:\d\d:\d\d(?= UTC)")
_ALARM_DAY_FORMAT = "%A %d %B, %Y %H:%M:%S"


class Holder:
    """Moves values by one span of time, and numbers the ids that it meets."""

    def __init__(self, taken_at: datetime) -> None:
        self._by = HELD - taken_at
        self._ids: dict[str, str] = {}

    def hold(self, value: Any) -> Any:
        """The value as it would be at the held moment."""
        match value:
            case datetime():
                return value.astimezone(UTC) + self._by
            case str():
                return self._text(value)
            case Series():
                return self._series(value)
            case tuple():
                held = [self.hold(part) for part in value]
                return type(value)(*held) if hasattr(value, "_fields") else tuple(held)
            case list():
                return [self.hold(part) for part in value]
            case Mapping():
                return {self.hold(key): self.hold(part) for key, part in value.items()}
            case _ if is_dataclass(value) and not isinstance(value, type):
                return type(value)(**{part.name: self.hold(getattr(value, part.name)) for part in fields(value)})
            case _:
                return value

    def _series(self, series: Series) -> Series:
        seconds = self._by.total_seconds()
        return Series(
            query=self.hold(series.query),
            period_seconds=series.period_seconds,
            start=series.start + seconds,
            end=series.end + seconds,
            times=tuple(at + seconds for at in series.times),
            values=series.values,
            complete=series.complete,
            message=series.message,
            taken_at=HELD,
        )

    def _text(self, text: str) -> str:
        text = _UUID.sub(lambda found: self._id(found[0]), text)
        text = _ENDPOINT.sub("http://127.0.0.1:4566", text)
        text = _ISO.sub(lambda found: self._iso(found[0]), text)
        text = _ALARM_TIME.sub(lambda found: self._moved(found[0], "%d/%m/%y %H:%M:%S"), text)
        return _ALARM_DAY.sub(lambda found: self._moved(found[0], _ALARM_DAY_FORMAT), text)

    def _id(self, known: str) -> str:
        return self._ids.setdefault(known, f"5f0c2a10-0000-4000-8000-{len(self._ids) + 1:012d}")

    def _iso(self, text: str) -> str:
        moved = datetime.fromisoformat(text).replace(tzinfo=UTC) + self._by
        return moved.replace(tzinfo=None).isoformat(timespec="milliseconds" if "." in text else "seconds")

    def _moved(self, text: str, form: str) -> str:
        try:
            return (datetime.strptime(text, form).replace(tzinfo=UTC) + self._by).strftime(form)
        except ValueError:
            return text
