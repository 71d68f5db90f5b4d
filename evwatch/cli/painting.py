"""Styled lines on standard output: coloured on a terminal, plain everywhere else."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text


def painted(lines: Iterable[Text]) -> Iterator[str]:
    """Each line with the colours of the terminal that it goes to; without any where it goes elsewhere."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
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
