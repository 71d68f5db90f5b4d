"""What came of a run's messages, and what is still coming: a run under way is not told as one that was cut short."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evwatch.model.run import RunStatus
from evwatch.present.outcomes import outcome_rows
from evwatch.present.run_lines import report_lines
from evwatch.present.run_report import report_page, what_next
from tests.report.test_report import RUN
from tests.ui.scenes import NOW

_NOTHING = dict.fromkeys(("code", "message", "sent_id", "bounced_as", "deleted_at", "group"))


def _message(number: int, outcome: str, **more: Any) -> dict[str, Any]:
    return {**_NOTHING, "id": f"m{number}", "outcome": outcome, **more}


@pytest.mark.parametrize(
    ("running", "said"),
    [
        (True, ["on the way", "sent", "on the way", "not reached"]),
        (False, ["undecided", "failed", "not deleted", "not reached"]),
    ],
)
def test_what_is_on_its_way_is_in_doubt_only_once_nobody_sends_it_any_more(running: bool, said: list[str]) -> None:
    messages = [
        _message(1, "sending"),
        _message(2, "sent", sent_id="x"),
        _message(3, "discarded"),
        _message(4, "planned"),
    ]
    rows = outcome_rows("run", messages, keeps=False, running=running)
    assert [row.badge.text.plain.split(" ", 1)[1] for row in rows] == said


@pytest.mark.parametrize(("status", "doubted"), [("running", False), ("interrupted", True)])
def test_a_report_of_a_run_under_way_raises_no_alarm_for_what_the_journal_has_no_answer_to_yet(
    status: RunStatus, doubted: bool
) -> None:
    run = replace(RUN, kind="redrive", status=status, undecided=("m1", "m2"), not_deleted=("m3",))
    said = "\n".join(text.plain for _, told in report_page(run, NOW, {}) for _, text in told)
    assert ("may have been sent" in said) is doubted
    assert ("undecided 2" in said) is doubted
    assert ("on the way 2" in said) is not doubted
    lines = "\n".join(report_lines(run))
    assert ("may have been sent" in lines) is ("undecided 2" in lines) is ("sent, not deleted" in lines) is doubted
    assert ("on the way 2" in lines) is not doubted
    assert any("may have been sent" in line.plain for line in what_next(run)) is doubted
    assert any("still in the DLQ" in line.plain for line in what_next(run)) is doubted
