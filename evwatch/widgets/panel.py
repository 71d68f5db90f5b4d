"""A panel: a rule with its title and, in the corner, how old it is; the content below."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.present.tones import STRONG

_TITLE_CELLS = 24


class PanelTitle(Widget):
    """The rule. It is heavy while the keys go to its panel, so that this shows without colour too."""

    DEFAULT_CSS = """
    PanelTitle { height: 1; color: $rule; }
    PanelTitle.-heavy { color: $accent; }
    """

    title: reactive[Text] = reactive(Text)
    corner: reactive[Text] = reactive(Text)
    heavy: reactive[bool] = reactive(False, toggle_class="-heavy")

    def render(self) -> Text:
        """Title, rule, corner. How old it is stays readable; a long title gives way to it."""
        width = max(4, self.content_size.width)
        stroke = "━" if self.heavy else "─"
        corner = self.corner.copy()
        corner.truncate(max(0, width - _TITLE_CELLS), overflow="ellipsis")
        line = Text(f"{stroke} ", no_wrap=True, end="")
        line.append_text(self.title)
        line.truncate(width - (corner.cell_len + 5 if corner.cell_len else 2), overflow="ellipsis")
        rule = width - line.cell_len - 1 - (corner.cell_len + 3 if corner.cell_len else 0)
        line.append(" " + stroke * max(0, rule))
        if corner.cell_len:
            line.append(" ")
            line.append_text(corner)
            line.append(f" {stroke}")
        return line


class Panel(Vertical):
    """Holds one widget under its title."""

    ALLOW_MAXIMIZE = True

    def __init__(self, called: str, content: Widget, *, id: str) -> None:
        super().__init__(id=id)
        self._called = called
        self._content = content
        self._title = PanelTitle()
        self.tell(Text())

    def compose(self) -> ComposeResult:
        """Title above, content below."""
        yield self._title
        yield self._content

    def tell(self, remark: Text) -> None:
        """What stands beside the name in the title."""
        title = Text.assemble((self._called, STRONG), no_wrap=True, end="")
        if remark.cell_len:
            title.append("  ")
            title.append_text(remark)
        self._title.title = title

    def age(self, corner: Text) -> None:
        """How old the content is."""
        self._title.corner = corner

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """The keys come here."""
        self._title.heavy = True

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """The keys go elsewhere."""
        self._title.heavy = False
