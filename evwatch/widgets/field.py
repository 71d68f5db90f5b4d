"""A line to type in, which also takes what is pasted: a name that was copied, or anything from elsewhere."""

from __future__ import annotations

from textual.widgets import Input

from evwatch.present.inert import plain

_LONGEST = 1_000


class Field(Input):
    """Textual's input, but that nothing put into it reaches the terminal as anything but text on one line."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in place of a part; the first line of it that says something. Typing and pasting come here too."""
        line = next((each for each in text.splitlines() if each.strip()), "") if text.strip() else text
        super().replace(line if line.isascii() and line.isprintable() else plain(line, _LONGEST), start, end)
