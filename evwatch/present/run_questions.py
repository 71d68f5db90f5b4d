"""What is said before something is done about a run."""

from __future__ import annotations

from rich.text import Text

from evwatch.model.report import Report
from evwatch.present.figures import plural
from evwatch.present.tones import ALARM


def before_cancel() -> list[Text]:
    """It ends early."""
    said = (
        "It ends at its next safe point: what is on its way arrives, what was sent is deleted, and what was not sent "
    )
    return [Text(f"{said}stays in the DLQ. It can be taken up later.")]


def before_resume(report: Report) -> list[Text]:
    """It is taken up again."""
    lines = [Text("What was sent is not sent again; what was sent and not deleted is only deleted.")]
    if report.undecided:
        amount = plural(len(report.undecided), "message")
        lines.append(Text(f"{amount} that may have been sent stay where they are.", style=ALARM))
    return lines


def before_send_undecided(report: Report) -> list[Text]:
    """It is taken up again, and what may have been sent is sent once more."""
    amount = plural(len(report.undecided), "message")
    return [
        Text(f"▲ {amount} may have been sent already; no answer proves either.", style=ALARM),
        Text("They are sent again now: whoever receives them may get them TWICE.", style=ALARM),
        Text("Look at the target first. What was sent for sure is not sent again."),
    ]


def before_undo(report: Report) -> list[Text]:
    """What it deleted is put back."""
    amount = plural(report.deleted, "message")
    return [Text(f"{amount} go back into the queue, byte for byte, with new ids. Once.")]


def before_forget() -> list[Text]:
    """What the journal holds of its messages is overwritten."""
    said = "Its messages and their errors are overwritten on this disk; that they were sent, by id alone, is still "
    return [Text(f"{said}remembered. It leaves the list, and cannot be taken up or undone any more.")]
