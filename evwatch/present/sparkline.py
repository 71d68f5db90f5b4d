"""A series as one line of blocks; what is missing stays empty."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from evwatch.model.metric import Series

_BLOCKS = "▁▂▃▄▅▆▇"
"""Without the full block, so that the lines of a list do not grow into one another."""
_LEVEL = "▄"
_GAP = " "


def buckets(series: Series, width: int) -> list[float | None]:
    """The series' window in `width` equal parts: the largest value of each, None where there is no datapoint.

    Where the window has fewer periods than parts, a value fills the parts that its period covers.
    """
    length = series.end - series.start
    found: list[float | None] = [None] * max(width, 0)
    if width <= 0 or length <= 0:
        return found
    for time, value in zip(series.times, series.values, strict=True):
        if not isfinite(value):
            continue
        first = int((time - series.start) / length * width)
        last = max(first, int(-(-(time + series.period_seconds - series.start) * width // length)) - 1)
        for index in range(max(first, 0), min(last, width - 1) + 1):
            known = found[index]
            found[index] = value if known is None else max(known, value)
    return found


def sparkline(series: Series | None, width: int) -> str:
    """One line, scaled from zero to the largest value. What never changed is a level line; a gap is a space."""
    if series is None:
        return ""
    return blocks(buckets(series, width))


def blocks(values: Sequence[float | None]) -> str:
    """Values as blocks, each gap a space."""
    known = {value for value in values if value is not None}
    top = max(known, default=0.0)
    if len(known) == 1 and top > 0:
        return "".join(_GAP if value is None else _LEVEL for value in values)
    return "".join(_GAP if value is None else _block(value, top) for value in values)


def _block(value: float, top: float) -> str:
    if top <= 0 or value <= 0:
        return _BLOCKS[0]
    return _BLOCKS[min(len(_BLOCKS) - 1, int(value / top * (len(_BLOCKS) - 1) + 0.5))]
