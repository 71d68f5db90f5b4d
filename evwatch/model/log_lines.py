"""Lines of a function's log, and what was searched to find them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from evwatch.model.deadletter import DeadLetter, FailureError

Clue = Literal["request-id", "message-id", "text", "time"]
"""What tied lines to a failure: the first two prove it, a text that both hold makes it likely, time alone is a
guess."""
PROOFS: frozenset[Clue] = frozenset({"request-id", "message-id"})


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event of CloudWatch Logs."""

    at: datetime
    text: str
    """As the function wrote it; it may have several lines."""
    stream: str
    group: str = ""
    matched: bool = False
    """It holds what was searched for; the others stand around it."""


@dataclass(frozen=True, slots=True)
class LogSearch:
    """One search: where, over which time, for what, and whether it got through."""

    group: str
    start: datetime
    end: datetime
    """Inclusive, as FilterLogEvents has it."""
    term: str = ""
    """Empty: every line."""
    stream: str = ""
    complete: bool = True
    """False where it stopped at a bound of evwatch's own: later lines were not read."""


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Whose lines are wanted, and which."""

    subject: str
    """Name, URL or ARN of a function or queue; with a letter, of the queue that holds it."""
    start: datetime
    end: datetime
    term: str = ""
    letter: DeadLetter | None = None
    """Where there is one, its failure says when and what; `start` and `end` do not count."""
    context: str = ""
    """Name of the context; empty: whichever has the subject."""


@dataclass(frozen=True, slots=True)
class LogReason:
    """Why one dead letter failed, as the log of the function that failed on it says."""

    group: str
    """Fingerprint of the failure group that it is in."""
    error: FailureError
    clue: Clue
    function: str
    """ARN of the function."""


@dataclass(frozen=True, slots=True)
class LogReading:
    """What a request found."""

    functions: tuple[str, ...]
    """ARNs of the functions whose logs these are."""
    lines: tuple[LogLine, ...]
    """Oldest first."""
    searched: tuple[LogSearch, ...]
    clue: Clue | None = None
    """How the lines of a dead letter were found; None where none were, or where no letter was meant."""
    term: str = ""
    """What they were found by."""
    reason: FailureError | None = None
    """Why the function failed, as its log says."""
    notes: tuple[str, ...] = ()
    context: str = ""

    @property
    def complete(self) -> bool:
        """Whether every search got through."""
        return all(search.complete for search in self.searched)
