"""What a finding is, and how a check declares the findings that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from evwatch.model.findings.evidence import Evidence

Severity = Literal["info", "warn", "critical"]
URGENCY: dict[Severity, int] = {"critical": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the configuration that will hurt."""

    rule: str
    """The stable id of the check, which the README lists: `target-without-dlq`."""
    severity: Severity
    arn: str
    """The resource whose configuration is to be changed."""
    message: str
    """One sentence that says what is wrong, with the names."""
    advice: str
    """What to do about it."""
    page: str
    """Where AWS says so."""


Told = tuple[str, str]
"""The ARN of the resource, and the sentence about it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding. `look` tells each case of it, and nothing where the evidence does not suffice."""

    rule: str
    severity: Severity
    title: str
    """What it finds, in a few words, for a table of all of them."""
    advice: str
    page: str
    look: Callable[[Evidence], Iterable[Told]]

    def findings(self, evidence: Evidence) -> Iterable[Finding]:
        """Every case of it."""
        for arn, message in self.look(evidence):
            yield Finding(self.rule, self.severity, arn, message, self.advice, self.page)
