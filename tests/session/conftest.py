"""The AWS files and the environment of the operator of these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Profiles = Callable[..., None]


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    """Writes the credentials file: a profile each, with its key."""
    folder = tmp_path / "home" / ".aws"
    folder.mkdir(parents=True)

    def write(**keys: str) -> None:
        sections = (
            f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = test\n" for name, key in keys.items()
        )
        (folder / "credentials").write_text("".join(sections), encoding="utf-8")

    return write
