"""A text in the operator's own pager: inert, in a private file that is gone afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from textual.app import SuspendNotSupported
from textual.screen import Screen

from evwatch.present.inert import plain

_DEFAULT = "less"


async def page(screen: Screen[Any], text: str) -> None:
    """Suspend the dashboard while the pager runs; feeds, leases and looks go on meanwhile.

    The pager is run without a shell. Where there is none, or the terminal cannot be handed over, a notice says so.
    """
    command = shlex.split(os.environ.get("PAGER", "")) or [_DEFAULT]
    try:
        # Nothing may be painted while the terminal is somebody else's.
        with _private_file(text) as name, screen.app.batch_update(), screen.app.suspend(), interrupts_ignored():
            process = await asyncio.create_subprocess_exec(*command, name)
            await process.wait()
    except SuspendNotSupported:
        screen.notify("this terminal cannot be handed to a pager", severity="warning", markup=False)
    except OSError as error:
        said = f"{plain(command[0], 60)} cannot be run ({error.strerror}); set PAGER"
        screen.notify(said, severity="warning", markup=False)
    screen.app.refresh(layout=True)


@contextlib.contextmanager
def _private_file(text: str) -> Iterator[str]:
    descriptor, name = tempfile.mkstemp(prefix="evwatch-", suffix=".txt")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as out:
            out.writelines(f"{plain(line, 4 * len(line) + 8)}\n" for line in text.split("\n"))
        yield name
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def interrupts_ignored() -> Iterator[None]:
    """Ctrl-C in a pager is for the pager; the terminal sends it to both."""

    def ignore(_number: int, _frame: FrameType | None) -> None:
        pass

    before = signal.signal(signal.SIGINT, ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
