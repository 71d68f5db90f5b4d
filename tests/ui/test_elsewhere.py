"""`P` and `R` turn the dashboard to other contexts, profiles and regions; the screen stays, the old session ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from evwatch.app import EvwatchApp
from evwatch.cli.elsewhere import Places
from evwatch.cli.entry import read_once
from evwatch.cli.invocation import Invocation
from evwatch.config import Settings
from evwatch.model.context import Context
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.snapshot import Snapshot
from evwatch.screens.elsewhere import Destination
from evwatch.screens.live import LiveSession, OpenSession
from tests.ui import scenes
from tests.ui.fakes import FakeSession, HeldClock
from tests.ui.reading import shows, until, watching, whole


def in_context(context: Context) -> Snapshot:
    first = scenes.well().contexts[0]
    return scenes.snapshot(replace(first, context=context))


class Atlas:
    """Two places to go to, and who went."""

    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []
        self.hold_back = asyncio.Event()
        self.hold_back.set()
        self.gone: list[tuple[str, ...]] = []
        self.refuses: Fault | None = None

    def who(self) -> list[Destination]:
        return [
            Destination("context", "eng", "eu-west-1", "#57ab5a", here=True),
            Destination("context", "prd", "eu-west-1, production", None, production=True),
            Destination("profile", "sandbox", "us-east-1"),
        ]

    def regions(self) -> list[Destination]:
        return [Destination("region", name, here=name == "eu-west-1") for name in ("eu-west-1", "us-east-1")]

    def go(self, chosen: Sequence[Destination]) -> tuple[Settings, OpenSession]:
        names = tuple(each.name for each in chosen)
        if self.refuses:
            raise EvwatchError(self.refuses)
        self.gone.append(names)
        context = Context(names[0], "eu-west-1", production=names == ("prd",), read_only=names == ("prd",))
        return Settings(), lambda: self.session(context)

    @asynccontextmanager
    async def session(self, context: Context) -> AsyncIterator[LiveSession]:
        session = FakeSession(in_context(context))
        self.sessions.append(session)
        async with session:
            yield session
            await self.hold_back.wait()


@pytest.fixture
def atlas() -> Atlas:
    return Atlas()


@pytest.fixture
def app(atlas: Atlas) -> EvwatchApp:
    eng = Context("eng", "eu-west-1", colour="#57ab5a")
    return EvwatchApp(Settings(), lambda: atlas.session(eng), elsewhere=lambda: atlas, clock=HeldClock())


async def test_another_context_is_shown_while_the_one_before_ends_in_its_own_time(
    app: EvwatchApp, atlas: Atlas
) -> None:
    async with watching(app) as pilot:
        await shows(pilot, " eng ")
        atlas.hold_back.clear()
        await pilot.press("2")
        await pilot.press("P")
        await shows(pilot, "look at another context or profile", "sandbox", "production")
        await pilot.press(*"prd", "enter")
        await shows(pilot, "PRODUCTION", "READ-ONLY", " prd ", "Queues")
        assert " eng " not in whole(app)
        assert [session.closed for session in atlas.sessions] == [False, False]
        atlas.hold_back.set()
        await until(pilot, lambda: [session.closed for session in atlas.sessions] == [True, False])
        atlas.sessions[0].put(in_context(Context("eng", "eu-west-1")))
        assert " prd " in whole(app)
    assert [session.closed for session in atlas.sessions] == [True, True]


async def test_several_are_marked_and_looked_at_together(app: EvwatchApp, atlas: Atlas) -> None:
    async with watching(app) as pilot:
        await pilot.press("R")
        await shows(pilot, "look at another region", "us-east-1")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: atlas.gone == [("eu-west-1", "us-east-1")])


async def test_who_stays_or_may_not_go_keeps_what_is_shown(app: EvwatchApp, atlas: Atlas) -> None:
    async with watching(app) as pilot:
        await pilot.press("P")
        await shows(pilot, "look at another")
        await pilot.press("escape")
        await shows(pilot, " eng ", "Queues")
        atlas.refuses = Fault("settings", "the file is wrong", "mend it")
        await pilot.press("P")
        await shows(pilot, "look at another")
        await pilot.press("down", "enter")
        await shows(pilot, "the file is wrong: mend it", " eng ", "Queues")
    assert atlas.gone == []
    assert len(atlas.sessions) == 1


FILE = """
watch = ["eng"]

[contexts.eng]
profile = "engineering"
region = "eu-west-1"

[contexts.prd]
profile = "prd-admin"
region = "eu-west-1"
production = true
"""
PROFILES = """
[profile engineering]
region = eu-west-1
[profile prd-admin]
sso_account_id = 210987654321
[sso-session corp]
sso_region = eu-west-1
"""


@pytest.fixture
def places(tmp_path: Path) -> Callable[..., Places]:
    settings, profiles = tmp_path / "settings.toml", tmp_path / "aws"
    settings.write_text(FILE)
    profiles.write_text(PROFILES)
    environ = {"AWS_CONFIG_FILE": str(profiles), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}

    def make(**flags: object) -> Places:
        invocation = Invocation(environ, read_once, flags=dict(flags), config=settings)
        return Places(invocation, invocation.load().settings, lambda _: FakeSession(scenes.well()))

    return make


def test_contexts_come_first_then_the_profiles_and_where_one_is_is_marked(places: Callable[..., Places]) -> None:
    here = places()
    assert [(each.kind, each.name, each.here) for each in here.who()] == [
        ("context", "eng", True),
        ("context", "prd", False),
        ("profile", "engineering", False),
        ("profile", "prd-admin", False),
    ]
    assert [each.name for each in here.regions()[:1]] == ["eu-west-1"]


def test_turning_elsewhere_keeps_every_guard(places: Callable[..., Places]) -> None:
    def request(place: Places, name: str) -> tuple[str | None, bool, bool]:
        (destination,) = (each for each in place.who() if each.name == name)
        settings, _ = place.go([destination])
        (context,) = settings.contexts
        return context.name or context.profile, context.production, context.read_only

    assert request(places(), "prd") == ("prd", True, True)
    assert request(places(write=True), "prd") == ("prd", True, False)
    assert request(places(), "prd-admin") == ("prd-admin", True, True)
    assert request(places(read_only=True), "engineering") == ("engineering", False, True)


def test_regions_are_of_who_one_is_now(places: Callable[..., Places]) -> None:
    place = places()
    place.go([each for each in place.who() if each.name == "prd"])
    settings, _ = place.go([each for each in place.regions() if each.name in ("us-east-1", "us-east-2")])
    assert [(each.name, each.region) for each in settings.contexts] == [
        ("prd/us-east-1", "us-east-1"),
        ("prd/us-east-2", "us-east-2"),
    ]
    assert [each.here for each in place.who()] == [False, True, False, False]
