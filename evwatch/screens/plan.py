"""Screen Plan: everything that a redrive would do, and how; nothing happens before the queue's name was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.screen import Screen

from evwatch.model.arn import arn_name
from evwatch.model.context import Place
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.look import LookRequest
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.present.command_line import redrive_command
from evwatch.present.faults import fault_line
from evwatch.present.inert import middle
from evwatch.present.looks import Guard, guard_words
from evwatch.present.page import Page, page_of
from evwatch.present.plans import begin_lines, how_words, plan_page
from evwatch.present.tones import ACCENT, DIM, STRONG, WARN
from evwatch.screens import taking
from evwatch.screens.dialog import ask
from evwatch.screens.guards import lifted, refused_by
from evwatch.screens.live import NO_SESSION
from evwatch.screens.order import Order
from evwatch.screens.plan_options import OPTIONS, Option
from evwatch.screens.redrives import About, Redrives
from evwatch.screens.wanted import RunWanted
from evwatch.widgets.header import HeaderBar
from evwatch.widgets.keys import KeyHints, show_keys
from evwatch.widgets.line import Line
from evwatch.widgets.listing import Listing
from evwatch.widgets.option_list import OptionRow, OptionRows
from evwatch.widgets.page import PageView
from evwatch.widgets.panel import Panel

_HINTS = {
    "plan.back": "back",
    "help": "help",
    "plan.change": "change",
    "plan.begin": "begin",
    "plan.all-the-same": "all the same",
    "plan.copy": "copy command",
    "plan.json": "JSON",
    "plan.again": "plan again",
    "plan.next-panel": "next panel",
    "quit": "quit",
}
_DO = Binding.Group("redrive")
_TAKE = Binding.Group("take out")


class PlanScreen(Screen[None]):
    """Makes the plan anew at each change. Making one receives nothing and sends nothing."""

    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = ""
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "Change", id="plan.change", group=_DO, tooltip="What the cursor is on"),
        Binding("b", "begin", "Begin", id="plan.begin", group=_DO, tooltip="The queue's name is typed first"),
        Binding("a", "all_the_same", "All the same", id="plan.all-the-same", group=_DO, tooltip="Past a guard"),
        Binding("ctrl+r", "again", "Plan again", id="plan.again", group=_DO, tooltip="With what AWS says now"),
        Binding("tab", "app.focus_next", "Next panel", id="plan.next-panel", group=_DO),
        Binding("escape,backspace", "leave", "Back", id="plan.back", group=_DO, tooltip="Nothing was done"),
        Binding("y", "json", "JSON", id="plan.json", group=_TAKE, tooltip="As --dry-run -o json prints it"),
        Binding("c", "copy", "Copy command", id="plan.copy", group=_TAKE, tooltip="The same from a script (OSC 52)"),
    ]

    def __init__(
        self,
        order: Order,
        redrives: Redrives,
        clock: Callable[[], datetime],
        *,
        lease_seconds: int,
        usual: RedriveRequest,
        read_only: bool = False,
        demo: bool = False,
    ) -> None:
        """`usual` is what a redrive is planned with before anything is changed here."""
        super().__init__()
        self._order = order
        self._redrives = redrives
        self._clock = clock
        self._usual = self._request = replace(usual, edits=order.edits)
        self._guards = LookRequest(lease_seconds=lease_seconds, fifo=True)
        self._lifted: tuple[Guard, ...] = ()
        self._guard: Guard | None = None
        """What stands in the way, and can be lifted."""
        self._queue: Queue | None = order.queue
        self._plan: Plan | None = None
        self._fault: Fault | None = None
        self._planning = False
        self._planned = asyncio.Event()
        self._header = HeaderBar(read_only=read_only, demo=demo)
        self._title = Line(id="run-title")
        self._page = PageView()
        self._body = VerticalScroll(self._page, id="plan-body")
        self._panel = Panel("Plan", self._body, id="plan-panel")
        self._options = OptionRows(id="plan-options")

    def compose(self) -> ComposeResult:
        """Where one is, what would be done, how, the keys."""
        with Vertical(id="run-head"):
            yield self._header
            yield self._title
        with Container(id="plan-parts"):
            yield self._panel
            yield Panel("How", self._options, id="plan-how-panel")
        with Vertical(id="run-foot"):
            yield KeyHints()

    def on_mount(self) -> None:
        """Plan at once."""
        self._body.can_focus = True
        self._options.focus()
        self._show()
        self.set_interval(1.0, self._tick)
        self._tick()
        self._plan_anew()

    @property
    def name_of_queue(self) -> str:
        """What people call it, and what is typed."""
        return arn_name(self._order.key[1])

    @property
    def place(self) -> Place | None:
        """Where it is."""
        context = self._redrives.context(self._order.key[0])
        return context.place if context else None

    @property
    def command(self) -> str:
        """The same from a script; an edited copy has none."""
        if self._plan is None or self._order.edits:
            return ""
        context = self.place.context if self.place else None
        return redrive_command(self._plan, context, self._order.choice, self._lifted, self._usual)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense now."""
        if action == "all_the_same":
            return self._guard is not None
        if action in ("begin", "json", "copy"):
            return self._plan is not None
        return True

    # Planning.

    @work(exclusive=True, group="plan")
    async def _plan_anew(self) -> None:
        self._planning = True
        self._planned.clear()
        self._show()
        try:
            self._plan = await self._made()
            self._fault = self._guard = None
        except EvwatchError as error:
            self._plan, self._fault = None, error.fault
            self._guard = refused_by(error.fault)
        self._planning = False
        self._planned.set()
        self._show()

    async def _made(self) -> Plan:
        session, order = self._redrives.session, self._order
        if session is None:
            raise EvwatchError(NO_SESSION)
        if self._queue is None:
            self._queue = (await session.find(order.key[1])).queue
        guards = lifted(self._guards, self._lifted)
        return await session.redriver.plan(
            order.key[0], self._queue, self._request, guards, chosen=order.chosen, look=order.look
        )

    # Showing.

    def _tick(self) -> None:
        self._header.now = self._clock()
        self._header.places = (self.place,) if self.place else ()

    def _show(self) -> None:
        kind = "edited copy" if self._order.edits else "redrive"
        said = "planning …" if self._planning else "nothing is done before the name is typed"
        self._title.text = Text.assemble(
            ("↗ ", ACCENT),
            (f"{kind} of ", DIM),
            (middle(self.name_of_queue, 60), STRONG),
            f"  {self._order.words}",
        )
        self._panel.tell(Text(said, style=DIM))
        self._page.page = self._told()
        words, usual = how_words(self._request, self._plan), how_words(self._usual, self._plan)
        self._options.rows = tuple(
            OptionRow(option.name, words[option.name], words[option.name] != usual[option.name]) for option in OPTIONS
        )
        self.refresh_bindings()
        self.call_after_refresh(self._tell_keys)

    def _told(self) -> Page:
        if self._fault:
            lines = [fault_line(self._fault)]
            if self._guard:
                lines = [Text(f"▲ {guard_words(self._guard, self._queue)}", style=WARN)]
                lines.append(Text.assemble(("a", "ev.key"), " plans it all the same; nothing is done by that"))
            return (("", tuple(("", line) for line in lines)),)
        if self._plan is None:
            return page_of("asking AWS what stands around this queue …")
        return plan_page(self._plan, self.place, self.command, self._order.difference)

    def _tell_keys(self) -> None:
        show_keys(self, _HINTS)

    # Keys.

    def action_leave(self) -> None:
        """Nothing was done."""
        self.dismiss()

    def action_again(self) -> None:
        """What AWS says may have changed."""
        self._plan_anew()

    def action_all_the_same(self) -> None:
        """Past the guard that refused."""
        if self._guard:
            self._lifted = (*self._lifted, self._guard)
            self._plan_anew()

    def action_copy(self) -> None:
        """The command to the clipboard."""
        if self.command:
            taking.copy(self, self.command, "the command")
        else:
            self.notify("an edited copy has no command: it is made by hand", markup=False, timeout=4)

    def action_json(self) -> None:
        """The plan as JSON."""
        from evwatch.deadletters.document import dumps
        from evwatch.redrive.documents import plan_document
        from evwatch.screens.document import DocumentScreen

        if self._plan:
            text = dumps(plan_document(self._plan), ascii_only=True)
            self.app.push_screen(DocumentScreen(self._header, f"plan of {self.name_of_queue}", text))

    @on(Listing.Opened)
    def action_change(self) -> None:
        """Ask for another value of what the cursor is on."""
        from evwatch.screens.value_ask import ValueAskScreen

        row = self._options.current
        option = next((each for each in OPTIONS if row and each.name == row.name), None)
        if option is None:
            return

        def typed(text: str | None) -> None:
            if text is not None:
                self._change(option, text)

        names = self._queue_names() if option.name == "to" else ()
        asking = ValueAskScreen(option.title, option.hint, option.text(self._request), option.wrong, names)
        self.app.push_screen(asking, typed)

    def _queue_names(self) -> tuple[str, ...]:
        context = self._redrives.context(self._order.key[0])
        return tuple(queue.name for queue in (context.queues.value if context else None) or ())

    @work(exclusive=True, group="change")
    async def _change(self, option: Option, text: str) -> None:
        if option.name != "to":
            self._request = option.changed(self._request, text)
        elif not text:
            self._request = replace(self._request, to=None)
        elif session := self._redrives.session:
            try:
                self._request = replace(self._request, to=await session.redriver.queue(self._order.key[0], text))
            except EvwatchError as error:
                self.notify(fault_line(error.fault).plain, severity="warning", markup=False, timeout=8)
                return
        self._plan_anew()

    @work(exclusive=True, group="begin")
    async def action_begin(self) -> None:
        """Have the queue's name typed, and do it."""
        from evwatch.screens.typed_ask import TypedAskScreen

        await self._planned.wait()
        plan, session = self._plan, self._redrives.session
        if plan is None or session is None:
            return
        try:
            session.redriver.require_acting(plan.context)
        except EvwatchError as error:
            self.notify(fault_line(error.fault).plain, severity="warning", markup=False, timeout=8)
            return
        what = "Send the edited copy, and then delete the original of" if self._order.edits else "Redrive"
        asking = TypedAskScreen(what, self.name_of_queue, begin_lines(plan, self._order.words), self.place)
        if not await ask(self, asking):
            return
        about = About(
            "edit" if self._order.edits else "redrive", plan.context, plan.queue.arn, plan.queue.name, plan.messages
        )
        running = self._redrives.begin(about, lambda redriver, control, tell: redriver.start(plan, control, tell))
        if running is None:
            self.notify("a run of this queue is under way here already; 6 lists it", severity="warning", markup=False)
            return
        app = self.app
        self.dismiss()
        app.post_message(RunWanted(running, self._order.titles))
