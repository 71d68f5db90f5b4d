"""Whether standard output takes colours, and styled lines on it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.text import Text


def acts(stream: TextIO) -> bool:
    """Whether this leads to a terminal that escape sequences mean something to."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def coloured() -> bool:
    """Whether standard output is to have colours. An empty NO_COLOR says nothing: https://no-color.org."""
    return acts(sys.stdout) and not os.environ.get("NO_COLOR")


def painted(lines: Iterable[Text]) -> Iterator[str]:
    """Each line with the colours of the terminal that it goes to; without any where it goes elsewhere."""
    if not coloured():
        yield from (line.plain for line in lines)
        return
    from rich.console import Console
    from rich.theme import Theme

    from evwatch.present.tones import TERMINAL

    console = Console(
        file=io.StringIO(), force_terminal=True, color_system="standard", theme=Theme(dict(TERMINAL)), highlight=False
    )
    for line in lines:
        with console.capture() as captured:
            console.print(line, soft_wrap=True, end="")
        yield captured.get()
