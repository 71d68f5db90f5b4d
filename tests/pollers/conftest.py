"""Tests that speak to the emulator do so as the operator of their own account."""

from __future__ import annotations

import pytest

from tests.emulator.account import Account


@pytest.fixture(autouse=True)
def credentials(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's keys in the environment, for those tests that have an account."""
    if "aws" in request.fixturenames:
        aws: Account = request.getfixturevalue("aws")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
