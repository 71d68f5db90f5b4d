"""The dashboard: screens, keys, themes and palette; nothing else.

Little is imported here, and nothing of the model or of AWS: the first frame comes first. The overview is imported and
mounted once that is out, and then the session is opened.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

from evwatch.screens.opening import OpeningScreen
from evwatch.widgets import letting_go
from evwatch.widgets.terminal import TerminalDriver
from evwatch.widgets.themes import DARK, FALLBACK, LIGHT, text_styles, with_tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from textual.dom import DOMNode
    from textual.screen import Screen

    from evwatch.config import Settings
    from evwatch.screens.acts import Acts
    from evwatch.screens.alert import Alert
    from evwatch.screens.elsewhere import Destination, Elsewhere
    from evwatch.screens.following import Following
    from evwatch.screens.live import LiveSession, OpenSession
    from evwatch.screens.looks import Looks
    from evwatch.screens.overview import OverviewScreen
    from evwatch.screens.wanted import DeadLettersWanted, LogsWanted, PlanWanted, RunWanted

_TRY_AGAIN_SECONDS = 5.0
_WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (100, "-normal"), (176, "-wide")]
_HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (34, "-tall")]
_LATER = (
    "evwatch.widgets.plot",
    "evwatch.widgets.prompt",
    "evwatch.screens.details",
    "evwatch.screens.jumping",
    "evwatch.screens.hand_over",
    "evwatch.screens.help",
    "evwatch.screens.dead_letters",
    "evwatch.screens.look_ask",
    "evwatch.screens.flow",
    "evwatch.screens.resource",
    "evwatch.screens.alarms",
    "evwatch.screens.logs",
    "evwatch.screens.elsewhere",
    "evwatch.screens.plan",
    "evwatch.screens.run",
    "evwatch.screens.runs",
)
_INTERRUPTED = 130
_COLLECTING = gc.get_threshold()
_WHILE_LOADING = (*_COLLECTING[:2], 1_000)
_SETTLED_SECONDS = (10.0, 120.0)
"""After which the descriptions of all services are loaded, and thousands of queues have been read once."""
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_NOT_IN_PALETTE = frozenset({"palette", "back", "list.down", "list.up", "list.page-down", "list.page-up"})


def local_clock() -> datetime:
    """Now, in the zone of whoever looks."""
    return datetime.now().astimezone()


def _set_aside_what_is_loaded() -> None:
    """Spare the garbage collector what is there by now: going through all of it again and again costs a tenth of a
    second a time, in which no key is heard. What is let go of is freed all the same, but for circles.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTING)


def _load_what_is_needed_later() -> None:
    """Import the rest beside the running screen, so that no key has to wait for it."""
    for name in _LATER:
        import_module(name)


class EvwatchApp(App[None]):
    """Opens a session once the first frame is out, and shows it until the operator quits."""

    TITLE = "evwatch"
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="help", tooltip="This page"),
        Binding("6", "runs", "Runs", id="screen.runs", tooltip="Every redrive and delete, and what came of it"),
        Binding("q", "quit", "Quit", id="quit"),
        Binding("ctrl+p", "command_palette", "Palette", id="palette", tooltip="Every action by name, and the themes"),
        Binding(":", "jump", "Jump to", id="jump", tooltip="Anything by name, and ids in what was read"),
        Binding("H", "hand_over", "Hand-over", id="hand-over", tooltip="All that is wrong now, as Markdown"),
        Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", show=False, tooltip="fg comes back"),
        Binding("P", "profile", "Profile", id="profile", tooltip="Another context or profile, or several"),
        Binding("R", "region", "Region", id="region", tooltip="Another region, or several"),
        Binding("1", "overview", "Overview", id="screen.overview", tooltip="From wherever one is", show=False),
        Binding("2", "flow", "Flow", id="screen.flow", tooltip="Every way of an event, and the findings", show=False),
        Binding("4", "alarms", "Alarms", id="screen.alarms", tooltip="Since when, why, and their history", show=False),
    ]

    def __init__(
        self,
        settings: Settings,
        open_session: OpenSession,
        *,
        elsewhere: Callable[[], Elsewhere] | None = None,
        clock: Callable[[], datetime] = local_clock,
        try_again_seconds: float = _TRY_AGAIN_SECONDS,
    ) -> None:
        """`open_session` is called once the first frame is out; an EvwatchError that it raises is shown. `elsewhere`
        are the contexts, profiles and regions that one can turn to; none where there is one place alone."""
        self._styles_pushed = False
        super().__init__(driver_class=TerminalDriver)
        self._settings = settings
        self._open_session = open_session
        self._clock = clock
        self._try_again_seconds = try_again_seconds
        self._waiting_for = "the demo" if settings.demo else "AWS"
        self._find_elsewhere = elsewhere
        self._elsewhere: Elsewhere | None = None
        self._following: Following | None = None
        self._session_task: asyncio.Task[None] | None = None
        self._overview: OverviewScreen | None = None
        self._looks: Looks | None = None
        self._acts: Acts | None = None
        self._signalled = False
        self._alert: Alert | None = None
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        known = settings.theme in self.available_themes
        # Set before anything is painted: a theme that is changed later has all styles worked out a second time.
        self.set_reactive(App.theme, settings.theme if known else FALLBACK)
        self.stylesheet.set_variables(self.get_css_variables())
        self._unknown_theme = "" if known else settings.theme

    def get_default_screen(self) -> OpeningScreen:
        """What is painted first."""
        return OpeningScreen(self._waiting_for)

    def on_mount(self) -> None:
        """Keys as the settings say; the rest once the first frame is out."""
        self.set_keymap(self._settings.keymap)
        for number in _ENDING_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._interrupted)
        self.call_after_refresh(self._begin)

    async def on_unmount(self) -> None:
        """Let the session stop in its own time: it releases what it holds."""
        if self._following and self._session_task:
            self._following.leave()
            with suppress(asyncio.CancelledError):
                await self._session_task
        for number in _ENDING_SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)

    async def action_quit(self) -> None:
        """Leave once every look has released what it held; the screen says so meanwhile. A run under way asks first."""
        self.run_worker(self._quit(), group="quit", exclusive=False)

    async def _quit(self) -> None:
        if self._acts and not await self._acts.may_leave("Quit"):
            return
        if self._looks and self._looks.under_way:
            self.notify("releasing what was read, then evwatch ends", markup=False)
        self.exit(message=await self._let_go())

    async def _let_go(self) -> str | None:
        """End what goes on at its next safe point; what is to be said on the terminal then."""
        if self._looks:
            await self._looks.end()
        if self._acts is None:
            return None
        await self._acts.end()
        return self._acts.last_words or None

    def _interrupted(self) -> None:
        """The first signal ends a run at its next safe point, a second one at once, as it does a command."""
        if self._signalled and self._acts:
            self._acts.redrives.cut_short()
            return
        self._signalled = True
        self.run_worker(self._end_quietly(), group="quit", exclusive=False)

    async def _end_quietly(self) -> None:
        """Nothing is painted any more: where the terminal is gone, writing to it would block."""
        with self.batch_update():
            await self._let_go()
            self.exit(return_code=_INTERRUPTED)

    # Themes.

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, and evwatch's own in every theme."""
        variables = with_tokens(super().get_css_variables())
        self.theme_variables = variables
        return variables

    def _restyle(self) -> None:
        """Give the styles that texts carry the colours of the theme."""
        if self._styles_pushed:
            self.console.pop_theme()
        self.console.push_theme(text_styles(self.theme_variables))
        self._styles_pushed = True

    # The session.

    async def _begin(self) -> None:
        from evwatch.model.choice import Choice
        from evwatch.model.window import DEFAULT_WINDOW, WINDOWS
        from evwatch.present.freshness import Limits
        from evwatch.screens.acts import Acts
        from evwatch.screens.following import Following
        from evwatch.screens.looks import Looks
        from evwatch.screens.overview import OverviewScreen
        from evwatch.widgets.overview import Lines

        # Whoever started this may have held the collector back, so that the first frame comes sooner.
        # All of it is gone through for the first time once it is loaded.
        gc.enable()
        gc.set_threshold(*_WHILE_LOADING)
        self.set_interval(letting_go.EVERY_SECONDS, letting_go.let_go_of_what_was_painted)
        for seconds in _SETTLED_SECONDS:
            self.set_timer(seconds, _set_aside_what_is_loaded)
        self._restyle()
        self.theme_changed_signal.subscribe(self, lambda _theme: self._restyle())
        # The shell, and whatever editor or pager is started, has a title of its own.
        self.app_suspend_signal.subscribe(self, lambda _app: self._give_title_back(), immediate=True)
        settings, cadence = self._settings, self._settings.cadence
        overview = OverviewScreen(
            self._clock,
            choice=Choice(settings.filters, settings.tags),
            limits=Limits.of(cadence.depths, cadence.alarms, cadence.metrics, cadence.flow),
            window=next((each for each in WINDOWS if each.label == settings.window), DEFAULT_WINDOW),
            read_only=settings.read_only,
            demo=settings.demo,
            waiting_for=self._waiting_for,
            panels=settings.panels,
            lines=Lines(settings.panel_lines.alarms, settings.panel_lines.dead, settings.panel_lines.chart),
            try_again=self._try_again_now,
        )
        self._overview = overview
        self._looks = Looks()
        self._acts = Acts(
            self,
            self._clock,
            demo=settings.demo,
            tell_interrupted=overview.tell_runs,
        )
        await self.push_screen(overview)
        if self._unknown_theme:
            said = f"There is no theme {self._unknown_theme!r}; this is {FALLBACK!r}."
            self.notify(said, severity="warning", markup=False)
        self._following = following = Following(
            self._open_session, self._bound, overview.fail, try_again_seconds=self._try_again_seconds
        )
        self._session_task = asyncio.create_task(following.run(), name="session")
        self._session_task.add_done_callback(self._session_ended)

    @asynccontextmanager
    async def _bound(self, session: LiveSession) -> AsyncIterator[None]:
        """Everything that shows a session, or acts through it."""
        from evwatch.screens.alert import Alert
        from evwatch.screens.mfa_ask import MfaAsker

        assert self._overview
        assert self._looks
        assert self._acts
        overview, looks, acts = self._overview, self._looks, self._acts
        alert = self._alert = Alert(self, self._tell_terminal, bell=self._settings.bell)
        alert.hear(session.snapshot)
        asker = MfaAsker(self, session)
        ways_out = [overview.attach(session), session.subscribe(alert.hear), session.subscribe(asker.hear)]
        looks.attach(session)
        acts.attach(session, self._settings)
        try:
            await asyncio.to_thread(_load_what_is_needed_later)
            yield
        finally:
            for stop in ways_out:
                stop()
            asker.end()
            await acts.end(session)
            await looks.end()
            alert.end()

    def _try_again_now(self) -> None:
        if self._following:
            self._following.try_again()

    def _tell_terminal(self, sequence: str) -> None:
        """To the terminal, beside what is painted. Textual has no public way to set a title."""
        if self._driver and not self.is_headless:
            self._driver.write(sequence)

    def _give_title_back(self) -> None:
        if self._alert:
            self._alert.end()

    def _session_ended(self, task: asyncio.Task[None]) -> None:
        """A defect in the session is as loud as one in a screen."""
        error = None if task.cancelled() else task.exception()
        if error:
            self.call_later(self._raise, error)

    def _raise(self, error: BaseException) -> None:
        raise error

    # Elsewhere.

    def action_profile(self) -> None:
        """Other contexts and profiles."""
        self._ask_where("context or profile")

    def action_region(self) -> None:
        """Other regions."""
        self._ask_where("region")

    def _ask_where(self, what: str) -> None:
        from evwatch.model.fault import EvwatchError
        from evwatch.screens.elsewhere import ElsewhereScreen

        if self._find_elsewhere is None:
            self.notify("the demo has one account in one region", markup=False, timeout=3)
            return
        try:
            self._elsewhere = self._elsewhere or self._find_elsewhere()
            known = self._elsewhere.regions() if what == "region" else self._elsewhere.who()
        except EvwatchError as error:
            self.notify(str(error.fault), severity="error", markup=False)
            return
        self.push_screen(ElsewhereScreen(f"look at another {what}", known), self._go_where)

    def _go_where(self, chosen: Sequence[Destination] | None) -> None:
        if chosen:
            self.run_worker(self._go(chosen), group="elsewhere", exclusive=True)

    async def _go(self, chosen: Sequence[Destination]) -> None:
        """Leave what is looked at for something else; the screen stays, and what was held is released beside it."""
        from evwatch.model.fault import EvwatchError
        from evwatch.screens.looks import Looks

        assert self._elsewhere
        assert self._overview
        assert self._following
        if self._acts and not await self._acts.may_leave("Turn elsewhere"):
            return
        try:
            self._settings, opening = self._elsewhere.go(chosen)
        except EvwatchError as error:
            self.notify(str(error.fault), severity="error", markup=False)
            return
        if self._acts:
            await self._acts.end()
        await self._back_to_overview()
        self._looks = Looks()
        self._overview.leave(", ".join(each.name for each in chosen))
        self._following.switch(opening)

    # Screens.

    def action_overview(self) -> None:
        """Out of every screen that lies on it; what is under way in them goes on, or ends as with `esc`."""
        self.call_later(self._back_to_overview)

    async def _back_to_overview(self) -> None:
        while self.screen is not self._overview and len(self.screen_stack) > 2:
            await self.pop_screen()

    async def action_flow(self) -> None:
        """Screen 2, from a screen that has no way there itself."""
        from evwatch.screens.flow import FlowScreen

        if self._overview and self._overview.panels.display and not isinstance(self.screen, FlowScreen):
            await self._back_to_overview()
            self._overview.action_flow()

    async def action_alarms(self) -> None:
        """Screen 4, from a screen that has no way there itself."""
        from evwatch.screens.alarms import AlarmsScreen

        if self._overview and self._overview.panels.display and not isinstance(self.screen, AlarmsScreen):
            await self._back_to_overview()
            self._overview.action_alarms()

    def action_jump(self) -> None:
        """Anything by name, from wherever one is."""
        from evwatch.screens.jumping import jump

        if self._overview and self._overview.panels.display:
            jump(self, self._overview)

    async def action_hand_over(self) -> None:
        """What whoever takes over should know."""
        from evwatch.model.choice import Choice
        from evwatch.screens.hand_over import show_hand_over

        if self._overview and self._overview.panels.display:
            choice = Choice(self._settings.filters, self._settings.tags)
            await show_hand_over(self, self._overview, choice, self._clock())

    async def on_dead_letters_wanted(self, wanted: DeadLettersWanted) -> None:
        """Screen 3; it takes the place of another queue's."""
        from evwatch.screens.dead_letters import DeadLettersScreen

        if self._looks is None or self._acts is None:
            return
        if isinstance(self.screen, DeadLettersScreen):
            await self.pop_screen()
        settings = self._settings
        await self.push_screen(
            DeadLettersScreen(
                wanted.key,
                self._looks,
                self._acts.redrives,
                self._clock,
                lease_seconds=settings.lease_seconds,
                letter=wanted.letter,
                read_only=settings.read_only,
                demo=settings.demo,
            )
        )

    def on_logs_wanted(self, wanted: LogsWanted) -> None:
        """Screen 5."""
        from evwatch.screens.logs import LogsScreen

        overview, settings = self._overview, self._settings
        if overview:
            self.push_screen(
                LogsScreen(
                    overview.session,
                    wanted.request,
                    wanted.title,
                    self._clock,
                    places=overview.header.places,
                    read_only=settings.read_only,
                    demo=settings.demo,
                )
            )

    def on_plan_wanted(self, wanted: PlanWanted) -> None:
        """What a redrive would do."""
        if self._acts:
            self._acts.open_plan(wanted.order)

    def on_run_wanted(self, wanted: RunWanted) -> None:
        """One run."""
        if self._acts:
            self._acts.open_run(wanted.run, wanted.titles)

    def action_runs(self) -> None:
        """Screen 6."""
        overview = self._overview
        if self._acts and overview:
            self._acts.open_runs(lambda: overview.header.places)

    # Help and palette.

    def action_help(self) -> None:
        """Every key that does something here."""
        from evwatch.screens.help import HelpScreen, key_groups

        about = getattr(self.screen.focused, "HELP", None) or ""
        self.push_screen(HelpScreen(key_groups(self, self.screen.active_bindings.values()), about))

    def get_key_display(self, binding: Binding) -> str:
        """A key as every screen calls it."""
        shown = super().get_key_display(binding)
        return "enter" if shown == "⏎" else shown

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the screen by name; the themes; a picture of the screen."""
        seen: set[str] = set()
        for active in list(screen.active_bindings.values()):
            binding = active.binding
            if binding.id and active.enabled and binding.id not in seen and binding.id not in _NOT_IN_PALETTE:
                seen.add(binding.id)
                run = partial(self._run_later, binding.action, active.node)
                keys = self.get_key_display(binding)
                yield SystemCommand(binding.description, f"{keys}  {active.tooltip}" if active.tooltip else keys, run)
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        yield SystemCommand(
            "Screenshot", "Save the screen as SVG", lambda: self.set_timer(0.1, self.deliver_screenshot)
        )

    def _run_later(self, action: str, node: DOMNode) -> None:
        self.call_later(self.run_action, action, node)
