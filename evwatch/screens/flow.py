"""Screen 2, the flow: every way of an event with live figures, what is in trouble open, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from evwatch.model.findings import Finding
from evwatch.model.interest import Interest
from evwatch.present.figures import count, span
from evwatch.present.finding_rows import finding_rows
from evwatch.present.flow_head import criticals, flow_summary, flow_title
from evwatch.present.flow_lines import FlowLine, FlowView
from evwatch.present.flow_resource import finding_page
from evwatch.present.freshness import freshness, oldest
from evwatch.present.inert import middle
from evwatch.present.picture import Picture
from evwatch.present.tones import ACCENT, DIM, WARN
from evwatch.screens.close_up import CloseUp
from evwatch.screens.flow_keys import BINDINGS, HINTS
from evwatch.screens.folds import Folds
from evwatch.screens.spotlight import Spotlight
from evwatch.screens.switching import switch, switchable
from evwatch.screens.targets import AlarmTarget, QueueTarget, ResourceTarget, Target
from evwatch.widgets.chart import ChartView
from evwatch.widgets.finding_list import FindingList
from evwatch.widgets.flow_list import FlowList
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.panel import Panel

if TYPE_CHECKING:
    from evwatch.screens.overview import OverviewScreen
    from evwatch.widgets.prompt import FilterPrompt

_SETTLE_SECONDS = 0.25
"""How long the cursor rests before its metrics are asked for: each request is paid for."""


class FlowScreen(CloseUp):
    """Follows the overview's picture; asks for the figures of the hops that are on screen."""

    CSS_PATH = "flow.tcss"
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self, overview: OverviewScreen, arn: str = "") -> None:
        """`arn` is where the cursor begins."""
        super().__init__(overview)
        self._wanted = arn
        self._spot = Spotlight(overview.window)
        self._folds = Folds()
        self._told: set[str] = set()
        """Rules whose findings are all told."""
        self._view: FlowView | None = None
        self._settling: Timer | None = None
        self._filtered_from: Widget | None = None
        self._summary = Line(id="flow-summary")
        self._ways = FlowList(id="flow-ways")
        self._findings = FindingList(id="flow-findings")
        self._chart = ChartView(id="flow-chart")
        self._panels = {
            "ways": Panel("Flow", self._ways, id="flow-ways-panel"),
            "findings": Panel("Findings", self._findings, id="flow-findings-panel"),
            "chart": Panel("Chart", self._chart, id="flow-chart-panel"),
        }

    def compose(self) -> ComposeResult:
        """Where one is, what is wrong, the ways, what was found, the chart, the keys."""
        with Vertical(id="head"):
            yield self.header
            yield self._summary
        with Vertical(id="flow-parts"):
            yield self._panels["ways"]
            with Horizontal(id="flow-side"):
                yield self._panels["findings"]
                yield self._panels["chart"]
        with Vertical(id="foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Begin where one came from."""
        self._ways.empty = "the flow was not read yet"
        self._findings.empty = "nothing was found in the configuration"
        self._ways.focus()
        self.follow()
        self.call_after_refresh(self._begin_at, self._wanted)
        self.set_interval(1.0, self.follow)
        self.call_after_refresh(self._tell_keys)

    def on_unmount(self) -> None:
        """What is on screen is the overview's again."""
        self.overview.retell()

    def on_screen_resume(self) -> None:
        """Another screen asked for figures of its own, and on leaving told what the overview shows."""
        self.follow()
        self.set_timer(_SETTLE_SECONDS, lambda: self._tell_interest(again=True))

    # Showing.

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        return self._spot.target

    def follow(self) -> None:
        """Show what is known now."""
        picture = self.picture
        now = self.catch_up()  # what lies over this screen shows its time
        if now is None or not self.is_active:
            return
        self._view = view = self._folds.view(picture)
        self._ways.many_contexts = self._findings.many_contexts = len(picture.snapshot.contexts) > 1
        self._ways.now = now
        self._ways.rows = view.lines
        self._findings.rows = tuple(finding_rows(view.findings, self._told))
        self._tell(view, picture)
        self._show_chart()

    def _tell(self, view: FlowView, picture: Picture) -> None:
        self._summary.text = flow_summary(view, picture.snapshot)
        folds = self._folds
        centre = picture.flow.flow.node(folds.centre).name if folds.centre else ""
        self._panels["ways"].tell(flow_title(centre, folds.words))
        feed = oldest([each.flow for each in picture.snapshot.contexts])
        if self.now:
            self._panels["ways"].age(freshness(feed, self.now, self.overview.limits.flow))
        self._panels["findings"].tell(Text(count(len(view.findings)), style=WARN if criticals(view) else DIM))

    def _show_chart(self) -> None:
        picture = self.picture
        subject = self._spot.subject(picture)
        self._chart.zone = self.now.tzinfo if self.now else None
        drawn = self._spot.chart(picture, self.now.timestamp()) if self.now else None
        self._chart.chart = drawn
        if subject and drawn:
            which = f"  {subject.number}/{subject.of}" if subject.of > 1 else ""
            window = f"{which}  {self._spot.window.label}, each {span(drawn.period_seconds)}"
            self._panels["chart"].tell(Text.assemble((middle(subject.title, 40), ACCENT), (window, DIM)))
        else:
            self._panels["chart"].tell(Text("no metric of it to draw" if self.target else "", style=DIM))

    def _tell_keys(self) -> None:
        show_keys(self, HINTS)

    # The cursor.

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        if isinstance(event.listing, FindingList):
            row = self._findings.current
            if row and not row.stands_for and self._findings.has_focus:
                self._go_to(row.finding.arn)
            return
        line = self._ways.current
        if line is None or line.row.rest or not self._spot.follow(self._target_of(line)):
            return
        self._show_chart()
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self._tell_interest)

    def _target_of(self, line: FlowLine) -> Target:
        node, context = line.row.node, line.of.context if line.of else ""
        key = (context, node.arn)
        if node.kind == "queue" and key in self.picture.queue_by_key:
            return QueueTarget(key, node.name)
        if node.kind == "alarm" and key in self.picture.alarm_by_key:
            return AlarmTarget(key, node.name)
        return ResourceTarget(key, node)

    def _begin_at(self, arn: str) -> None:
        """Where one came from, if that can be seen; what is well stays folded."""
        path = self._view.path_to(arn) if self._view and arn else ()
        if path and any(line.row.key == path[-1] for line in self._ways.rows):
            self._ways.show_amid(path[-1])

    def _go_to(self, arn: str) -> None:
        """Put the cursor on a resource; whatever hides it gives way."""
        path = self._view.path_to(arn) if self._view else ()
        if not path and self._folds.narrowed:
            self._folds.widen()
            self.follow()
            path = self._view.path_to(arn) if self._view else ()
        if not path:
            return
        shown = {line.row.key for line in self._ways.rows}
        if path[-1] not in shown and self._view:
            self._folds.open_to(self._view, path)
            self.follow()
        self._ways.show_amid(path[-1])

    @on(Listing.Scrolled)
    def _scrolled(self) -> None:
        self._tell_interest()

    def _tell_interest(self, *, again: bool = False) -> None:
        """What is on screen is what figures are asked for."""
        if not self.is_active:
            return
        subject = self._spot.subject(self.picture)
        seen = {arn for _, arn in self._ways.on_screen}
        interest = Interest(
            queues=frozenset(arn for arn in seen if arn in self.picture.queue_by_arn),
            chart_context=subject.context if subject else "",
            chart=subject.queries if subject else (),
            window=self._spot.window,
            resources=frozenset(seen),
        )
        self.ask_for(interest, again=again)

    # Keys: lists.

    @on(FlowList.Folded)
    def _folded(self, event: FlowList.Folded) -> None:
        self._folds.turn(event.key, is_open=not event.folded)
        self.follow()

    def action_unfold(self) -> None:
        """Fold or unfold what the cursor is on."""
        if self._findings.has_focus:
            self._tell_all_alike()
            return
        line = self._ways.current
        if line and line.row.opens:
            self._folds.turn(line.row.key, is_open=bool(line.row.folded))
            self.follow()

    def _tell_all_alike(self) -> None:
        """Fold or unfold the findings of one rule, with the cursor on the first of them."""
        row = self._findings.current
        if row is None:
            return
        rule = row.finding.rule
        self._told ^= {rule}
        self.follow()
        first = next((each for each in self._findings.rows if each.finding.rule == rule), None)
        if first:
            self._findings.select(self._findings.key(first))

    def action_all(self) -> None:
        """Everything open, or only what is in trouble."""
        self._folds.turn_all()
        self.follow()

    def action_around(self) -> None:
        """Up- and downstream of what the cursor is on, alone; and back."""
        line = self._ways.current
        arn = line.row.node.arn if line and not line.row.rest else ""
        self._folds.turn_around(arn)
        self.follow()
        self._go_to(arn)

    def action_filter(self) -> None:
        """Ask for words."""
        from evwatch.widgets.prompt import FilterPrompt

        self._filtered_from = self.focused
        self.query_one("#foot").mount(FilterPrompt(self._folds.words))

    def on_filter_prompt_typed(self, event: FilterPrompt.Typed) -> None:
        """It works while one types."""
        self._folds.words = event.words
        self.follow()

    def on_filter_prompt_left(self, event: FilterPrompt.Left) -> None:
        """Back to where the keys went before."""
        self._folds.words = event.words
        self.follow()
        (self._filtered_from or self._ways).focus()

    def action_back(self) -> None:
        """First to the whole flow, then to the overview."""
        if self._folds.narrowed:
            self._folds.widen()
            self.follow()
        else:
            self.dismiss()

    # Keys: looking closer.

    @on(Listing.Opened)
    def action_open(self) -> None:
        """All of a resource, an alarm's own screen, or what to do about a finding."""
        if self._findings.has_focus and (row := self._findings.current):
            if row.stands_for:
                self._tell_all_alike()
            else:
                self._open_finding(row.finding)
            return
        line = self._ways.current
        if line and line.row.rest:
            self.action_unfold()
            return
        target = self._target_of(line) if line else None
        if isinstance(target, AlarmTarget):
            self.action_alarms()
        elif isinstance(target, QueueTarget | ResourceTarget):
            from evwatch.screens.resource import ResourceScreen

            self.app.push_screen(ResourceScreen(self.overview, target))

    def _open_finding(self, finding: Finding) -> None:
        from evwatch.screens.finding import FindingScreen

        self.app.push_screen(FindingScreen(self, finding.rule, finding_page(finding)))

    def action_alarms(self) -> None:
        """Screen 4, at the alarm that the cursor is on."""
        from evwatch.screens.alarms import AlarmsScreen

        key = self.target.key if isinstance(self.target, AlarmTarget) else None
        self.app.push_screen(AlarmsScreen(self.overview, key))

    # Keys: chart and reading.

    def action_window(self, step: int) -> None:
        """A shorter or longer window."""
        self._spot.shift_window(step)
        self._show_chart()
        self._tell_interest()

    def action_next_chart(self) -> None:
        """Another chart of the resource."""
        self._spot.next_chart()
        self._show_chart()
        self._tell_interest()

    def action_pause(self) -> None:
        """Hold or resume reading."""
        self.overview.action_pause()

    # Keys: acting.

    @work(exclusive=True, group="switch")
    async def action_operate(self) -> None:
        """Pause or resume the consumer or rule that the cursor is on."""
        line, session = self._ways.current, self.overview.session
        found = switchable(self.picture.flow.flow, line.row.node, line.row.edge) if line else ()
        context = self.picture.context(line.of.context) if line and line.of else None
        await switch(self, session, context.place if context else None, found)
