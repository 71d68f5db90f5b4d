"""The keys that the README lists are those that documents have."""

from __future__ import annotations

import re

import pytest

from evwatch.cli import documents
from evwatch.deadletters.document import KEYS, group_document
from evwatch.model.choice import Choice
from evwatch.redrive.documents import plan_document, report_document
from tests.cli import snapshots
from tests.present.test_command_line import PLAN
from tests.readme import README
from tests.report.test_report import GROUP, RUN

TEXT = README.read_text(encoding="utf-8")
_WHOLE = Choice((), ())
_STATUS = documents.status(snapshots.troubled(), _WHOLE)
DOCUMENTS = {
    "reading": _STATUS,
    "queue": _STATUS["queues"][0],
    "alarm": _STATUS["alarms"][0],
    "DLQ": documents.dlqs(snapshots.troubled(), _WHOLE)[0],
    "failure group": group_document(GROUP),
    "plan": plan_document(PLAN)["plan"],
    "report": report_document(RUN),
}


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, cell by cell."""
    below = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in below.splitlines() if line[:1] == "|"]
    return rows[2:]


def words(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_key_of_a_dead_letter_is_told() -> None:
    assert sorted(key for row in table("A dead letter as JSON") for key in words(row[0])) == sorted(KEYS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_keys_of_a_document_are_told(name: str) -> None:
    told = {row[0]: words(row[2]) for row in table("Other documents")}
    assert told.keys() == DOCUMENTS.keys()
    assert sorted(told[name]) == sorted(DOCUMENTS[name])
