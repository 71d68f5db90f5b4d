"""The lines under the header: what a look showed and cost, how one gets on, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

_SHORT = 34
"""Below so many lines of the terminal each of ours gets one."""


class LookHead(Widget):
    """A few lines, each wrapped where it must be and there is room for that."""

    DEFAULT_CSS = """
    LookHead { height: auto; padding: 0 1; }
    """

    lines: reactive[Sequence[Text]] = reactive(())

    def watch_lines(self) -> None:
        """A look that gets on changes its words ten times a second, and its height seldom."""
        if self.is_mounted and len(self._wrapped(self.content_size.width)) != self.content_size.height:
            self.refresh(layout=True)

    def render(self) -> Text:
        """As many as fit."""
        return Text("\n").join(self._wrapped(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines at this width."""
        return len(self._wrapped(width))

    def _wrapped(self, width: int) -> list[Text]:
        width = max(20, width)
        found: list[Text] = []
        for line in self.lines:
            copy = line.copy()
            if self.app.size.height < _SHORT:
                copy.truncate(width, overflow="ellipsis")
                found.append(copy)
            else:
                copy.no_wrap = False
                found += copy.wrap(self.app.console, width, overflow="fold")
        return found
