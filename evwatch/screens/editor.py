"""A text in the operator's own editor, in a private file that is gone afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.app import SuspendNotSupported
from textual.screen import Screen

from evwatch.present.inert import plain
from evwatch.screens.pager import interrupts_ignored

_DEFAULT = "vi"


async def edit(screen: Screen[Any], text: str, suffix: str) -> str | None:
    """Suspend the dashboard while the editor runs; what the file holds afterwards, None where that is nothing to use.

    `VISUAL`, then `EDITOR`, is run without a shell. The file is made in the system's folder for such files, for its
    owner alone (0600), and is removed. A notice says what went wrong.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "") or [_DEFAULT]
    found: str | None = None
    with _private_file(text, suffix) as path:
        try:
            # Nothing may be painted while the terminal is somebody else's.
            with screen.app.batch_update(), screen.app.suspend(), interrupts_ignored():
                process = await asyncio.create_subprocess_exec(*command, str(path))
                code = await process.wait()
            if code:
                _warn(screen, f"{plain(command[0], 60)} ended with {code}: nothing was taken over")
            else:
                found = path.read_bytes().decode("utf-8")
        except SuspendNotSupported:
            _warn(screen, "this terminal cannot be handed to an editor")
        except UnicodeDecodeError:
            _warn(screen, "what was saved is not UTF-8: nothing was taken over")
        except OSError as error:
            _warn(screen, f"{plain(command[0], 60)} cannot be run ({error.strerror}); set EDITOR")
    screen.app.refresh(layout=True)
    return found


@contextlib.contextmanager
def _private_file(text: str, suffix: str) -> Iterator[Path]:
    """In a folder of its own, so that what an editor leaves beside it is removed too."""
    with tempfile.TemporaryDirectory(prefix="evwatch-") as folder:  # mode 0700
        path = Path(folder) / f"event{suffix}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(text.encode("utf-8", "replace"))
        yield path


def _warn(screen: Screen[Any], words: str) -> None:
    screen.notify(words, severity="warning", markup=False, timeout=8)
