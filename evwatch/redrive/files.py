"""Files of messages, as `dlq export` writes them: checked as a whole before anything of them is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evwatch.deadletters.document import loads, message_of
from evwatch.model.deadletter import Message
from evwatch.model.fault import EvwatchError, Fault


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file that can be imported."""

    path: Path
    sha256: str
    """Of the file's bytes: by that and its line a message is known."""
    messages: int
    bytes: int

    def lines(self) -> Iterator[tuple[int, Message]]:
        """Each message with its line, counted from 1. Raises EvwatchError (`input`)."""
        yield from _lines(self.path)


def read_file(path: Path) -> MessageFile:
    """Check every line. Raises EvwatchError with an `input` fault that names the line."""
    digest = hashlib.sha256()
    size = 0
    if str(path) == "-" or (path.exists() and not path.is_file()):
        hint = "save them to one first: it is read several times, and an interrupted import is taken up from it"
        raise EvwatchError(Fault("input", f"{path} is no file, and messages are imported from a file", hint))
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise EvwatchError(
            Fault("input", f"cannot read {path} ({error.strerror})", "name a file that is there")
        ) from error
    return MessageFile(path, digest.hexdigest(), sum(1 for _ in _lines(path)), size)


def _lines(path: Path) -> Iterator[tuple[int, Message]]:
    try:
        with path.open(encoding="utf-8", newline="\n") as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                try:
                    yield number, message_of(loads(line))
                except EvwatchError as error:
                    fault = error.fault
                    message = f"{path}, line {number}: {fault.message}"
                    raise EvwatchError(Fault("input", message, fault.hint)) from error
    except UnicodeDecodeError as error:
        raise EvwatchError(
            Fault("input", f"{path} is not UTF-8", "take a file that `evwatch dlq export` wrote")
        ) from error
    except OSError as error:
        raise EvwatchError(
            Fault("input", f"cannot read {path} ({error.strerror})", "name a file that is there")
        ) from error
