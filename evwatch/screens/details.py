"""All that is known of one thing, as words or as JSON; and all that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.reactive import reactive
from textual.screen import Screen

from evwatch.present.describe import faults_page, trouble_words
from evwatch.present.documents import pretty
from evwatch.present.faults import faults_of
from evwatch.present.inert import plain
from evwatch.present.page import Page, console_section, page_of
from evwatch.present.tones import DIM, STRONG
from evwatch.screens.closer import ask_for_dead_letters, ask_for_logs
from evwatch.screens.console import console_page
from evwatch.screens.targets import Target, identifier
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.page import PageView

if TYPE_CHECKING:
    from evwatch.screens.closer import LookingCloser

_LOOK = Binding.Group("look closer")
_MOVE = Binding.Group("move", compact=True)


class ReadingScreen(Screen[None]):
    """A page of text under the same header as everywhere; it follows the overview as that learns more."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "app.pop_screen", "Back", id="details.back", group=_LOOK),
        Binding("down,j", "scroll(1)", "Down", show=False, id="details.down", group=_MOVE),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="details.up", group=_MOVE),
        Binding("g,home", "scroll_to_end(False)", "Start", show=False, id="details.first", group=_MOVE),
        Binding("G,end", "scroll_to_end(True)", "End", show=False, id="details.last", group=_MOVE),
    ]
    CSS = """
    #page { height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    #title { padding: 0 1; }
    """
    HINTS: ClassVar[dict[str, str]] = {"details.back": "back", "help": "help", "quit": "quit"}

    def __init__(self, overview: LookingCloser) -> None:
        super().__init__()
        self._overview = overview
        self._header = HeaderBar(read_only=overview.header.read_only, demo=overview.header.demo)
        self._title = Line(id="title")
        self._words = PageView(id="words")
        self._page = VerticalScroll(self._words, id="page")

    def compose(self) -> ComposeResult:
        """Where one is, what this is, the page, the keys."""
        with Vertical(id="head"):
            yield self._header
            yield self._title
        yield self._page
        yield KeyHints()

    def on_mount(self) -> None:
        """Follow."""
        self._page.focus()
        self.follow()
        self.set_interval(1.0, self.follow)
        self.call_after_refresh(self._tell_keys)

    def follow(self) -> None:
        """Say what is known now."""
        self._header.places = self._overview.header.places
        self._header.now = self._overview.now
        self._title.text = self.title_text()
        self._words.page = self.words()

    def title_text(self) -> Text:
        """What the page is about."""
        raise NotImplementedError

    def words(self) -> Page:
        """The page."""
        raise NotImplementedError

    def _tell_keys(self) -> None:
        show_keys(self, self.HINTS)

    def action_scroll(self, lines: int) -> None:
        """A line down or up."""
        self._page.scroll_relative(y=lines, animate=False)

    def action_scroll_to_end(self, end: bool) -> None:
        """To the end or the start."""
        self._page.scroll_to(y=self._page.max_scroll_y if end else 0, animate=False)


class DetailsScreen(ReadingScreen):
    """One queue, alarm, resource or metric."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,3", "dead_letters", "Dead letters", id="details.dead-letters", group=_LOOK, tooltip="Of it"),
        Binding("l,5", "logs", "Logs", id="details.logs", group=_LOOK, tooltip="Of it, or of what consumes it"),
        Binding("u", "copy_console", "Copy console link", id="details.console", group=_LOOK),
        Binding("y", "json", "JSON or words", id="details.json", group=_LOOK),
        Binding("c", "copy", "Copy ARN", id="details.copy", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
        Binding("C", "copy_all", "Copy as JSON", id="details.copy-json", group=_LOOK, tooltip="The whole document"),
    ]
    HINTS: ClassVar[dict[str, str]] = {
        "details.back": "back",
        "help": "help",
        "details.dead-letters": "dead letters",
        "details.logs": "logs",
        "details.json": "JSON",
        "details.copy": "copy ARN",
        "details.copy-json": "copy JSON",
        "quit": "quit",
    }

    as_json: reactive[bool] = reactive(False)

    def __init__(self, overview: LookingCloser, target: Target, *, as_json: bool) -> None:
        super().__init__(overview)
        self._target = target
        self.set_reactive(DetailsScreen.as_json, as_json)

    def watch_as_json(self) -> None:
        """Words, or JSON."""
        if self.is_mounted:
            self.follow()

    def title_text(self) -> Text:
        """Kind and name."""
        return Text.assemble((f"{self._target.kind}  ", DIM), (plain(self._target.name, 200), STRONG))

    def words(self) -> Page:
        """As of the newest snapshot."""
        picture = self._overview.picture
        if self.as_json:
            document = self._target.document(picture)
            return page_of(pretty(document)) if document is not None else _gone()
        now = self._overview.now
        page = self._target.words(picture, now) if now else None
        return (*page, *console_section(console_page(picture, self._target))) if page else _gone()

    def action_dead_letters(self) -> None:
        """What gave up there."""
        ask_for_dead_letters(self, self._overview.picture, self._target)

    def action_logs(self) -> None:
        """What its functions said."""
        ask_for_logs(self, self._overview.picture, self._target, self._overview.now)

    def action_copy_console(self) -> None:
        """The address of its page in the AWS console, to the clipboard."""
        if url := console_page(self._overview.picture, self._target):
            self._overview.copy(url, "the link to the AWS console")

    def action_json(self) -> None:
        """The other way of saying it."""
        self.as_json = not self.as_json

    def action_copy(self) -> None:
        """The ARN to the clipboard."""
        self._overview.copy(identifier(self._target))

    def action_copy_all(self) -> None:
        """The document to the clipboard."""
        document = self._target.document(self._overview.picture)
        if document is not None:
            self._overview.copy(pretty(document), "the JSON document")


class FaultsScreen(ReadingScreen):
    """What could not be read, and why."""

    def title_text(self) -> Text:
        """The question that it answers."""
        return Text("What could not be read", style=STRONG)

    def words(self) -> Page:
        """Every fault of every context, and which calls ended badly."""
        snapshot = self._overview.picture.snapshot
        faults = [fault for context in snapshot.contexts for fault in faults_of(context)]
        return (*faults_page(faults), *trouble_words(snapshot.usage))


def _gone() -> Page:
    return page_of("It is not there any more.")
