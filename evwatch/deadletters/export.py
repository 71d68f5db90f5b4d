"""Dead letters in a file: JSON Lines, whole or not at all, and for its owner's eyes alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from evwatch.deadletters.document import document, dumps
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault


def check_writable(file: Path) -> None:
    """Say that a file cannot be written before anything is read for it: a look has a cost. Raises EvwatchError."""
    if not file.parent.is_dir():
        raise EvwatchError(Fault("input", f"cannot write to {file.parent} (no such folder)", "name another"))
    if not os.access(file.parent, os.W_OK):
        raise EvwatchError(Fault("input", f"cannot write to {file.parent} (no permission)", "name another folder"))
    if file.is_dir():
        raise EvwatchError(Fault("input", f"{file} is a folder", "name a file in it"))


def write_letters(file: Path, letters: Iterable[DeadLetter]) -> None:
    """Write one document a line, so that each message can be sent again byte for byte. As `write_lines`."""
    write_lines(file, (dumps(document(letter)) + "\n" for letter in letters))


def write_lines(file: Path, lines: Iterable[str]) -> None:
    """Write lines, each with its own end, as UTF-8.

    The file is written beside its place and renamed, mode 0600: it is there whole or not at all, and what was there
    before stays until then. Raises EvwatchError with an `input` fault.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
                out.writelines(lines)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(file)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        hint = "nothing was written; name another file"
        raise EvwatchError(Fault("input", f"cannot write {file} ({error.strerror})", hint)) from error
