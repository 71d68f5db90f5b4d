"""What the dashboard holds once the first frame is out: the overview, looks, runs, and the session that they follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from importlib import import_module
from typing import Any

from textual.app import App

from evwatch.config import Settings
from evwatch.model.choice import Choice
from evwatch.model.window import DEFAULT_WINDOW, WINDOWS
from evwatch.present.freshness import Limits
from evwatch.screens.acts import Acts
from evwatch.screens.alert import Alert
from evwatch.screens.holding import Holding
from evwatch.screens.live import LiveSession, OpenSession
from evwatch.screens.looks import Looks
from evwatch.screens.mfa_ask import MfaAsker
from evwatch.screens.overview import OverviewScreen
from evwatch.screens.wanted import DeadLettersWanted, LogsWanted
from evwatch.widgets.overview import Lines

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


def _load_what_is_needed_later() -> None:
    """Import the rest beside the running screen, so that no key has to wait for it."""
    for name in _LATER:
        import_module(name)


class Stage:
    """One for the app. Whatever session is held, the overview and the runs stay; looks go with their session."""

    def __init__(
        self,
        app: App[Any],
        settings: Settings,
        open_session: OpenSession,
        clock: Callable[[], datetime],
        tell_terminal: Callable[[str], None],
        *,
        waiting_for: str,
        try_again_seconds: float,
    ) -> None:
        """`tell_terminal` writes beside what is painted."""
        self._app = app
        self._settings = settings
        self._clock = clock
        self._tell_terminal = tell_terminal
        cadence, lines = settings.cadence, settings.panel_lines
        self.overview = OverviewScreen(
            clock,
            choice=Choice(settings.filters, settings.tags),
            limits=Limits.of(cadence.depths, cadence.alarms, cadence.metrics, cadence.flow),
            window=next((each for each in WINDOWS if each.label == settings.window), DEFAULT_WINDOW),
            read_only=settings.read_only,
            demo=settings.demo,
            waiting_for=waiting_for,
            panels=settings.panels,
            lines=Lines(lines.alarms, lines.dead, lines.chart),
            try_again=self._try_again,
        )
        self.looks = Looks()
        self.acts = Acts(app, clock, demo=settings.demo, tell_interrupted=self.overview.tell_runs)
        self._alert: Alert | None = None
        self._holding = Holding(open_session, self._bound, self.overview.fail, try_again_seconds=try_again_seconds)
        self._task: asyncio.Task[None] | None = None

    async def open(self, ended: Callable[[asyncio.Task[None]], None]) -> None:
        """Show the overview, and open the session; `ended` hears when that has ended for good."""
        await self._app.push_screen(self.overview)
        self._task = asyncio.create_task(self._holding.run(), name="session")
        self._task.add_done_callback(ended)

    def leave(self) -> None:
        """Let the session stop in its own time: it releases what it holds."""
        self._holding.leave()

    async def close(self) -> None:
        """Leave, and return when it has stopped."""
        if self._task:
            self.leave()
            with suppress(asyncio.CancelledError):
                await self._task

    async def let_go(self) -> None:
        """End what goes on at its next safe point."""
        await self.looks.end()
        await self.acts.end()

    def give_title_back(self) -> None:
        """To the shell, or to whatever is started in its place."""
        if self._alert:
            self._alert.end()

    # The session.

    @asynccontextmanager
    async def _bound(self, session: LiveSession) -> AsyncIterator[None]:
        """Everything that shows a session, or acts through it."""
        looks, acts = self.looks, self.acts
        alert = self._alert = Alert(self._app, self._tell_terminal, bell=self._settings.bell)
        alert.hear(session.snapshot)
        asker = MfaAsker(self._app, session)
        ways_out = [self.overview.attach(session), session.subscribe(alert.hear), session.subscribe(asker.hear)]
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

    def _try_again(self) -> None:
        self._holding.try_again()

    async def turn(self, settings: Settings, open_session: OpenSession, where: str) -> None:
        """Leave what is looked at for something else; the screen stays, and what was held is released beside it."""
        self._settings = settings
        await self.acts.end()
        await self.back_to_overview()
        self.looks = Looks()
        self.overview.leave(where)
        self._holding.switch(open_session)

    # Screens.

    async def back_to_overview(self) -> None:
        """Out of every screen that lies on it."""
        while self._app.screen is not self.overview and len(self._app.screen_stack) > 2:
            await self._app.pop_screen()

    async def open_flow(self) -> None:
        """Screen 2, at what the overview's cursor is on."""
        from evwatch.screens.flow import FlowScreen

        if self.overview.panels.display and not isinstance(self._app.screen, FlowScreen):
            await self.back_to_overview()
            self.overview.action_flow()

    async def open_alarms(self) -> None:
        """Screen 4, at what the overview's cursor is on."""
        from evwatch.screens.alarms import AlarmsScreen

        if self.overview.panels.display and not isinstance(self._app.screen, AlarmsScreen):
            await self.back_to_overview()
            self.overview.action_alarms()

    def jump(self) -> None:
        """Anything by name, from wherever one is."""
        from evwatch.screens.jumping import jump

        if self.overview.panels.display:
            jump(self._app, self.overview)

    async def hand_over(self) -> None:
        """What whoever takes over should know."""
        from evwatch.screens.hand_over import show_hand_over

        if self.overview.panels.display:
            choice = Choice(self._settings.filters, self._settings.tags)
            await show_hand_over(self._app, self.overview, choice, self._clock())

    async def open_dead_letters(self, wanted: DeadLettersWanted) -> None:
        """Screen 3; it takes the place of another queue's."""
        from evwatch.screens.dead_letters import DeadLettersScreen

        if isinstance(self._app.screen, DeadLettersScreen):
            await self._app.pop_screen()
        settings = self._settings
        await self._app.push_screen(
            DeadLettersScreen(
                wanted.key,
                self.looks,
                self.acts.redrives,
                self._clock,
                lease_seconds=settings.lease_seconds,
                letter=wanted.letter,
                read_only=settings.read_only,
                demo=settings.demo,
            )
        )

    def open_logs(self, wanted: LogsWanted) -> None:
        """Screen 5."""
        from evwatch.screens.logs import LogsScreen

        self._app.push_screen(
            LogsScreen(
                self.overview.session,
                wanted.request,
                wanted.title,
                self._clock,
                places=self.overview.header.places,
                read_only=self._settings.read_only,
                demo=self._settings.demo,
            )
        )
