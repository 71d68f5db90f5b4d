"""The dashboard: screens, keys, themes and palette; nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from evwatch.config import Settings
from evwatch.model.fault import EvwatchError
from evwatch.model.metric import DEFAULT_WINDOW, WINDOWS
from evwatch.present.freshness import Limits
from evwatch.screens.live import LiveSession, OpenSession
from evwatch.screens.overview import OverviewScreen
from evwatch.widgets.themes import DARK, FALLBACK, LIGHT, text_styles, with_tokens

_TRY_AGAIN_SECONDS = 5.0
_WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (100, "-normal"), (176, "-wide")]
_HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (34, "-tall")]


def local_clock() -> datetime:
    """Now, in the zone of whoever looks."""
    return datetime.now().astimezone()


class EvwatchApp(App[None]):
    """Opens a session once the first frame is out, and shows it until the operator quits."""

    TITLE = "evwatch"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit", id="quit", priority=False),
        Binding("ctrl+p", "command_palette", "Palette", id="palette", show=False),
    ]

    def __init__(
        self,
        settings: Settings,
        open_session: OpenSession,
        *,
        clock: Callable[[], datetime] = local_clock,
        try_again_seconds: float = _TRY_AGAIN_SECONDS,
    ) -> None:
        self._styles_pushed = False
        super().__init__()
        self._settings = settings
        self._open_session = open_session
        self._try_again_seconds = try_again_seconds
        self._leaving = asyncio.Event()
        self._again = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        cadence = settings.cadence
        window = next((each for each in WINDOWS if each.label == settings.window), DEFAULT_WINDOW)
        self.overview = OverviewScreen(
            clock,
            limits=Limits.of(cadence.depths, cadence.alarms, cadence.metrics, cadence.flow),
            window=window,
            read_only=settings.read_only,
            demo=settings.demo,
            waiting_for="the demo" if settings.demo else "AWS",
        )

    def get_default_screen(self) -> OverviewScreen:
        """The overview is where everything begins."""
        return self.overview

    def on_mount(self) -> None:
        """Theme and keys as the settings say, then the session."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme_changed_signal.subscribe(self, lambda _theme: self._restyle())
        self._choose_theme(self._settings.theme)
        self._restyle()
        self.set_keymap(self._settings.keymap)
        self.call_after_refresh(self._begin)

    async def on_unmount(self) -> None:
        """Let the session stop in its own time: it releases what it holds."""
        self._leaving.set()
        if self._following:
            with suppress(asyncio.CancelledError):
                await self._following

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, and evwatch's own in every theme."""
        variables = with_tokens(super().get_css_variables())
        self.theme_variables = variables
        return variables

    def _choose_theme(self, name: str) -> None:
        if name in self.available_themes:
            self.theme = name
            return
        self.theme = FALLBACK
        self.notify(f"There is no theme {name!r}; this is {FALLBACK!r}.", severity="warning", markup=False)

    def _restyle(self) -> None:
        """Give the styles that texts carry the colours of the theme."""
        if self._styles_pushed:
            self.console.pop_theme()
        self.console.push_theme(text_styles(self.theme_variables))
        self._styles_pushed = True

    def _begin(self) -> None:
        self._following = asyncio.create_task(self._follow_session(), name="session")

    async def _follow_session(self) -> None:
        """Open a session and hold it open; where that fails, say why and try again."""
        while not self._leaving.is_set():
            try:
                async with self._open_session() as session:
                    await self._show_until_leaving(session)
            except EvwatchError as error:
                self.overview.fail(error.fault)
                await self._wait_to_try_again()

    async def _show_until_leaving(self, session: LiveSession) -> None:
        stop = self.overview.attach(session)
        running = asyncio.ensure_future(session.run())
        leaving = asyncio.ensure_future(self._leaving.wait())
        try:
            await asyncio.wait((running, leaving), return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
        finally:
            stop()
            for each in (running, leaving):
                each.cancel()
            await asyncio.gather(running, leaving, return_exceptions=True)

    async def _wait_to_try_again(self) -> None:
        self._again.clear()
        waits = [asyncio.ensure_future(self._leaving.wait()), asyncio.ensure_future(self._again.wait())]
        _, pending = await asyncio.wait(waits, timeout=self._try_again_seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()
