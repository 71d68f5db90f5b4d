"""An alarm's states over time as one line of cells, with the times below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from rich.text import Text

from evwatch.model.alarm import AlarmState
from evwatch.model.alarm_history import Stretch
from evwatch.present.axes import time_ticks
from evwatch.present.tones import ALARM, DIM, OK, STALE

_CELLS: dict[AlarmState | None, tuple[str, str]] = {
    "ALARM": ("█", ALARM),
    "INSUFFICIENT_DATA": ("░", STALE),
    "OK": ("▁", OK),
    None: ("·", DIM),
}
_WORST: tuple[AlarmState | None, ...] = ("ALARM", "INSUFFICIENT_DATA", "OK", None)
"""What a cell shows where several states fall into it: a short alarm must not vanish."""
_CELLS_PER_LABEL = 14
LEGEND: tuple[tuple[AlarmState | None, str], ...] = (
    ("ALARM", "ALARM"),
    ("OK", "ok"),
    ("INSUFFICIENT_DATA", "no data"),
    (None, "not known"),
)


def bar(stretches: Sequence[Stretch], start: float, end: float, width: int) -> Text:
    """The line of cells."""
    line = Text(no_wrap=True, end="")
    if width <= 0 or end <= start:
        return line
    states: list[AlarmState | None] = [None] * width
    for stretch in stretches:
        first = max(0, int((stretch.start - start) / (end - start) * width))
        last = min(width - 1, max(first, -int(-(stretch.end - start) / (end - start) * width // 1) - 1))
        for cell in range(first, last + 1):
            states[cell] = min(states[cell], stretch.state, key=_WORST.index)
    for state in states:
        glyph, tone = _CELLS[state]
        line.append(glyph, style=tone)
    return line


def axis(start: float, end: float, width: int, zone: tzinfo | None) -> Text:
    """Local times below the line, each where it belongs."""
    cells = [" "] * max(0, width)
    for time, label in time_ticks(start, end, max(2, width // _CELLS_PER_LABEL), zone):
        place = int((time - start) / (end - start) * width)
        if place + len(label) <= width and all(cell == " " for cell in cells[max(0, place - 1) : place + len(label)]):
            cells[place : place + len(label)] = label
    return Text("".join(cells), style=DIM, no_wrap=True, end="")


def legend(stretches: Sequence[Stretch]) -> Text:
    """What the glyphs on the line mean; only those that are there."""
    there = {stretch.state for stretch in stretches}
    line = Text(no_wrap=True, end="")
    for state, word in LEGEND:
        if state in there:
            glyph, tone = _CELLS[state]
            line.append(f"{'  ' if line.cell_len else ''}{glyph} ", style=tone)
            line.append(word, style=DIM)
    return line
