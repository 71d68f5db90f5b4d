"""What came of each message of a run, as rows of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evwatch.present.badges import Badge
from evwatch.present.key import Key
from evwatch.present.left_out import why_left_out
from evwatch.present.tones import ACCENT, ALARM, DIM, OK, WARN

_URGENT = ("undecided", "failed", "bounced", "sent, not deleted", "skipped")
_BADGES = {
    "sent": Badge("↗", "sent", OK),
    "deleted": Badge("✗", "deleted", OK),
    "failed": Badge("■", "failed", ALARM),
    "skipped": Badge("○", "skipped", WARN),
    "undecided": Badge("?", "undecided", ALARM),
    "bounced": Badge("↩", "bounced", ALARM),
    "sent, not deleted": Badge("◆", "not deleted", WARN),
    "planned": Badge("·", "not reached", DIM),
    "on the way": Badge("→", "on the way", ACCENT),
}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One message of a run."""

    key: Key
    """Run and MessageId."""
    outcome: str
    code: str
    message: str
    """What the target said."""
    sent_as: str
    came_back_as: str
    deleted_at: datetime | None
    group: str

    @property
    def id(self) -> str:
        """Its MessageId; of an undo or import the message or line that was put back."""
        return self.key[1].rsplit(":", 1)[-1]

    @property
    def badge(self) -> Badge:
        """Glyph, word and tone."""
        return _BADGES.get(self.outcome, Badge("·", self.outcome, ACCENT))


def outcome_rows(
    run: str, messages: Iterable[Mapping[str, Any]], *, keeps: bool, running: bool = False
) -> tuple[OutcomeRow, ...]:
    """What went wrong first, then as they were met; `keeps` where what was sent stays where it came from. While it is
    `running`, what is sent or deleted just now is on the way, and nothing has gone wrong with it."""
    rows = [_row(run, each, keeps=keeps, running=running) for each in messages]
    return tuple(sorted(rows, key=lambda row: _URGENT.index(row.outcome) if row.outcome in _URGENT else len(_URGENT)))


def _row(run: str, message: Mapping[str, Any], *, keeps: bool, running: bool) -> OutcomeRow:
    return OutcomeRow(
        key=(run, message["id"]),
        outcome=_outcome(message, keeps=keeps, running=running),
        code=message["code"] or "",
        message=message["message"] or why_left_out(message["code"] or ""),
        sent_as=message["sent_id"] or "",
        came_back_as=message["bounced_as"] or "",
        deleted_at=message["deleted_at"],
        group=message["group"] or "",
    )


def _outcome(message: Mapping[str, Any], *, keeps: bool, running: bool) -> str:
    """The journal's word as people call it."""
    match message["outcome"]:
        case "sent" if message["bounced_as"]:
            return "bounced"
        case "sent" if message["deleted_at"] is None and not (keeps or running):
            return "sent, not deleted"
        case "discarded":
            if message["deleted_at"] is not None:
                return "deleted"
            return "on the way" if running else "failed"
        case "sending":
            return "on the way" if running else "undecided"
        case "withdrawn":
            return "skipped"
        case found:
            return str(found)
