"""Taking messages out of the screen: to the clipboard, or to a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from textual.screen import Screen

from evwatch.deadletters.export import write_letters, write_lines
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError
from evwatch.model.report import RunDetails
from evwatch.present.figures import plural
from evwatch.present.inert import plain
from evwatch.present.looks import exact
from evwatch.screens import clipboard

Content = TypeVar("Content")

_MUCH = 70_000
"""Characters that terminals commonly take over OSC 52: xterm's and tmux's limits lie at about 100 kB of base64."""


def copy(screen: Screen[Any], text: str, what: str) -> None:
    """To the clipboard (OSC 52), exactly."""
    if not text:
        return
    clipboard.put(screen, text)
    large = "; that is more than many terminals take: w exports, v opens a pager" if len(text) > _MUCH else ""
    said = plain(text, 60) if len(text) <= 60 else f"{exact(len(text))} characters"
    screen.notify(f"copied {what}: {said}{large}", markup=False, timeout=4)


async def save(screen: Screen[Any], file: Path, lines: Iterable[str], called: str) -> None:
    """Text to a file, and say how that went."""
    await _written(screen, file, called, write_lines, lines)


async def export(screen: Screen[Any], file: Path, letters: Sequence[DeadLetter]) -> None:
    """To a file, and say how that went. Thousands of documents take a second: the keys are heard meanwhile."""
    await _written(screen, file, plural(len(letters), "message"), write_letters, letters)


async def export_run(screen: Screen[Any], file: Path, details: RunDetails) -> None:
    """What came of each message of a run, to a file, as `evwatch dlq run ID -o jsonl` prints it."""
    from evwatch.deadletters.document import dumps
    from evwatch.redrive.documents import run_document

    lines = (dumps(each) + "\n" for each in run_document(details.report, details.messages)["messages"])
    await _written(screen, file, plural(len(details.messages), "outcome"), write_lines, lines)


async def _written(
    screen: Screen[Any], file: Path, called: str, write: Callable[[Path, Content], object], content: Content
) -> None:
    try:
        await asyncio.to_thread(write, file, content)
    except EvwatchError as error:
        screen.notify(plain(str(error), 300), severity="error", markup=False, timeout=10)
    else:
        screen.notify(f"{called} written to {plain(str(file), 200)}", markup=False)
