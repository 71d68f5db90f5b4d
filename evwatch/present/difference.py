"""What an edit changed, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from rich.text import Text

from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM, OK

_MOST_LINES = 200
_LONG = 400
_CONTEXT = 2


def difference(before: str, after: str) -> tuple[Text, ...]:
    """Lines that went and came, with a little around them; every one inert."""
    return tuple(_lines(before, after))


def _lines(before: str, after: str) -> Iterator[Text]:
    found = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=_CONTEXT)
    for number, line in enumerate(found):
        if number < 2:
            continue  # names of files that there are not
        if number >= _MOST_LINES + 2:
            yield Text("…", style=DIM)
            return
        style = {"-": ALARM, "+": OK, "@": DIM}.get(line[:1], "")
        yield Text(plain(line, _LONG), style=style)
