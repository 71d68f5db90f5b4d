"""One thing that was examined of how evwatch runs here, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "wrong", "untried"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was examined, and what is so. `untried` is what could not be found out, which is no failure."""

    subject: str
    """`clock`, `terminal`, or the IAM action: `sqs:ListQueues`."""
    state: State
    said: str
    hint: str = ""
    context: str = ""
    """Empty for what is of this machine and not of a context."""
