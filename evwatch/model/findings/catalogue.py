"""Every check, and what they find together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evwatch.model.findings import (
    alarms,
    consumers,
    dead_letter_queues,
    loops,
    missing_dlqs,
    queue_types,
    refusals,
)
from evwatch.model.findings.evidence import Evidence
from evwatch.model.findings.finding import URGENCY, Check, Finding
from evwatch.model.snapshot import Snapshot

CHECKS: tuple[Check, ...] = (
    *missing_dlqs.CHECKS,
    *dead_letter_queues.CHECKS,
    *consumers.CHECKS,
    *queue_types.CHECKS,
    *refusals.CHECKS,
    *alarms.CHECKS,
    *loops.CHECKS,
)
"""In the order in which the README lists them."""


@dataclass(frozen=True)
class Examined:
    """What was looked at, and what was found."""

    evidence: Evidence
    findings: tuple[Finding, ...]
    """Most urgent first."""

    @cached_property
    def about(self) -> Mapping[str, tuple[Finding, ...]]:
        """By the resource that is to be changed."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.arn, []).append(finding)
        return {arn: tuple(each) for arn, each in found.items()}

    def critical(self, arn: str) -> tuple[str, ...]:
        """What is critical about a resource: it makes its health `warn`."""
        return tuple(each.message for each in self.about.get(arn, ()) if each.severity == "critical")


def examine(snapshot: Snapshot) -> Examined:
    """Look for everything."""
    evidence = Evidence.of(snapshot)
    return Examined(evidence, findings(evidence))


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """All that the evidence shows, most urgent first, each once."""
    found = dict.fromkeys(finding for check in CHECKS for finding in check.findings(evidence))
    return tuple(sorted(found, key=lambda each: (URGENCY[each.severity], each.rule, each.message)))
