"""What went wrong, as a value: it is shown beside the last good data instead of replacing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultCode = Literal[
    "usage",
    "settings",
    "expression",
    "input",
    "refused",
    "not-confirmed",
    "credentials",
    "permission",
    "region",
    "network",
    "throttled",
    "not-found",
    "aws",
    "journal",
]

LATER = "try again in a moment; the dashboard does so by itself"
"""The hint where nothing can be done but to wait: true of a command as of the dashboard."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong: a sentence that says what, and a hint that says what to do."""

    code: FaultCode
    message: str
    hint: str = ""
    source: str = ""
    """Service and operation that failed, as IAM names them: `events:ListRules`. Empty where no call was involved."""
    context: str = ""

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class EvwatchError(Exception):
    """An error that a user is meant to read; carries the fault. Everything else is a defect."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
