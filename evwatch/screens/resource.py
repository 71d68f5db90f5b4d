"""One resource of the flow: all its figures and charts, what was found about it, and its links."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from evwatch.model.interest import Interest
from evwatch.present.badges import health_badge
from evwatch.present.chart import Subject
from evwatch.present.flow_names import kind_word
from evwatch.present.flow_resource import finding_sections, link_section, resource_page
from evwatch.present.inert import plain
from evwatch.present.page import Page, console_section
from evwatch.present.picture import Picture
from evwatch.present.tones import DIM, STRONG
from evwatch.screens.close_up import CloseUp
from evwatch.screens.console import console_page
from evwatch.screens.spotlight import Spotlight
from evwatch.screens.switching import switch, switchable
from evwatch.screens.targets import QueueTarget, ResourceTarget, Target
from evwatch.widgets.chart import ChartView
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.overview import NORMAL
from evwatch.widgets.page import PageView
from evwatch.widgets.panel import Panel

if TYPE_CHECKING:
    from evwatch.screens.overview import OverviewScreen

_MOST_CHARTS = 3
_CHART_LINES = 10
"""Of the screen, for a chart that can be read."""
_HINTS = {
    "resource.back": "back",
    "help": "help",
    "resource.dead-letters": "dead letters",
    "resource.logs": "logs",
    "resource.longer": "window",
    "resource.more-charts": "more charts",
    "resource.json": "JSON",
    "resource.operate": "pause/resume it",
    "quit": "quit",
}
_LOOK = Binding.Group("look closer")
_READ = Binding.Group("reading")
_ACT = Binding.Group("act")


class ResourceScreen(CloseUp):
    """Follows the overview's picture; asks for the metrics of all its charts."""

    CSS_PATH = "flow.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "leave", "Back", id="resource.back", group=_READ),
        Binding("d,3", "dead_letters", "Dead letters", id="resource.dead-letters", group=_LOOK),
        Binding("l,5", "logs", "Logs", id="resource.logs", group=_LOOK),
        Binding("y", "json", "JSON", id="resource.json", group=_LOOK, tooltip="The same as JSON"),
        Binding("c", "copy", "Copy ARN", id="resource.copy", group=_LOOK, tooltip="To the clipboard (OSC 52)"),
        Binding(
            "u", "copy_console", "Copy console link", id="resource.console", group=_LOOK, tooltip="To the clipboard"
        ),
        Binding("m", "more_charts", "More charts", id="resource.more-charts", group=_READ, tooltip="Its other metrics"),
        Binding("left_square_bracket", "window(-1)", "Shorter window", id="resource.shorter", group=_READ),
        Binding("right_square_bracket", "window(1)", "Longer window", id="resource.longer", group=_READ),
        Binding(
            "w", "save_chart", "Save chart", id="resource.save-chart", group=_READ, tooltip="Its data as CSV, to a file"
        ),
        Binding("ctrl+r", "refresh_all", "Refresh", id="resource.refresh", group=_READ),
        Binding("o", "operate", "Pause or resume", id="resource.operate", group=_ACT, tooltip="A consumer, or a rule"),
    ]

    def __init__(self, overview: OverviewScreen, target: QueueTarget | ResourceTarget) -> None:
        super().__init__(overview)
        self._target = target
        self._spots = [Spotlight(overview.window) for _ in range(_MOST_CHARTS)]
        self._first = 0
        """Number of the first chart that is shown, counted from 0."""
        for number, spot in enumerate(self._spots):
            spot.follow(target)
            spot.choose(number)
        self._title = Line(id="resource-title")
        self._words = PageView(id="resource-words")
        self._charts = [ChartView(id=f"resource-chart-{number}") for number in range(_MOST_CHARTS)]
        self._panels = [Panel("Chart", chart, id=f"{chart.id}-panel") for chart in self._charts]
        self._page_view = VerticalScroll(self._words, id="resource-page")
        self._column = Vertical(*self._panels, id="resource-charts")

    def compose(self) -> ComposeResult:
        """Where one is, what this is, its page beside its charts, the keys."""
        with Vertical(id="head"):
            yield self.header
            yield self._title
        with Horizontal(id="resource-parts"):
            yield self._page_view
            yield self._column
        with Vertical(id="foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Follow."""
        self._page_view.focus()
        self.follow()
        self._tell_interest()
        self.set_interval(1.0, self.follow)
        self.call_after_refresh(self._tell_keys)

    @property
    def target(self) -> Target | None:
        """The resource."""
        return self._target

    def follow(self) -> None:
        """Show what is known now."""
        picture, now = self.picture, self.catch_up()
        if now is None:
            return
        of = picture.flow.of(self._arn)
        word = kind_word(of.node) if of else self._target.kind
        title = Text.assemble((f" {word}  ", DIM), (plain(self._target.name, 120), STRONG))
        if of:
            title.append("  ")
            title.append_text(health_badge(of.verdict.health).text)
        self._title.text = title
        self._words.page = (*self._page(picture), *console_section(console_page(picture, self._target)))
        for spot, view, panel in zip(self._spots, self._charts, self._panels, strict=True):
            subject = self._subject(spot)
            panel.display = subject is not None
            view.zone = now.tzinfo
            view.chart = spot.chart(picture, now.timestamp()) if subject else None
            which = f"{subject.number}/{subject.of}  " if subject and subject.of > 1 else ""
            panel.tell(Text(f"{which}{spot.window.label}", style=DIM))
        self._column.display = self._subject(self._spots[0]) is not None

    @property
    def _arn(self) -> str:
        return self._target.key[1]

    def _subject(self, spot: Spotlight) -> Subject | None:
        """None for a chart that would only repeat an earlier one."""
        subject = spot.subject(self.picture)
        place = next(index for index, each in enumerate(self._spots) if each is spot)
        fits = place < self._fitting
        return subject if fits and subject and subject.number == self._first + place + 1 else None

    @property
    def _fitting(self) -> int:
        """How many charts can be read at once: below the page there is room for one."""
        width, height = self.app.size
        return 1 if width < NORMAL else min(_MOST_CHARTS, max(1, height // _CHART_LINES))

    def _page(self, picture: Picture) -> Page:
        of = picture.flow.of(self._arn)
        if isinstance(self._target, QueueTarget):
            words = self._target.words(picture, self.now) if self.now else None
            if words:
                findings = tuple(
                    (title, tuple(fields)) for title, fields in finding_sections(of.findings if of else ())
                )
                return (words[0], *findings, *link_section(picture.flow.flow, self._arn), *words[1:])
        if of is None:
            return (("", (("", Text("It is not there any more.", style=DIM)),)),)
        return resource_page(of, picture.flow.flow)

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)

    def _tell_interest(self) -> None:
        subjects = [subject for spot in self._spots if (subject := self._subject(spot))]
        interest = Interest(
            queues=frozenset((self._arn,)),
            chart_context=self._target.key[0],
            chart=tuple(dict.fromkeys(query for subject in subjects for query in subject.queries)),
            window=self._spots[0].window,
            resources=frozenset((self._arn,)),
        )
        self.ask_for(interest)

    def action_more_charts(self) -> None:
        """The next of its charts, as many as fit, and from the last on the first again."""
        subject = self._spots[0].subject(self.picture)
        self._first += self._fitting
        if subject is None or self._first >= subject.of:
            self._first = 0
        for number, spot in enumerate(self._spots):
            spot.choose(self._first + number)
        self.follow()
        self._tell_interest()

    def action_window(self, step: int) -> None:
        """A shorter or longer window, for every chart."""
        for spot in self._spots:
            spot.shift_window(step)
        self.follow()
        self._tell_interest()

    @work(exclusive=True, group="switch")
    async def action_operate(self) -> None:
        """Pause or resume it."""
        flow, session = self.picture.flow, self.overview.session
        of = flow.of(self._arn)
        context = self.picture.context(self._target.key[0])
        found = switchable(flow.flow, of.node) if of else ()
        await switch(self, session, context.place if context else None, found)
