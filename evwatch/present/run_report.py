"""What came of a run in words: the report, and what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.text import Text

from evwatch.model.report import GroupOutcome, Report
from evwatch.model.run import SWITCHES
from evwatch.present.figures import MISSING, age, clock_time, plural
from evwatch.present.inert import plain
from evwatch.present.page import Page, Section
from evwatch.present.runs import verdict_badge, verdict_words
from evwatch.present.tones import ALARM, DIM, STRONG, WARN

_LONG = 400
_GROUPS = 20


def what_next(report: Report, undone_by: str = "") -> list[Text]:
    """What somebody can do about a run, most urgent first."""
    found: list[Text] = []
    if report.status == "interrupted":
        found.append(
            _told("▲ It was interrupted and is still open: ", "r", " takes it up; nothing that was sent is sent again")
        )
    elif report.status in ("stopped", "cancelled"):
        found.append(_told("It ended early: ", "r", " takes it up where it ended", style=""))
    if report.in_doubt and report.kind != "delete":
        amount = plural(len(report.in_doubt), "message")
        found.append(_told(f"▲ {amount} may have been sent, no answer proves either: ", "S", " sends them again"))
    if report.left_behind:
        amount = plural(len(report.left_behind), "message")
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


def report_page(report: Report, now: datetime, titles: Mapping[str, str], *, watched: bool = False) -> Page:
    """Everything about a run but its single messages; `titles` of failure groups, as far as they are known. It is
    `watched` while bounces are still waited for."""
    fault: list[tuple[str, Text]] = []
    if report.fault:
        fault.append(("ended by", Text(plain(str(report.fault), _LONG), style=ALARM)))
    sections: list[Section] = [("what came of it", (*_outcome(report, watched=watched), *fault))]
    if report.groups:
        rows = [_group(each, titles) for each in report.groups[:_GROUPS]]
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


def _outcome(report: Report, *, watched: bool) -> Iterator[tuple[str, Text]]:
    if report.kind in SWITCHES:
        yield "before", Text(plain(report.before or MISSING, 60))
        yield "after", Text(plain(report.after or MISSING, 60), style=STRONG)
        return
    skipped = Counter(each.code for each in report.skipped)
    ahead = skipped.pop("not-reached", 0)
    yield f"of {report.planned:,} planned", _figures(report, ahead)
    yield from _codes("failed", Counter(each.code for each in report.failed))
    yield from _codes("skipped", skipped)
    if report.in_doubt:
        yield "undecided", Text("may have been sent: no answer proves either", style=ALARM)
    if report.left_behind:
        yield "sent, not deleted", Text(f"{len(report.left_behind):,}", style=WARN)
    if report.verdict:
        badge = verdict_badge(report.verdict)
        probable = f"; {report.probably_bounced:,} more failed the same way" if report.probably_bounced else ""
        words = "nothing came back so far; it is still watched" if watched and not report.bounced else ""
        said = f"  {words or verdict_words(report)}{probable}"
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
        ("undecided", len(report.in_doubt), ALARM),
    ]
    rest = [("on the way", report.on_the_way, ""), ("not reached", ahead, "")]
    for word, amount, tone in [*figures, *(each for each in rest if each[1])]:
        line.append(f"{word} {amount:,}  ", style=tone if amount else DIM)
    return line


def _codes(label: str, codes: Mapping[str, int]) -> Iterator[tuple[str, Text]]:
    """Why, and how often."""
    if codes:
        yield label, Text(", ".join(f"{plain(code, 60)} {count:,}" for code, count in codes.items()))


def _group(of: GroupOutcome, titles: Mapping[str, str]) -> tuple[str, Text]:
    line = verdict_badge(of.verdict).text if of.verdict else Text(MISSING)
    line = Text.assemble(line, f"  {of.bounced:,} of {of.sent:,} came back" if of.bounced else f"  {of.sent:,} sent")
    if title := titles.get(of.group):
        line.append(f"  {plain(title, 160)}", style=DIM)
    return plain(of.group or "not known", 18), line


def _told(before: str, key: str, after: str, style: str = ALARM) -> Text:
    return Text.assemble((before, style), (key, "ev.key"), (after, ""), no_wrap=True, end="")
