"""A role that needs another MFA code while the dashboard runs is asked for on the screen, and nothing dies of it."""

from __future__ import annotations

import pytest

from evwatch.aws.errors import AwsError
from tests.ui import scenes
from tests.ui.fakes import FakeSession, make_app
from tests.ui.reading import shows, until, watching, whole


def needs_code(session: FakeSession) -> None:
    """What a reading does that finds no code."""
    with pytest.raises(AwsError):
        session.codes.prompter("ops")("Enter MFA code for arn:aws:iam::1:mfa/me: ")
    session.put(scenes.well())


async def test_the_code_is_asked_for_and_given_to_the_next_reading() -> None:
    session = FakeSession(scenes.well())
    app = make_app(session)
    async with watching(app) as pilot:
        needs_code(session)
        await shows(pilot, "The role of ops needs an MFA code", "arn:aws:iam::1:mfa/me")
        await pilot.press(*"907856")
        assert "907856" not in whole(app)
        await pilot.press("enter")
        await until(pilot, lambda: session.refreshes == 1)
        assert session.codes.prompter("ops")("") == "907856"
        needs_code(session)
        await shows(pilot, "The code of ops was not taken")


async def test_who_puts_it_off_goes_on_and_is_asked_again_after_a_refresh() -> None:
    session = FakeSession(scenes.well())
    app = make_app(session)
    async with watching(app) as pilot:
        needs_code(session)
        await shows(pilot, "needs an MFA code")
        await pilot.press("escape")
        needs_code(session)
        await shows(pilot, "Queues")
        await pilot.press("s")
        await shows(pilot, "by name")
        session.codes.forget()  # as the session's refresh does
        session.put(scenes.well())
        needs_code(session)
        await shows(pilot, "needs an MFA code")
