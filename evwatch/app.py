"""The dashboard: keys, themes, palette, and the way out; nothing else.

Little is imported here, and nothing of the model or of AWS: the first frame comes first. The stage, with the overview
and the session, is set once that is out.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

from evwatch.screens.opening import OpeningScreen
from evwatch.screens.signals import hear_signals
from evwatch.widgets.memory import look_after_memory
from evwatch.widgets.terminal import TerminalDriver
from evwatch.widgets.themes import DARK, FALLBACK, LIGHT, text_styles, with_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.dom import DOMNode
    from textual.screen import Screen

    from evwatch.config import Settings
    from evwatch.screens.elsewhere import Destination, Elsewhere
    from evwatch.screens.live import OpenSession
    from evwatch.screens.stage import Stage
    from evwatch.screens.wanted import DeadLettersWanted, LogsWanted, PlanWanted, RunWanted

_TRY_AGAIN_SECONDS = 5.0
_WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (100, "-normal"), (176, "-wide")]
_HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (34, "-tall")]
_INTERRUPTED = 130
_NOT_IN_PALETTE = frozenset({"palette", "back", "list.down", "list.up", "list.page-down", "list.page-up"})


def local_clock() -> datetime:
    """Now, in the zone of whoever looks."""
    return datetime.now().astimezone()


class EvwatchApp(App[None]):
    """Opens a session once the first frame is out, and shows it until the operator quits."""

    TITLE = "evwatch"
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    CSS = "SearchIcon { display: none; }"  # an emoji, as wide as each terminal pleases
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
        self._stage: Stage | None = None
        """Set once the first frame is out."""
        self._signalled = False
        self._hear_no_more: Callable[[], None] = lambda: None
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
        self._hear_no_more = hear_signals(self._interrupted)
        self.call_after_refresh(self._begin)

    async def on_unmount(self) -> None:
        """Let the session stop in its own time: it releases what it holds."""
        if self._stage:
            await self._stage.close()
        self._hear_no_more()

    @property
    def last_words(self) -> tuple[str, ...]:
        """What is to be said on the terminal once the dashboard is gone, a line each."""
        return self._stage.acts.last_words if self._stage else ()

    async def action_quit(self) -> None:
        """Leave once every look has released what it held; the screen says so meanwhile. A run under way asks first."""
        self.run_worker(self._quit(), group="quit", exclusive=False)

    async def _quit(self) -> None:
        stage = self._stage
        if stage is None:
            self.exit()
        elif await stage.acts.may_leave("Quit"):
            if stage.looks.under_way:
                self.notify("releasing what was read, then evwatch ends", markup=False)
            await stage.let_go()
            self.exit()

    def _interrupted(self) -> None:
        """The first signal ends a run at its next safe point, a second one at once, as it does a command."""
        if self._signalled and self._stage:
            self._stage.acts.redrives.cut_short()
            return
        self._signalled = True
        self.run_worker(self._end_quietly(), group="quit", exclusive=False)

    async def _end_quietly(self) -> None:
        """Nothing is painted any more: where the terminal is gone, writing to it would block."""
        with self.batch_update():
            if self._stage:
                await self._stage.let_go()
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
        from evwatch.screens.stage import Stage

        look_after_memory(self)
        self._restyle()
        self.theme_changed_signal.subscribe(self, lambda _theme: self._restyle())
        stage = self._stage = Stage(
            self,
            self._settings,
            self._open_session,
            self._clock,
            self._tell_terminal,
            waiting_for=self._waiting_for,
            try_again_seconds=self._try_again_seconds,
        )
        # The shell, and whatever editor or pager is started, has a title of its own.
        self.app_suspend_signal.subscribe(self, lambda _app: stage.give_title_back(), immediate=True)
        await stage.open(self._session_ended)
        if self._unknown_theme:
            said = f"There is no theme {self._unknown_theme!r}; this is {FALLBACK!r}."
            self.notify(said, severity="warning", markup=False)

    def _tell_terminal(self, sequence: str) -> None:
        """To the terminal, beside what is painted. Textual has no public way to set a title."""
        if self._driver and not self.is_headless:
            self._driver.write(sequence)

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

        assert self._elsewhere
        assert self._stage
        if not await self._stage.acts.may_leave("Turn elsewhere"):
            return
        try:
            settings, opening = self._elsewhere.go(chosen)
        except EvwatchError as error:
            self.notify(str(error.fault), severity="error", markup=False)
            return
        await self._stage.turn(settings, opening, ", ".join(each.name for each in chosen))

    # Screens.

    def action_overview(self) -> None:
        """Out of every screen that lies on it; what is under way in them goes on, or ends as with `esc`."""
        if self._stage:
            self.call_later(self._stage.back_to_overview)

    async def action_flow(self) -> None:
        """Screen 2, from a screen that has no way there itself."""
        if self._stage:
            await self._stage.open_flow()

    async def action_alarms(self) -> None:
        """Screen 4, from a screen that has no way there itself."""
        if self._stage:
            await self._stage.open_alarms()

    def action_jump(self) -> None:
        """Anything by name, from wherever one is."""
        if self._stage:
            self._stage.jump()

    async def action_hand_over(self) -> None:
        """What whoever takes over should know."""
        if self._stage:
            await self._stage.hand_over()

    def action_runs(self) -> None:
        """Screen 6."""
        if stage := self._stage:
            stage.acts.open_runs(lambda: stage.overview.header.places)

    async def on_dead_letters_wanted(self, wanted: DeadLettersWanted) -> None:
        """Screen 3."""
        if self._stage:
            await self._stage.open_dead_letters(wanted)

    def on_logs_wanted(self, wanted: LogsWanted) -> None:
        """Screen 5."""
        if self._stage:
            self._stage.open_logs(wanted)

    def on_plan_wanted(self, wanted: PlanWanted) -> None:
        """What a redrive would do."""
        if self._stage:
            self._stage.acts.open_plan(wanted.order)

    def on_run_wanted(self, wanted: RunWanted) -> None:
        """One run."""
        if self._stage:
            self._stage.acts.open_run(wanted.run, wanted.titles)

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
        yield SystemCommand("Screenshot", "Save the screen as SVG, to a file", self._save_picture)

    def _save_picture(self) -> None:
        from evwatch.screens.picture import save_picture

        save_picture(self.screen, self._stage.overview.header.places if self._stage else (), self._clock())

    def _run_later(self, action: str, node: DOMNode) -> None:
        self.call_later(self.run_action, action, node)
