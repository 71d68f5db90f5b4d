"""What is done from the dashboard: its screens, the word on top of every screen, and the way out past what goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import App

from evwatch.config import Settings
from evwatch.config.settings import RedriveDefaults
from evwatch.model.context import Place
from evwatch.model.plan import RedriveRequest
from evwatch.present.command_line import run_command
from evwatch.present.faults import fault_line
from evwatch.present.figures import plural
from evwatch.present.inert import plain
from evwatch.present.run_progress import work_badge
from evwatch.present.runs import ended_words, interrupted_words
from evwatch.present.tones import WARN
from evwatch.screens.dialog import ask
from evwatch.screens.redrives import Redrives, Running
from evwatch.widgets.header import HeaderBar

if TYPE_CHECKING:
    from evwatch.screens.live import LiveSession
    from evwatch.screens.order import Order

_TOLD_SECONDS = 0.5
"""How often the word on top of every screen moves on."""
_SAID_SECONDS = 8


class Acts:
    """One for the app. It owns the runs that the dashboard has begun."""

    def __init__(
        self,
        app: App[Any],
        clock: Callable[[], datetime],
        *,
        demo: bool,
        tell_interrupted: Callable[[str], None],
    ) -> None:
        """`tell_interrupted` gets what the overview says of runs that somebody should look at."""
        self._app = app
        self._clock = clock
        self._settings = Settings()
        self._demo = demo
        self._tell_interrupted = tell_interrupted
        self.redrives = Redrives(self._ended, self._changed)
        self._telling = app.set_interval(_TOLD_SECONDS, self._tell, pause=True)
        self._last_words: list[str] = []

    def attach(self, session: LiveSession, settings: Settings) -> None:
        """Act through this session from now on, as these settings say."""
        self._settings = settings
        self.redrives.attach(session)

    # Screens.

    def open_plan(self, order: Order) -> None:
        """What a redrive would do; where one of that queue is under way, that."""
        if running := self.redrives.of_queue(order.key[1]):
            self.open_run(running, order.titles)
            return
        from evwatch.screens.plan import PlanScreen

        self._app.push_screen(
            PlanScreen(
                order,
                self.redrives,
                self._clock,
                lease_seconds=self._settings.lease_seconds,
                usual=_usual(self._settings.redrive),
                read_only=self._settings.read_only,
                demo=self._demo,
            )
        )

    def open_run(self, run: Running | str, titles: Mapping[str, str]) -> None:
        """One run; `titles` of its failure groups are remembered."""
        from evwatch.screens.run import RunScreen

        self.redrives.titles.update(titles)
        self._app.push_screen(
            RunScreen(run, self.redrives, self._clock, read_only=self._settings.read_only, demo=self._demo)
        )

    def open_runs(self, places: Callable[[], tuple[Place, ...]]) -> None:
        """Every run."""
        from evwatch.screens.runs import RunsScreen

        if not isinstance(self._app.screen, RunsScreen):
            self._app.push_screen(
                RunsScreen(self.redrives, places, self._clock, read_only=self._settings.read_only, demo=self._demo)
            )

    # On top of every screen.

    def _changed(self) -> None:
        self._tell_interrupted(interrupted_words(self.redrives.interrupted))
        if self.redrives.under_way:
            self._telling.resume()
        else:
            self._telling.pause()
        self._tell()

    def _tell(self) -> None:
        if self._app.is_running:
            said = work_badge([running.work for running in self.redrives.under_way])
            for screen in self._app.screen_stack:
                for header in screen.query(HeaderBar):
                    header.work = said

    def _ended(self, running: Running) -> None:
        """A run has ended; where another screen is up, say so there."""
        from evwatch.screens.run import RunScreen

        running.raise_defect()
        if not self._app.is_running:
            return
        screen = self._app.screen
        if isinstance(screen, RunScreen) and screen.follows(running):
            return
        if running.fault:
            self._say(fault_line(running.fault).plain, severity="error")
        elif running.details:
            words, well = ended_words(running.details.report)
            self._say(words, severity="information" if well else "warning")

    def _say(self, words: str, *, severity: Any) -> None:
        self._app.notify(plain(words, 300), severity=severity, markup=False, timeout=_SAID_SECONDS)

    # The way out.

    async def may_leave(self, what: str) -> bool:
        """Whether to `what`: asks where a run is under way, which has to end at its next safe point then."""
        from evwatch.screens.sure_ask import SureAskScreen

        under_way = self.redrives.under_way
        if not under_way:
            return True
        moving = [each for each in under_way if each.moves]
        lines = [Text(f"{each.about.kind} of {plain(each.about.queue_name, 80)}") for each in under_way]
        if moving:
            lines.append(
                Text("It ends at its next safe point: nothing is lost, and it can be taken up again.", style=WARN)
            )
            yes = f"end it there, then {what.lower()}"
        else:
            lines.append(Text("Everything was moved. Without the watch, what comes back stays unproven."))
            yes = f"end the watch, then {what.lower()}"
        question = f"{plural(len(under_way), 'run')} under way. {what}?"
        if not await ask(self._app, SureAskScreen(question, lines, yes=yes, no="stay")):
            return False
        self._say("ending at the next safe point", severity="information")
        return True

    async def end(self, session: LiveSession | None = None) -> None:
        """End every run at its next safe point; returns then. Of a session that is not acted through any more: none."""
        if session is not None and session is not self.redrives.session:
            return
        moving = [(running, self._command(running)) for running in self.redrives.under_way if running.moves]
        await self.redrives.end()
        for running, command in moving:
            if running.details and running.details.report.status == "interrupted":
                about = running.about
                self._last_words.append(plain(f"{about.kind} of {about.queue_name} was interrupted: {command}", 500))

    @property
    def last_words(self) -> tuple[str, ...]:
        """How to take up what was ended, for the terminal after the dashboard, a line each."""
        return tuple(self._last_words)

    def _command(self, running: Running) -> str:
        context = self.redrives.context(running.about.context)
        return run_command("resume", running.run, context.context if context else None)


def _usual(defaults: RedriveDefaults) -> RedriveRequest:
    """What a redrive is planned with where nothing else is said."""
    return RedriveRequest(
        rate=defaults.rate,
        canary=defaults.canary,
        stop_on_bounce=defaults.stop_on_bounce,
        watch_seconds=defaults.watch_seconds,
        engine=defaults.engine,
    )
