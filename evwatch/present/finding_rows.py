"""Findings as lines: what is found many times of one kind is one line, so that no kind hides the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from evwatch.model.findings import Finding

_TOLD_APART = 4
"""So many alike are read quicker than they are unfolded."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding; or the first of so many of its rule, for which it stands."""

    finding: Finding
    stands_for: int = 0


def finding_rows(findings: Sequence[Finding], opened: Collection[str]) -> Iterator[FindingRow]:
    """The lines, in the order of the findings; the rules in `opened` are told in full."""
    for rule, found in groupby(findings, key=lambda finding: finding.rule):
        cases = list(found)
        if len(cases) > _TOLD_APART and rule not in opened:
            yield FindingRow(cases[0], len(cases))
        else:
            yield from map(FindingRow, cases)
