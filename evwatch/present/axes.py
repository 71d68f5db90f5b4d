"""Axes that a person reads: round times and values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from math import ceil, floor, log10

from evwatch.present.figures import number

_Y_STEPS = 4
_HALVES = 2.5
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIME_STEPS = (60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)


def bounds(values: Sequence[float], *, whole: bool) -> tuple[float, float]:
    """Round values below and above all of these, zero among them."""
    top = max(values, default=1.0)
    bottom = min(0.0, *values) if values else 0.0
    if top <= bottom:
        top = bottom + 1.0
    step = _nice((top - bottom) / _Y_STEPS, whole)
    return floor(bottom / step + 1e-9) * step, ceil(top / step * 1.02 - 1e-9) * step


def time_ticks(start: float, end: float, most: int, zone: tzinfo | None) -> list[tuple[float, str]]:
    """At most `most` round local times between start and end, with a label each; days where the window is long."""
    length = end - start
    step = next((step for step in _TIME_STEPS if length / step <= max(most, 1)), _TIME_STEPS[-1])
    offset = datetime.fromtimestamp(end, zone).utcoffset()
    shift = offset.total_seconds() if offset else 0.0
    found: list[tuple[float, str]] = []
    time = ceil((start + shift) / step) * step - shift
    while time <= end:
        moment = datetime.fromtimestamp(time, zone)
        found.append((time, f"{moment.day} {moment:%b}" if step >= _TIME_STEPS[-3] else f"{moment:%H:%M}"))
        time += step
    return found


def value_ticks(bottom: float, top: float, most: int, *, whole: bool = False) -> list[tuple[float, str]]:
    """Round values from bottom to top, with a label each; whole numbers alone where all values are."""
    step = _nice((top - bottom) / max(most, 1), whole)
    first = ceil(bottom / step)
    return [(index * step, number(_tidy(index * step))) for index in range(first, floor(top / step + 1e-9) + 1)]


def _nice(step: float, whole: bool = False) -> float:
    if step <= 0 or (whole and step <= 1):
        return 1.0
    size = 10.0 ** floor(log10(step))
    return next(
        (
            nice * size
            for nice in _NICE
            if not (whole and size < 10 and nice == _HALVES) and nice * size >= step * 0.999
        ),
        10 * size,
    )


def _tidy(value: float) -> float:
    return float(f"{value:.10g}")
