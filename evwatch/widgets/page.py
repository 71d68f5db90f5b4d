"""A page of sections: labels in one column, what they say in the other, wrapped within it."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.present.page import LABEL_CELLS, Page
from evwatch.present.tones import DIM, STRONG

_INDENT = 2


class PageView(Widget):
    """As high as its text needs at the width it has."""

    DEFAULT_CSS = """
    PageView { width: 1fr; height: auto; }
    """

    page: reactive[Page] = reactive((), layout=True)

    def render(self) -> Text:
        """Every line."""
        return Text("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines at this width."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Text]:
        lines: list[Text] = []
        for index, (title, told) in enumerate(self.page):
            if index:
                lines.append(Text(""))
            if title:
                lines.append(Text(title, style=STRONG))
            for label, value in told:
                lines += self._field(label, value, width, _INDENT if title else 0)
        return lines

    def _field(self, label: str, value: Text, width: int, indent: int) -> list[Text]:
        start = indent + (LABEL_CELLS + 2 if label else 0)
        wrapped = value.wrap(self.app.console, max(10, width - start), overflow="fold") or [Text("")]
        lines: list[Text] = []
        for number, part in enumerate(wrapped):
            head = f"{'':{indent}}{label if number == 0 else '':<{start - indent}}"
            lines.append(Text.assemble((head, DIM), part))
        return lines
