"""Running the command line within the test's process, over a reading made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evwatch.cli.entry import run
from evwatch.config import Settings
from evwatch.model.snapshot import Snapshot
from tests.commands import Outcome


class Line:
    """Runs command lines. `settings` are those that the last one read with; None where nothing was read."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture
        self.settings: Settings | None = None

    def __call__(self, text: str, snapshot: Callable[[], Snapshot] | None = None) -> Outcome:
        async def read(settings: Settings) -> Snapshot:
            self.settings = settings
            if snapshot is None:
                raise AssertionError("this command must not read anything")
            return snapshot()

        self._capture.readouterr()
        code = run(text.split(), read)
        captured = self._capture.readouterr()
        return Outcome(code, captured.out.decode(), captured.err.decode())


@pytest.fixture
def line(capfdbinary: pytest.CaptureFixture[bytes]) -> Line:
    return Line(capfdbinary)
