"""One line of text across the screen."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget


class Line(Widget):
    """Shows one `Text`, cut to the width. Nothing in it is parsed as markup."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    text: reactive[Text] = reactive(Text)

    def render(self) -> Text:
        """The text, with an ellipsis where it does not fit."""
        shown = self.text.copy()
        shown.truncate(max(1, self.content_size.width), overflow="ellipsis")
        return shown
