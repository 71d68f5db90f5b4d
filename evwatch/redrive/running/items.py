"""What an undo or import puts into a queue: messages, each under the name by which it is remembered that it was put."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice

from evwatch.model.deadletter import Message
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.run import Run
from evwatch.redrive.files import MessageFile
from evwatch.redrive.journal import Journal, undo_key

_READ_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One message to put."""

    key: str
    """No two runs put what has the same key."""
    message: Message


def items_of(run: Run, journal: Journal, file: MessageFile | None) -> AsyncIterator[Item]:
    """What a run puts, in its order. Raises EvwatchError where its file is not what it was when the run began."""
    kept = json.loads(run.request)
    if file is None:
        return _deleted_by(kept["of"], journal)
    if file.sha256 != kept["sha256"]:
        hint = "import the file as it is now"
        raise EvwatchError(Fault("input", f"{file.path} is not what it was when run {run.id} began", hint))
    return _lines(file, f"{run.id}:" if kept["again"] else "")


async def _deleted_by(run_id: str, journal: Journal) -> AsyncIterator[Item]:
    after = 0
    while found := await journal.deleted_messages(run_id, after, _READ_AT_ONCE):
        for number, message in found:
            yield Item(undo_key(run_id, message.id), message)
            after = number


async def _lines(file: MessageFile, again: str) -> AsyncIterator[Item]:
    """`again` tells apart what is wanted once more from what was imported before."""
    lines = file.lines()
    while found := await asyncio.to_thread(lambda: list(islice(lines, _READ_AT_ONCE))):  # each line may be a MiB
        for number, message in found:
            yield Item(f"import:{again}{file.sha256}:{number}", message)
