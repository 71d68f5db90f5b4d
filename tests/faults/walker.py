"""Somebody who presses every key of every screen that a way leads to, and looks at what stands there afterwards."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from textual import events
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from evwatch.app import EvwatchApp
from tests.ui.reading import whole
from tests.ui.test_hostile import assert_inert

Way = tuple[tuple[str, str], ...]
"""Keys with what the screen says once each was answered: one of several, or with a minus before them none. A text in
quotes is typed and entered."""
_PATIENCE_SECONDS = 30.0
"""For what a busy machine does late; what never comes costs that long."""
_LOOK_SECONDS = 0.02
_DEPTH = 4
_HOPS = 2
_LAST = ("back", "no", "stay", "leave", "yes", "later", "clear", "keep", "read")
"""Keys that leave come last."""


@dataclass
class Tour:
    """What was pressed, where one was, and what must not be."""

    pressed: Counter[str] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    """Ways that led elsewhere among it."""


class Walker:
    """Presses the keys in `wanted`, by the ids of their bindings, each once where it does something."""

    def __init__(self, app: EvwatchApp, pilot: Pilot[None], wanted: set[str]) -> None:
        self._app = app
        self._pilot = pilot
        self._wanted = wanted
        self.tour = Tour()

    async def go(self, name: str, way: Way) -> None:
        """Follow a way from the overview, and press what is at its end; again, where a key led away before all was."""
        while not self.tour.wrong and await self.follow(name, way):
            screen, before = self._app.screen, len(self.tour.pressed)
            await self._explore(screen, _DEPTH)
            if self._app.screen is screen or before == len(self.tour.pressed):
                return

    async def follow(self, name: str, way: Way) -> bool:
        """Whether it leads where it should."""
        await self._home()
        for key, shown in way:
            if key.startswith("'"):
                await self._type(key.strip("'"))
            else:
                if active := self._app.screen.active_bindings.get(key):
                    self.tour.pressed[active.binding.id or ""] += 1
                await self.press(key)
            if not await self._shows(shown):
                self.tour.wrong.append(f"{name}: no {shown!r} after {key} on\n{whole(self._app)}")
                return False
        return True

    async def press(self, key: str) -> None:
        """One key, and all that it begins here; what waits for AWS, or for somebody, goes on."""
        self._app.post_message(events.Key(key, key_to_character(key)))
        await self._settled()
        self.tour.screens.add(type(self._app.screen).__name__)
        try:
            assert_inert(self._app)
        except AssertionError as error:
            name = type(self._app.screen).__name__
            self.tour.wrong.append(f"after {key} on {name}: {str(error)[:300]}\n{whole(self._app)}")

    async def _explore(self, screen: Screen[Any], depth: int) -> None:
        while self._app.is_running and self._app.screen is screen and (key := self._next()):
            await self.press(key)
            deeper = self._app.screen
            if deeper is not screen and screen in self._app.screen_stack and depth:
                await self._explore(deeper, depth - 1)
                await self._back(screen)
        if not self._app.is_running:
            last = list(self.tour.pressed)[-4:]
            self.tour.wrong.append(f"the dashboard ended with {self._app.return_code} after {last}")

    def _next(self) -> str | None:
        found = []
        for key, active in self._app.screen.active_bindings.items():
            name = active.binding.id
            if name and active.enabled and name in self._wanted and not self.tour.pressed[name]:
                found.append((name.rpartition(".")[2] in _LAST, name, key))
        if not found:
            return None
        _, name, key = min(found)
        self.tour.pressed[name] += 1
        return key

    async def _type(self, text: str) -> None:
        found = self._app.focused
        assert isinstance(found, Input), f"there is nothing to type {text!r} into on\n{whole(self._app)}"
        found.value = text
        await self._settled()
        await self.press("enter")

    async def _back(self, screen: Screen[Any]) -> None:
        for _ in range(4):
            if self._app.screen is screen or screen not in self._app.screen_stack:
                return
            await self.press("escape")

    async def _home(self) -> None:
        for _ in range(6):
            if len(self._app.screen_stack) <= 2:
                break
            await self.press("escape")
        for key in ("escape", "escape", "g"):
            await self.press(key)

    async def _settled(self) -> None:
        """Every message is handled, and none of them has led to another screen, focus, key or piece of work. A key goes
        from the app to what has the focus, and up again to who acts on it: so much is waited for at least."""
        same, before = 0, None
        while same < _HOPS and self._app.is_running:
            await self._pilot._wait_for_screen()  # `pause` paints, too, which takes most of its time: once is enough
            now = self._standing()
            same, before = same + 1 if now == before else 0, now
        await self._pilot.pause(0)

    def _standing(self) -> object:
        screen = self._app.screen
        keys = {key: active.binding.id for key, active in screen.active_bindings.items()}
        return id(screen), id(screen.focused), keys, len(self._app.workers)

    async def _shows(self, text: str) -> bool:
        deadline, wanted = time.monotonic() + _PATIENCE_SECONDS, text[:1] != "-"
        while self._app.is_running and time.monotonic() < deadline:
            if any(each in whole(self._app) for each in text.removeprefix("-").split("|")) is wanted:
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False
