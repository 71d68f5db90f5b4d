"""The keys that matter here, at the bottom; a click does what the key does."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

Hint = tuple[str, str, str]
"""Key as it is shown, what it does, the action."""


class KeyHints(Widget):
    """As many hints as fit, in the order given; the last one, help, always."""

    DEFAULT_CSS = """
    KeyHints { height: 1; color: $text-muted; }
    """

    hints: reactive[Sequence[Hint]] = reactive(())

    def render(self) -> Text:
        """`? help` at the left end, then what fits."""
        width = self.content_size.width
        line = Text(no_wrap=True, end="")
        for key, words, action in self.hints:
            if line.cell_len + len(key) + len(words) + 3 > width:
                break
            meta = Style(meta={"@click": action})
            line.append(" ")
            line.append(key, style="ev.key")
            line.append(f" {words} ", style=Style.combine([Style.null(), meta]))
        return line
