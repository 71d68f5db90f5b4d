"""Ages, counts, rates, spans and money in as few cells as can be read at a glance.

What is not known is an en dash, never a zero.
"""

from __future__ import annotations

from datetime import datetime, timedelta

MISSING = "–"  # noqa: RUF001 - the en dash is what stands for missing on screen

_EXACT_BELOW = 10_000
_SMALL = 0.001
_SUFFIXES = ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"))
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def age(passed: timedelta | float | None) -> str:
    """How long ago, in the two largest units: `4 s`, `3 m 12 s`, `2 h 5 m`, `3 d 4 h`."""
    if passed is None:
        return MISSING
    seconds = _seconds(passed)
    for index, (size, unit) in enumerate(_UNITS):
        if seconds >= size:
            if index + 1 == len(_UNITS):
                break
            lesser, lesser_unit = _UNITS[index + 1]
            rest = seconds % size // lesser
            return f"{seconds // size} {unit} {rest} {lesser_unit}" if rest else f"{seconds // size} {unit}"
    return f"{seconds} s"


def age_short(passed: timedelta | float | None) -> str:
    """How long ago in at most four cells: `48s`, `3m`, `14h`, `120d`."""
    if passed is None:
        return MISSING
    seconds = _seconds(passed)
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return "0s"


def span(seconds: float) -> str:
    """A configured length of time, exact: `30 s`, `15 m 30 s`, `14 d`."""
    whole = round(seconds)
    if whole <= 0:
        return "0 s"
    parts: list[str] = []
    for size, unit in _UNITS:
        if whole >= size:
            parts.append(f"{whole // size} {unit}")
            whole %= size
    return " ".join(parts)


def count(value: float | None) -> str:
    """A number of things: exact below ten thousand, `12.3k` and `4.5M` above."""
    if value is None:
        return MISSING
    if abs(value) < _EXACT_BELOW:
        return f"{value:.0f}"
    for size, suffix in _SUFFIXES:
        if abs(value) >= size:
            scaled = value / size
            return f"{scaled:.1f}{suffix}" if abs(scaled) < 100 else f"{scaled:.0f}{suffix}"
    return f"{value:.0f}"


def rate(per_minute: float | None) -> str:
    """Messages a minute: whole numbers, but one decimal where less than ten happen."""
    if per_minute is None:
        return MISSING
    if 0 < abs(per_minute) < 0.1:
        return "<0.1"
    if abs(per_minute) < 10 and per_minute != int(per_minute):
        return f"{per_minute:.1f}"
    return count(per_minute)


def number(value: float | None) -> str:
    """A value of a metric, whatever its unit: three significant digits, suffixed when large."""
    if value is None:
        return MISSING
    if value == int(value):
        return count(value)
    if abs(value) < _SMALL:
        return f"{value:.1e}"
    if abs(value) >= _EXACT_BELOW:
        return count(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def money(dollars: float | None) -> str:
    """US dollars; less than a cent is said to be so."""
    if dollars is None:
        return MISSING
    if dollars <= 0:
        return "$0"
    if dollars < 0.01:
        return "<$0.01"
    return f"${dollars:.2f}" if dollars < 100 else f"${dollars:,.0f}"


def plural(amount: int, one: str, many: str = "") -> str:
    """`1 alarm`, `3 alarms`."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def exactly(amount: int, one: str) -> str:
    """`1 message`, `12,345 messages`: where every single one counts."""
    return f"{amount:,} {one if amount == 1 else one + 's'}"


def clock_time(moment: datetime | None, now: datetime) -> str:
    """The time of day in `now`'s zone, with the date where it is not today: `03:12:40`, `7 Oct 03:12`."""
    if moment is None:
        return MISSING
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"{local:%H:%M:%S}"
    return f"{local.day} {local:%b %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d %H:%M}"


def _seconds(passed: timedelta | float) -> int:
    return max(0, int(passed.total_seconds() if isinstance(passed, timedelta) else passed))
