"""Every test here is the operator of its own account, by the environment, as the SDK finds it."""

from __future__ import annotations

import pytest

from tests.emulator.account import Account


@pytest.fixture(autouse=True)
def credentials(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's keys in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
