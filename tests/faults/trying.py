"""Commands run within this process against whatever answers, and what must hold of each however it ends."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

from evwatch.aws.client_set import ServiceModels
from evwatch.cli.entry import run

EXITS = (0, 1, 2, 3, 4)
"""What a command may end with where nobody interrupts it; 70 is a defect."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    def wrong(self) -> str:
        """What must not be, or nothing."""
        said = self.err.splitlines()
        if self.code not in EXITS:
            return f"{' '.join(self.words)}: exit {self.code}: {self.err[-3000:]}"
        if "Traceback" in self.out + self.err:
            return f"{' '.join(self.words)}: a traceback: {self.err[-3000:]}"
        if self.code in (2, 3, 4) and not self.out and not any(line.startswith("evwatch: ") for line in said):
            return f"{' '.join(self.words)}: exit {self.code} without a word: {self.err!r}"
        if "json" in self.words and self.out:
            try:
                json.loads(self.out)
            except ValueError as error:
                return f"{' '.join(self.words)}: no JSON ({error}): {self.out[:500]!r}"
        return ""


@contextlib.contextmanager
def shared_models() -> Iterator[None]:
    """Parse the SDK's descriptions of the services once for many commands: it takes most of a command's time."""
    with mock.patch.object(ServiceModels, "share_with", ServiceModels().share_with):
        yield


class _Stream(io.TextIOWrapper):
    """A standard stream that is a terminal or none."""

    def __init__(self, *arguments: Any, terminal: bool, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._terminal = terminal

    def isatty(self) -> bool:
        """As it was made."""
        return self._terminal


def tried(words: list[str], environment: Mapping[str, str], *, terminal: bool = False, typed: str = "") -> Ended:
    """Run one command here; its streams lead to no terminal unless told, and then this is typed there."""
    written = io.BytesIO(), io.BytesIO()
    out, err = (_Stream(each, "utf-8", newline="", terminal=terminal) for each in written)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EVWATCH_"))}
    with (
        mock.patch.dict(os.environ, {**kept, **environment}, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch("sys.stdin", _Stream(io.BytesIO(typed.encode()), "utf-8", terminal=bool(typed))),
    ):
        code = run(words)
        out.flush()
        err.flush()
    return Ended(tuple(words), code, *(each.getvalue().decode() for each in written))


def say(*lines: str) -> None:
    """Lines of a result, at once."""
    for line in lines:
        sys.__stdout__.write(line + "\n") if sys.__stdout__ else None
    if sys.__stdout__:
        sys.__stdout__.flush()
