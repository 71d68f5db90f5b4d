"""Log lines for the screen: inert, with the time in front and what failed marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from evwatch.model.arn import arn_name
from evwatch.model.log_lines import LogLine, LogReading, LogSearch
from evwatch.model.log_reason import reason_in, starts
from evwatch.present.figures import clock_time, plural
from evwatch.present.inert import plain
from evwatch.present.tones import ACCENT, ALARM, DIM, STALE, STRONG, WARN

_LONGEST = 20_000
_MOST_PARTS = 400
_PLATFORM = ("END RequestId", "REPORT RequestId", "INIT_START", "XRAY TraceId", '{"time":"')
_FOUND_BY = {
    "request-id": ("found by its request id", DIM),
    "message-id": ("found by its message id", DIM),
    "text": ("found by a text that the event holds too: likely, not proven", WARN),
    "time": ("found by its time alone: a guess", WARN),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the screen, or of what is wrapped into several."""

    line: int
    """Which log line it belongs to."""
    head: Text
    body: str
    tone: str


def parts(lines: Sequence[LogLine], now: datetime) -> tuple[Part, ...]:
    """Each log line as one part or, where it has several lines, as several."""
    found: list[Part] = []
    for number, line in enumerate(lines):
        tone = _tone(line)
        head = Text.assemble(
            ("▌" if line.matched else " ", ACCENT),
            (f"{line.at.astimezone(now.tzinfo):%H:%M:%S.%f}"[:-3], DIM),
            " ",
        )
        pieces = line.text.expandtabs(4).splitlines()[:_MOST_PARTS] or [""]
        for index, piece in enumerate(pieces):
            found.append(Part(number, head if index == 0 else _BLANK, plain(piece, _LONGEST), tone))
    return tuple(found)


def matching(lines: Sequence[LogLine], words: str) -> tuple[LogLine, ...]:
    """The lines that hold every word; upper and lower case are one."""
    wanted = words.casefold().split()
    return tuple(line for line in lines if all(word in line.text.casefold() for word in wanted))


def head_lines(reading: LogReading, shown: int, now: datetime) -> list[Text]:
    """Whose lines these are, how they were found, why it failed, what was searched."""
    names = ", ".join(plain(arn_name(arn), 80) for arn in reading.functions) or "no function"
    counted = plural(len(reading.lines), "line")
    if shown != len(reading.lines):
        counted = f"{shown:,} of {counted}"
    first = Text.assemble((names, STRONG), (f"  {counted}", DIM))
    if reading.clue:
        words, tone = _FOUND_BY[reading.clue]
        first.append(f"  {words}", style=tone)
        if reading.clue == "text":
            first.append(f" ({plain(reading.term, 60)})", style=DIM)
    found = [first]
    if reading.reason:
        said = ": ".join(filter(None, (reading.reason.type, reading.reason.message)))
        found.append(Text.assemble(("why  ", DIM), (plain(" ".join(said.split()), 300), ALARM)))
    if reading.searched:
        found.append(searched(reading.searched[-1], now))
    found += [Text(plain(note, 200), style=WARN) for note in reading.notes[:2]]
    return found


def searched(search: LogSearch, now: datetime) -> Text:
    """The group and the time that were searched, and whether the search got through."""
    what = f' for "{plain(search.term, 60)}"' if search.term else ""
    when = f"{clock_time(search.start, now)} to {clock_time(search.end, now)} {now:%Z}".rstrip()
    line = Text(f"searched {plain(search.group, 120)}, {when}{what}", style=DIM)
    if not search.complete:
        line.append("  stopped early: there are more lines", style=STALE)
    return line


def nothing(reading: LogReading) -> str:
    """What stands in place of lines."""
    if not reading.functions:
        return "no function is known that could have failed on it"
    return "no line was found in what was searched"


def _tone(line: LogLine) -> str:
    if starts(line.text) or line.text.startswith(_PLATFORM[:4]):
        return DIM
    return ALARM if reason_in(line.text[:_LONGEST]) else ""


_BLANK = Text(" " * 14)
