"""Runs in words: how one gets on, what came of it, and what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rich.text import Text

from evwatch.model.fault import Fault
from evwatch.model.report import Report
from evwatch.model.run import SWITCHES, Phase, Progress, RunKind, RunStatus, Verdict
from evwatch.present.badges import Badge
from evwatch.present.describe import Page, Section
from evwatch.present.figures import MISSING, age, clock_time, plural, rate, span
from evwatch.present.inert import middle, plain
from evwatch.present.tones import ACCENT, ALARM, DIM, OK, STALE, STRONG, WARN

_BAR = 24
_LONG = 400
_GROUPS = 20
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
_PHASE: dict[Phase, str] = {
    "starting": "starting",
    "moving": "moving",
    "paused": "paused: nothing is held meanwhile",
    "waiting": "waiting for messages that others hold",
    "cancelling": "ending: SQS goes on for a while after it was told to",
    "releasing": "releasing what was not sent",
    "watching": "watching for what comes back",
    "done": "ended",
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


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that a run has taken out of its queue."""

    run: str
    word: Literal["sent", "deleted"]
    at: datetime

    @property
    def mark(self) -> str:
        """A glyph for it."""
        return "↗" if self.word == "sent" else "✗"


@dataclass(frozen=True, slots=True)
class Work:
    """One run under way, as the line on top of every screen tells it."""

    kind: RunKind
    queue: str
    progress: Progress | None
    messages: int | None
    watches: bool
    paused: bool


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


def work_badge(works: Sequence[Work]) -> str:
    """`▶ redrive 120/300`, `◉ watch 2 m 10 s`; empty where nothing is under way."""
    if not works:
        return ""
    first, more = works[0], f" +{len(works) - 1}" if len(works) > 1 else ""
    progress = first.progress
    if first.watches:
        left = age(progress.seconds_left) if progress and progress.seconds_left is not None else ""
        return f"◉ watch {left}{more}".strip()
    word = f"‖ {first.kind}" if first.paused else f"▶ {first.kind}"
    if progress is None:
        return f"{word} …{more}"
    of = progress.expected if progress.expected is not None else first.messages
    return f"{word} {_moved(first.kind, progress)}{f'/{of}' if of is not None else ''}{more}"


def progress_lines(work: Work, *, ending: bool) -> list[Text]:
    """Phase, count, share, rate and time left; then what did not go as meant."""
    progress = work.progress
    if progress is None:
        return [Text("asking AWS before anything is sent …", style=ACCENT)]
    moved = _moved(work.kind, progress)
    of = progress.expected if progress.expected is not None else work.messages
    if progress.phase == "watching" and progress.seconds_left is not None:
        words = "watching the canary" if not work.watches else "everything was moved; watching for what comes back"
        line = Text(f"◉ {words}", style=ACCENT, no_wrap=True, end="")
        line.append(f"  {age(progress.seconds_left)} left", style=STRONG)
    else:
        line = Text(f"▶ {_PHASE[progress.phase]}", style=ACCENT, no_wrap=True, end="")
        line.append("  ")
        line.append_text(_bar(moved + progress.failed + progress.skipped + progress.undecided, of))
        if progress.rate:
            line.append(f"  {rate(progress.rate)}/s", style=DIM)
        if progress.eta_seconds is not None and progress.phase == "moving":
            line.append(f"  about {span(max(1, progress.eta_seconds))} left", style=DIM)
    if work.paused and progress.phase != "paused":
        line.append("   pausing at the next safe point", style=WARN)
    if ending:
        line.append("   ending at the next safe point", style=WARN)
    return [line, _counts(work.kind, progress, of)]


def gone_line(gone: Mapping[str, Gone], total: int) -> Text:
    """How much of what a look showed is not there any more."""
    words = Counter(each.word for each in gone.values())
    said = ", ".join(f"{amount:,} {word}" for word, amount in sorted(words.items(), reverse=True))
    runs = sorted({each.run for each in gone.values()})
    named = runs[0] if len(runs) == 1 else f"{len(runs)} runs"
    line = Text(f"↗ of these {total:,} {said} since, by {named}", style=OK, no_wrap=True, end="")
    line.append("   ctrl+r", style="ev.key")
    line.append(" reads what is there now", style=DIM)
    return line


def headline(kind: RunKind, queue: str, badge: Badge, width: int) -> Text:
    """`redrive of order-events-dlq  ✓ completed`."""
    line = Text(f"{_MARK[kind]} {kind} of ", style=DIM, no_wrap=True, end="")
    line.append(middle(queue, max(16, width - 40)), style=STRONG)
    line.append("  ")
    line.append_text(badge.text)
    return line


def what_next(report: Report, undone_by: str = "") -> list[Text]:
    """What somebody can do about a run, most urgent first."""
    found: list[Text] = []
    if report.status == "interrupted":
        found.append(
            _told("▲ It was interrupted and is still open: ", "r", " takes it up; nothing that was sent is sent again")
        )
    elif report.status in ("stopped", "cancelled"):
        found.append(_told("It ended early: ", "r", " takes it up where it ended", style=""))
    if report.undecided and report.kind != "delete":
        amount = plural(len(report.undecided), "message")
        found.append(_told(f"▲ {amount} may have been sent, no answer proves either: ", "S", " sends them again"))
    if report.not_deleted:
        amount = plural(len(report.not_deleted), "message")
        found.append(_told(f"{amount} were sent and are still in the DLQ: ", "r", " deletes them and sends none again"))
    if report.bounced:
        found.append(
            Text(f"↩ {plural(len(report.bounced), 'message')} came back: the cause is still there", style=ALARM)
        )
    if report.kind == "delete" and report.deleted and report.status not in ("running", "interrupted"):
        if undone_by:
            found.append(Text(f"It was undone by {plain(undone_by, 60)}", style=DIM))
        else:
            found.append(
                _told(f"{plural(report.deleted, 'message')} were saved first: ", "u", " puts them back", style="")
            )
    return found


def report_page(report: Report, now: datetime, titles: Mapping[str, str]) -> Page:
    """Everything about a run but its single messages; `titles` of failure groups, as far as they are known."""
    fault: list[tuple[str, Text]] = []
    if report.fault:
        fault.append(("ended by", Text(plain(str(report.fault), _LONG), style=ALARM)))
    sections: list[Section] = [("what came of it", (*_outcome(report), *fault))]
    if report.groups:
        rows = [_group(each.group, each.sent, each.bounced, each.verdict, titles) for each in report.groups[:_GROUPS]]
        more = len(report.groups) - _GROUPS
        rest = [("", Text(f"and {plural(more, 'smaller group')}", style=DIM))] if more > 0 else []
        sections.append(("failure groups", (*rows, *rest)))
    ended = f", {clock_time(report.ended_at, now)}" if report.ended_at else ""
    told = [
        ("run", report.run),
        ("engine", report.engine),
        ("queue", report.queue_arn),
        ("context", report.context),
        ("from, to", f"{clock_time(report.started_at, now)}{ended}"),
        ("took", age(report.ended_at - report.started_at) if report.ended_at else MISSING),
        ("why", report.reason or MISSING),
        ("caller", report.caller_arn or MISSING),
        ("host", report.host or MISSING),
        ("journal", report.journal),
    ]
    sections.append(("the record", tuple((label, Text(plain(value, _LONG))) for label, value in told)))
    return tuple(sections)


def fault_words(fault: Fault) -> Text:
    """A sentence that says what is wrong and what to do."""
    line = Text(f"▲ {plain(fault.message, _LONG)}", style=ALARM)
    if fault.hint:
        line.append(f"  {plain(fault.hint, _LONG)}", style=DIM)
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


def _outcome(report: Report) -> Iterator[tuple[str, Text]]:
    if report.kind in SWITCHES:
        yield "before", Text(plain(report.before or MISSING, 60))
        yield "after", Text(plain(report.after or MISSING, 60), style=STRONG)
        return
    skipped = Counter(each.code for each in report.skipped)
    ahead = skipped.pop("not-reached", 0)
    yield f"of {report.planned:,} planned", _figures(report, ahead)
    yield from _codes("failed", Counter(each.code for each in report.failed))
    yield from _codes("skipped", skipped)
    if report.undecided:
        yield "undecided", Text("may have been sent: no answer proves either", style=ALARM)
    if report.not_deleted:
        yield "sent, not deleted", Text(f"{len(report.not_deleted):,}", style=WARN)
    if report.verdict:
        badge = _VERDICT[report.verdict]
        probable = f"; {report.probably_bounced:,} more failed the same way" if report.probably_bounced else ""
        said = f"  {verdict_words(report)}{probable}"
        yield "bounces", Text.assemble(badge.text, (said, DIM))
    if report.remaining is not None:
        yield "in the queue", Text(f"{report.remaining:,} when it ended")


def _figures(report: Report, ahead: int) -> Text:
    """Every count on one line; zeros are quiet, trouble is not."""
    line = Text()
    if report.kind != "delete":
        line.append(f"sent {report.sent:,}  ", style=STRONG)
    if report.kind not in ("undo", "import"):
        line.append(f"deleted {report.deleted:,}  ", style=STRONG if report.kind == "delete" else "")
    figures = [
        ("failed", len(report.failed), ALARM),
        ("skipped", len(report.skipped) - ahead, WARN),
        ("undecided", len(report.undecided), ALARM),
    ]
    for word, amount, tone in [*figures, *([("not reached", ahead, "")] if ahead else [])]:
        line.append(f"{word} {amount:,}  ", style=tone if amount else DIM)
    return line


def _codes(label: str, codes: Mapping[str, int]) -> Iterator[tuple[str, Text]]:
    """Why, and how often."""
    if codes:
        yield label, Text(", ".join(f"{plain(code, 60)} {count:,}" for code, count in codes.items()))


def _group(group: str, sent: int, bounced: int, verdict: Verdict | None, titles: Mapping[str, str]) -> tuple[str, Text]:
    line = _VERDICT[verdict].text if verdict else Text(MISSING)
    line = Text.assemble(line, f"  {bounced:,} of {sent:,} came back" if bounced else f"  {sent:,} sent")
    if title := titles.get(group):
        line.append(f"  {plain(title, 160)}", style=DIM)
    return plain(group or "not known", 18), line


def _told(before: str, key: str, after: str, style: str = ALARM) -> Text:
    return Text.assemble((before, style), (key, "ev.key"), (after, ""), no_wrap=True, end="")


def _moved(kind: RunKind, progress: Progress) -> int:
    return progress.deleted if kind == "delete" else progress.sent


def _counts(kind: RunKind, progress: Progress, of: int | None) -> Text:
    """Zeros are quiet, trouble is not."""
    line = Text(no_wrap=True, end="")
    if kind != "delete":
        line.append(f"sent {progress.sent:,}{f' of about {of:,}' if of is not None else ''}", style=STRONG)
        line.append("  ")
    if kind not in ("undo", "import"):
        line.append(f"deleted {progress.deleted:,}", style=STRONG if kind == "delete" else "")
    figures = (
        ("failed", progress.failed, ALARM),
        ("skipped", progress.skipped, WARN),
        ("undecided", progress.undecided, ALARM),
        ("bounced", progress.bounced, ALARM),
    )
    for word, amount, tone in figures:
        line.append(f"  {word} {amount:,}", style=tone if amount else DIM)
    return line


def _bar(done: int, of: int | None) -> Text:
    if not of:
        return Text("─" * _BAR, style=DIM)
    share = min(1.0, done / of)
    filled = round(share * _BAR)
    bar = Text("━" * filled, style=ACCENT)
    bar.append("─" * (_BAR - filled), style=DIM)
    bar.append(f"  {100 * share:.0f}%", style=DIM)
    return bar
