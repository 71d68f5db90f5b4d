"""The dashboard on a real session before the emulator, and dead letters to act on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp.typedefs import Middleware
from textual.pilot import Pilot
from textual.widgets import Input

from evwatch.app import EvwatchApp
from evwatch.cli.dashboard import live
from evwatch.config import ContextRequest, Settings
from evwatch.screens.elsewhere import Destination
from evwatch.screens.live import OpenSession
from tests.emulator.account import Account
from tests.redrive.seeding import Dead
from tests.ui.reading import shows, watching

Acting = Callable[..., AbstractAsyncContextManager["Dashboard"]]


@dataclass
class Dashboard:
    """The dashboard, and who presses its keys."""

    app: EvwatchApp
    pilot: Pilot[None]

    async def shows(self, *texts: str) -> None:
        """Wait until all of this is on the screen."""
        await shows(self.pilot, *texts)

    async def press(self, *keys: str) -> None:
        """One key after the other."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """A text in place of what the field holds, and enter."""
        field = self.app.focused
        assert isinstance(field, Input)
        field.value = text
        await self.pilot.press("enter")

    async def read_dead_letters(self, amount: int) -> None:
        """From the overview into the only DLQ, and all of it."""
        await self.shows("▲ dead letters")
        await self.press("d")
        await self.shows("read all, about")
        await self.press("3")
        await self.shows(f"seen {amount} of about {amount}, complete", "all released")

    async def change(self, option: int, title: str, text: str) -> None:
        """Change what the plan's list has in this place."""
        await self.press("g", *("j" * option), "enter")
        await self.shows(title)
        await self.type(text)

    async def begin(self, name: str) -> None:
        """Begin what the plan says."""
        await self.press("b")
        await self.shows(f"Type {name} and press enter")
        await self.type(name)


class Again:
    """One place, that one can turn to from itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def who(self) -> list[Destination]:
        return [Destination("profile", "again", here=True)]

    def regions(self) -> list[Destination]:
        return [Destination("region", "again", here=True)]

    def go(self, chosen: Sequence[Destination]) -> tuple[Settings, OpenSession]:
        return self._settings, lambda: live(self._settings)


@asynccontextmanager
async def dashboard(
    aws: Account, folder: Path, *middlewares: Middleware, size: tuple[int, int] = (120, 40), **settings: Any
) -> AsyncIterator[Dashboard]:
    """The dashboard on this account, with its journal in this folder; `P` and `R` lead to the same once more."""
    async with aws.gateway(*middlewares) as url:
        context = settings.pop("context", ContextRequest())
        request = replace(context, region=aws.region, endpoint_url=url)
        found = Settings(contexts=(request,), state_folder=str(folder), **settings)
        app = EvwatchApp(found, lambda: live(found), elsewhere=lambda: Again(found))
        async with watching(app, size=size) as pilot:
            yield Dashboard(app, pilot)


def two_kinds(dead: Dead, orders: int, payments: int) -> None:
    """Messages of two failure groups: the larger is listed first."""
    dead.fail([{"MessageBody": json.dumps({"order": number, "amount": 10.1})} for number in range(orders)])
    dead.fail([{"MessageBody": json.dumps({"payment": number, "currency": "EUR"})} for number in range(payments)])
