"""A finding: what is wrong, what to do, and where AWS says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text

from evwatch.present.inert import plain
from evwatch.present.page import Page
from evwatch.present.tones import DIM, STRONG
from evwatch.screens.details import ReadingScreen

if TYPE_CHECKING:
    from evwatch.screens.closer import LookingCloser


class FindingScreen(ReadingScreen):
    """One page."""

    HINTS: ClassVar[dict[str, str]] = {"details.back": "back", "help": "help", "quit": "quit"}

    def __init__(self, closer: LookingCloser, rule: str, page: Page) -> None:
        super().__init__(closer)
        self._rule = rule
        self._page_shown = page

    def title_text(self) -> Text:
        """Its id, which the README lists."""
        return Text.assemble(("finding  ", DIM), (plain(self._rule, 80), STRONG))

    def words(self) -> Page:
        """What is known of it."""
        return self._page_shown
