"""The line on top of every screen."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text
from textual.color import Color
from textual.reactive import reactive
from textual.widget import Widget

from evwatch.model.context import Place
from evwatch.present.place import header_text

_TINT = 0.3
"""How much of a context's colour the line takes on: its text stays readable."""


class HeaderBar(Widget):
    """Says where one is. It is red where one of the contexts is marked as production."""

    DEFAULT_CSS = """
    HeaderBar {
        height: 1;
        background: $header;
        &.-production { background: $header-production; }
    }
    """

    places: reactive[tuple[Place, ...]] = reactive(())
    now: reactive[datetime | None] = reactive(None)
    read_only: reactive[bool] = reactive(False)
    demo: reactive[bool] = reactive(False)
    work: reactive[str] = reactive("")
    """Which run is under way; empty where none is."""

    def __init__(self, *, read_only: bool = False, demo: bool = False) -> None:
        super().__init__()
        self.set_reactive(HeaderBar.read_only, read_only)
        self.set_reactive(HeaderBar.demo, demo)

    def follow(self, like: HeaderBar) -> None:
        """Show what another one shows, from now on: it is on the screen that this one's lies over."""
        self.watch(like, "places", self._take_places)
        self.watch(like, "now", self._take_now)

    def _take_places(self, places: tuple[Place, ...]) -> None:
        self.places = places

    def _take_now(self, now: datetime | None) -> None:
        self.now = now

    def watch_places(self) -> None:
        """Colour says it once more: red for production, else that of the one context that is shown."""
        production = any(place.context.production for place in self.places)
        self.set_class(production, "-production")
        colours = {place.context.colour for place in self.places}
        worn = colours.pop() if len(colours) == 1 and not production else None
        self.styles.background_tint = Color.parse(worn).with_alpha(_TINT) if worn else Color.parse("transparent")

    def render(self) -> Text:
        """The line, as wide as the screen."""
        return header_text(
            self.places,
            self.now,
            self.content_size.width,
            read_only=self.read_only,
            demo=self.demo,
            work=self.work,
        )
