"""Fixtures: one emulator for each worker, one account for each test, and no test sees the AWS of who runs it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evwatch.demo.emulator import Emulator
from tests.emulator.account import Account


@pytest.fixture(autouse=True)
def isolated_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable, no file and no metadata service of the host's own AWS; no settings of the user's own evwatch."""
    for name in os.environ:
        if name.startswith(("AWS_", "EVWATCH_")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / ".local" / "state"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / ".aws" / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / ".aws" / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def emulator_url() -> Iterator[str]:
    """The emulator that this worker's tests share, each in an account of its own."""
    with Emulator() as emulator:
        yield emulator.url


@pytest.fixture(scope="session")
def account_numbers() -> Iterator[str]:
    """Numbers that no other test has had."""
    return map(str, itertools.count(100_000_000_001))


@pytest.fixture
def aws(emulator_url: str, account_numbers: Iterator[str]) -> Iterator[Account]:
    """A fresh, empty account."""
    account = Account(next(account_numbers), emulator_url)
    yield account
    account.close()
