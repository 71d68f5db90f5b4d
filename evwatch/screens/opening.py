"""The first frame: where it is going, before anything heavy is imported."""

from __future__ import annotations

from rich.text import Text
from textual.screen import Screen


class OpeningScreen(Screen[None]):
    """Painted once, within a few milliseconds; the overview takes its place."""

    DEFAULT_CSS = """
    OpeningScreen { background: $surface; content-align: center middle; }
    """

    def __init__(self, waiting_for: str) -> None:
        super().__init__()
        self._waiting_for = waiting_for

    def render(self) -> Text:
        """The same words that the overview begins with."""
        return Text(f"connecting to {self._waiting_for} …", style="dim")
