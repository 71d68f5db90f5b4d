"""Runs in a word: what one is, how it stands, what its watch for bounces says, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from evwatch.model.report import Report
from evwatch.model.run import RunKind, RunStatus, Verdict
from evwatch.present.badges import Badge
from evwatch.present.figures import MISSING, plural
from evwatch.present.inert import middle
from evwatch.present.tones import ACCENT, ALARM, DIM, OK, STALE, STRONG, WARN

_STATUS: dict[RunStatus, Badge] = {
    "running": Badge("▶", "running", ACCENT),
    "completed": Badge("✓", "completed", OK),
    "stopped": Badge("■", "stopped", ALARM),
    "cancelled": Badge("○", "cancelled", DIM),
    "interrupted": Badge("▲", "interrupted", ALARM),
}
_UNCLEAN = Badge("◆", "completed", WARN)
_VERDICT: dict[Verdict, Badge] = {
    "passed": Badge("✓", "passes", OK),
    "bounced": Badge("↩", "bounces", ALARM),
    "unproven": Badge("?", "unproven", STALE),
}
_MARK: dict[RunKind, str] = {
    "delete": "✗",
    "redrive": "↗",
    "edit": "✎",
    "undo": "↶",
    "import": "↓",
    "pause": "‖",
    "resume": "▶",
}


def status_badge(report: Report) -> Badge:
    """How a run stands. Completed is not yet well."""
    return _UNCLEAN if report.status == "completed" and not report.clean else _STATUS[report.status]


def verdict_badge(verdict: Verdict) -> Badge:
    """What the watch for bounces says."""
    return _VERDICT[verdict]


def verdict_words(report: Report) -> str:
    """And what that means for the messages of a run."""
    match report.verdict:
        case "bounced":
            return f"{len(report.bounced):,} came back"
        case "passed":
            return "nothing came back for as long as that takes"
        case _:
            return "nothing came back yet; it was not watched for as long as a bounce takes"


def caller_name(report: Report) -> str:
    """Who did it, and from where: the end of the caller's ARN, and the host."""
    who = report.caller_arn.rsplit(":", 1)[-1] or MISSING
    return f"{who} @ {report.host}" if report.host else who


def kind_mark(kind: RunKind) -> str:
    """One glyph for what a run does."""
    return _MARK[kind]


def headline(kind: RunKind, queue: str, badge: Badge, width: int) -> Text:
    """`redrive of order-events-dlq  ✓ completed`."""
    line = Text(f"{_MARK[kind]} {kind} of ", style=DIM, no_wrap=True, end="")
    line.append(middle(queue, max(16, width - 40)), style=STRONG)
    line.append("  ")
    line.append_text(badge.text)
    return line


def ended_words(report: Report) -> tuple[str, bool]:
    """How a run has ended, in a line, and whether that is well."""
    moved = f"{report.deleted:,} deleted" if report.kind == "delete" else f"{report.sent:,} sent"
    counts = {"failed": report.failed, "undecided": report.undecided, "bounced": report.bounced}
    wrong = "".join(f", {len(found):,} {word}" for word, found in counts.items() if found)
    return f"{report.kind} of {report.queue} {report.status}: {moved}{wrong}", report.clean


def interrupted_words(reports: Sequence[Report]) -> str:
    """For the overview: that somebody should look at runs; empty where nobody need."""
    return f"▲ {plural(len(reports), 'run')} interrupted (6)" if reports else ""
