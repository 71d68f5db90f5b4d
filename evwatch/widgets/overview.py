"""The five panels of the overview, and how they share the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from evwatch.model.feed import Feed
from evwatch.present.alarms import counts_by_state
from evwatch.present.badges import outlook_badge
from evwatch.present.chart import Chart, Subject
from evwatch.present.figures import count, plural, span
from evwatch.present.flow_words import figure_words
from evwatch.present.freshness import Limits, freshness, freshness_of_many, nothing_words, oldest
from evwatch.present.inert import middle, plain
from evwatch.present.picture import Lists, Picture
from evwatch.present.queues import Order
from evwatch.present.tones import ACCENT, ALARM, DIM
from evwatch.widgets.alarms import AlarmList
from evwatch.widgets.chart import ChartView
from evwatch.widgets.deadletters import DeadLetterList
from evwatch.widgets.flow import FlowAround
from evwatch.widgets.listing import Listing
from evwatch.widgets.panel import Panel
from evwatch.widgets.queues import QueueList

PANELS = ("alarms", "queues", "dead", "flow", "chart")
_SIDE = ("dead", "flow", "chart")
TALL = 34
NORMAL = 100
WIDE = 176
"""Lines and cells from which on there is room for more; the style sheet's `-tall` and so on say the same."""
_OTHER_LINES = 10
"""What stands around the panels, their titles, and a few queues."""
_HEAD_AND_FOOT = 4
_TITLES = 2
"""The panel's and the columns'."""
_SIDE_LINES = {"short": 8, "tall": 14, "wide": 18}
"""Of chart, flow and dead letters beside each other, where the queues leave no more."""
_CHART_LINES = 12
"""Below the dead letters."""
_TITLE_CELLS = 18
_REST_OF_TITLE_CELLS = 38
_ORDER_WORDS: dict[Order, str] = {
    "problems": "problems first",
    "name": "by name",
    "visible": "by visible",
    "oldest": "by oldest",
}


@dataclass(frozen=True, slots=True)
class Lines:
    """How many lines panels are wanted to have, their titles not counted; None: as the room allows."""

    alarms: int | None = None
    """At most."""
    dead: int | None = None
    """At most."""
    chart: int | None = None
    """The chart, and by that what stands beside it."""


class OverviewPanels(Container):
    """Alarms, queues, dead letters, chart and flow."""

    def __init__(self, limits: Limits, panels: Sequence[str] = PANELS, lines: Lines | None = None, *, id: str) -> None:
        """`panels` are the names of those that are shown, in their order; `lines` how high they are wanted."""
        super().__init__(id=id)
        self._order = tuple(panels)
        self._wanted = lines or Lines()
        self._limits = limits
        self._picture: Picture | None = None
        self.alarms = AlarmList(id="alarms")
        self.queues = QueueList(id="queues")
        self.dead = DeadLetterList(id="dead")
        self.flow = FlowAround(id="flow")
        self.chart = ChartView(id="chart")
        self._panels = {
            "alarms": Panel("Alarms", self.alarms, id="alarms-panel"),
            "queues": Panel("Queues", self.queues, id="queues-panel"),
            "dead": Panel("Dead letters", self.dead, id="dead-panel"),
            "flow": Panel("Flow", self.flow, id="flow-panel"),
            "chart": Panel("Chart", self.chart, id="chart-panel"),
        }
        self._say_why_empty(Feed(), Feed())
        for listing in (self.queues, self.dead):
            listing.limit = limits.depths

    def compose(self) -> ComposeResult:
        """Lists in the main part, what is around the cursor beside or below."""
        shown = self._order
        main = Container(*self._ordered("alarms", "queues"), id="main")
        around = Container(*self._ordered("dead", "flow"), id="around")
        (chart,) = self._ordered("chart")
        self._side = side = Container(*self._by_first((around, ("dead", "flow")), (chart, ("chart",))), id="side")
        for box, names in ((main, ("alarms", "queues")), (around, ("dead", "flow")), (side, _SIDE)):
            box.set_class(not set(names) & set(shown), "-off")
        self.set_class(main.has_class("-off"), "-side-alone")
        yield from self._by_first((main, ("alarms", "queues")), (side, _SIDE))

    def _by_first(self, *boxes: tuple[Widget, Sequence[str]]) -> list[Widget]:
        """Boxes in the order in which the first panel of each is to be shown."""
        last = len(self._order)

        def place(box: tuple[Widget, Sequence[str]]) -> int:
            return min((self._order.index(name) for name in box[1] if name in self._order), default=last)

        return [widget for widget, _ in sorted(boxes, key=place)]

    def _ordered(self, *names: str) -> list[Panel]:
        """These panels as they are to be shown; those that are not come last and stay hidden."""
        for name in names:
            self._panels[name].set_class(name not in self._order, "-off")
        wanted = [name for name in self._order if name in names]
        return [self._panels[name] for name in (*wanted, *(name for name in names if name not in wanted))]

    @property
    def chart_has_room(self) -> bool:
        """Whether the chart is shown: settings may leave it out, and so does a small terminal."""
        return all(node.display for node in self.chart.ancestors_with_self if isinstance(node, Widget))

    @property
    def first(self) -> Listing[Any]:
        """Where the keys go first: the queues, or the first list that is shown."""
        by_name: dict[str, Listing[Any]] = dict(zip(("alarms", "queues", "dead"), self.listings, strict=True))
        shown = [name for name in self._order if name in by_name]
        return by_name["queues" if "queues" in shown or not shown else shown[0]]

    def _say_why_empty(self, alarms: Feed[Any], queues: Feed[Any]) -> None:
        self.alarms.empty = nothing_words("no alarms", alarms)
        self.queues.empty = nothing_words("no queues", queues)
        self.dead.empty = nothing_words("every dead-letter queue that was read is empty", queues)

    def on_mount(self) -> None:
        """Figures stand beside the names in the flow."""
        self.flow.remark = self._remark

    def on_resize(self) -> None:
        """Panels share the lines anew."""
        self.share_lines()

    @property
    def listings(self) -> tuple[Listing[Any], ...]:
        """The three lists."""
        return (self.alarms, self.queues, self.dead)

    def show_lists(self, picture: Picture, shown: Lists, words: str, order: Order) -> None:
        """New rows."""
        self._picture = picture
        self.alarms.rows = shown.alarms
        self.queues.rows = shown.queues
        self.dead.tells = any(row.mostly for row in shown.dead)
        self.dead.rows = shown.dead
        for listing in self.listings:
            listing.many_contexts = len(picture.snapshot.contexts) > 1
        self.share_lines()
        contexts = picture.snapshot.contexts
        alarms, queues = oldest([each.alarms for each in contexts]), oldest([each.queues for each in contexts])
        if words:
            self.alarms.empty = self.queues.empty = self.dead.empty = "nothing matches the filter; esc shows all again"
        else:
            self._say_why_empty(alarms, queues)
        said = Text(f"  /{plain(words, 30)}", style=ACCENT) if words else Text()
        states = counts_by_state(shown.alarms) if shown.alarms or alarms.value is not None else ""
        self._panels["alarms"].tell(Text.assemble((states, DIM), said))
        total, found = len(picture.queues), len(shown.queues)
        many = f"{count(found)} of {count(total)}" if found != total else count(total)
        listed = f"{many}, {_ORDER_WORDS[order]}" if total or queues.value is not None else ""
        self._panels["queues"].tell(Text.assemble((listed, DIM), said))
        held = sum(row.row.held or 0 for row in shown.dead)
        remark = Text(f"{count(held)} in {plural(len(shown.dead), 'queue')}", style=ALARM)
        self._panels["dead"].tell(remark if held else Text())

    def show_spot(self, picture: Picture, subject: Subject | None, drawn: Chart | None, arn: str, window: str) -> None:
        """The chart and the flow of what the cursor is on."""
        self.chart.chart = drawn
        if subject and drawn:
            which = f"  {subject.number}/{subject.of}" if subject.of > 1 else ""
            said = Text.assemble(
                (middle(subject.title, max(_TITLE_CELLS, self.chart.size.width - _REST_OF_TITLE_CELLS)), ACCENT),
                (f"{which}  {window} by {span(drawn.period_seconds)}", DIM),
            )
            self._panels["chart"].tell(said)
        else:
            self._panels["chart"].tell(Text("no metric of it to draw" if arn else "", style=DIM))
        context = next(
            (each for each in picture.snapshot.contexts if subject and each.context.name == subject.context), None
        )
        contexts = [context] if context else list(picture.snapshot.contexts)
        read = any(each.flow.value for each in contexts)
        self.flow.flow = picture.flow.flow if read else None
        self.flow.arn = arn
        self.flow.look_again()

    def show_ages(self, picture: Picture, subject: Subject | None, now: datetime) -> None:
        """Time has passed."""
        contexts, limits = picture.snapshot.contexts, self._limits
        for listing in self.listings:
            listing.now = now
        self.chart.zone = now.tzinfo
        depths = [row.depth for row in self.queues.shown if row.depth.value is not None]
        dead = [row.row.depth for row in self.dead.rows]
        self._panels["alarms"].age(freshness(oldest([each.alarms for each in contexts]), now, limits.alarms))
        listed = oldest([each.queues for each in contexts])
        if depths and listed.fault is None:
            self._panels["queues"].age(freshness_of_many(depths, now, limits.depths))
        else:
            self._panels["queues"].age(freshness(listed, now, limits.flow))
        self._panels["dead"].age(freshness(oldest(list(dead)), now, limits.depths) if dead else Text())
        self._panels["flow"].age(freshness(oldest([each.flow for each in contexts]), now, limits.flow))
        context = picture.context(subject.context) if subject else None
        feeds = (
            [context.chart[query] for query in subject.queries if query in context.chart] if context and subject else []
        )
        self._panels["chart"].age(freshness(oldest(list(feeds)), now, limits.metrics) if feeds else Text())

    def share_lines(self) -> None:
        """Give the alarms the lines that the firing ones need, and the queues the rest; what these leave empty, as few
        as they are, goes to dead letters, chart and flow.

        Wanted lines are had as long as the queues keep a few.
        """
        width, height = self.app.size
        tall, narrow = height >= TALL, width < NORMAL
        wanted, room = self._wanted, height - _OTHER_LINES
        rows = self._picture.alarms if self._picture else ()  # whichever of them a filter leaves: it moves no panel
        firing = sum(row.alarm.state == "ALARM" for row in rows)
        others = len(rows) - firing
        most = min(wanted.alarms or height, room // 2) if wanted.alarms else max(4, height // 4) if tall else 4
        alarms = 1 + max(1, min(firing + min(others, 3 if tall else 1), most))
        self._panels["alarms"].styles.height = alarms if "queues" in self._order else "1fr"
        side = _SIDE_LINES["short" if not tall else "wide" if width >= WIDE else "tall"]
        dead = 6 if tall else 3
        if narrow:
            dead += self._spare(alarms, _TITLES + dead + (_CHART_LINES if tall else 0))
        else:
            side = max(side, min(side + self._spare(alarms, side), height // 2))
        if narrow or (wanted.dead and width < WIDE and "flow" in self._order and tall):
            most = min(wanted.dead, room // 2) if wanted.dead else dead
            self._panels["dead"].styles.height = _TITLES + max(1, min(len(self.dead.rows), most))
        else:
            self._panels["dead"].styles.height = "1fr"
        if wanted.chart:
            side = 1 + min(wanted.chart, room // 2)
        self._panels["chart"].styles.height = (side if wanted.chart else _CHART_LINES) if narrow else "100%"
        if not self.has_class("-side-alone"):
            self._side.styles.height = "auto" if narrow else side

    def _spare(self, alarms: int, side: int) -> int:
        """Lines that stay empty where all queues have theirs."""
        if not (self._picture and self._picture.queues and "queues" in self._order):
            return 0
        return max(0, self.app.size.height - _HEAD_AND_FOOT - alarms - _TITLES - len(self._picture.queues) - side)

    def _remark(self, arn: str) -> Text | None:
        picture = self._picture
        row = picture.queue_by_arn.get(arn) if picture else None
        if row is None or row.depth.value is None:
            of = picture.flow.of(arn) if picture and row is None else None
            return figure_words(of, is_dlq=False) if of and of.readings else None
        if row.is_dlq and row.held:
            return Text(f"▲ {plural(row.held, 'dead letter')}", style=ALARM)
        badge = outlook_badge(row.outlook)
        waiting = f"{count(row.depth.value.visible)} visible  " if row.depth.value.held else ""
        return Text.assemble((waiting, DIM), (badge.word, badge.tone))
