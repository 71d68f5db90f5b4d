"""Plans, progress and reports as plain lines, for a terminal without a screen."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.model.context import Place
from evwatch.model.plan import Plan
from evwatch.model.report import Report
from evwatch.model.run import SWITCHES, Progress
from evwatch.model.timestamp import timestamp
from evwatch.present.figures import exactly, span
from evwatch.present.inert import plain
from evwatch.present.left_out import why_left_out
from evwatch.present.place import place_words
from evwatch.present.plans import plan_words
from evwatch.present.runs import verdict_words

_LISTED = 20
_LONG = 500


def plan_lines(plan: Plan, place: Place) -> Iterator[str]:
    """The plan in full."""
    size = f", {plan.bytes:,} bytes" if plan.bytes is not None else ""
    yield plain(f"{plan.queue.name}: {plan_words(plan)}{size}", _LONG)
    yield f"where    {place_words(place)}"
    yield plain(f"engine   {plan.engine}: {plan.engine_reason}", _LONG)
    for target in plan.targets:
        number = "?" if target.messages is None else f"{target.messages:,}"
        yield plain(f"to       {target.arn}  {number}  {target.reason}", _LONG)
        if target.example is not None:
            yield plain(f"         as {target.example}", 300)
    rate = f"at most {plan.rate:g}/s, " if plan.rate else ""
    cost = f"about {span(plan.estimated_seconds)}, ${plan.estimated_usd:.6f}"
    yield f"in       {exactly(plan.batches, 'request')}, {rate}{cost}"
    if plan.request.canary:
        yield f"canary   {plan.request.canary} first"
    if plan.watch_seconds:
        yield f"watch    {span(plan.watch_seconds)} for what comes back"
    for caution in plan.warnings:
        yield plain(f"!        {caution.message} [{caution.code}]", _LONG)


def progress_line(progress: Progress) -> str:
    """How a run gets on: `moving: sent 120 of about 300, deleted 120, 41/s, 4 s left`."""
    of = f" of about {progress.expected:,}" if progress.expected is not None else ""
    phase = "cancelling (SQS goes on for a while)" if progress.phase == "cancelling" else progress.phase
    if progress.kind == "delete":
        parts = [f"{phase}: deleted {progress.deleted:,}{of}"]
    else:
        parts = [f"{phase}: sent {progress.sent:,}{of}", f"deleted {progress.deleted:,}"]
    counts = {"failed": progress.failed, "undecided": progress.undecided, "bounced": progress.bounced}
    parts += [f"{name} {count:,}" for name, count in counts.items() if count]
    if progress.rate:
        parts.append(f"{progress.rate:,.0f}/s")
    if progress.seconds_left is not None:
        parts.append(f"{progress.seconds_left:.0f} s")
    elif progress.eta_seconds:
        parts.append(f"{progress.eta_seconds:.0f} s left")
    return ", ".join(parts)


def report_lines(report: Report) -> Iterator[str]:
    """What came of a run."""
    if report.kind in SWITCHES:
        yield plain(f"{report.kind} of {report.queue}: {report.status} (run {report.run})", _LONG)
        yield plain(f"{report.before} before, {report.after or 'not known'} after  {report.queue_arn}", _LONG)
        yield from _by_whom(report)
        return
    yield plain(f"{report.kind} of {report.queue}: {report.status} (run {report.run}, engine {report.engine})", _LONG)
    yield _counts(report)
    if report.remaining is not None:
        yield f"in the queue now: {exactly(report.remaining, 'message')}"
    yield from _named(report)
    if report.verdict:
        yield f"verdict: {report.verdict} ({verdict_words(report)})"
        for group in report.groups[:_LISTED]:
            back = f", {group.bounced:,} came back" if group.bounced else ""
            yield plain(f"  group {group.group or 'none'}  {group.verdict}  {group.sent:,} sent{back}", _LONG)
    if report.probably_bounced:
        yield f"{report.probably_bounced:,} new messages failed the same way; nothing proves that they are of this run"
    yield from _by_whom(report)
    if report.status in ("interrupted", "stopped"):
        yield f"to go on: evwatch dlq resume {report.run}"


def _counts(report: Report) -> str:
    counts = {
        "planned": report.planned,
        "sent": report.sent,
        "deleted": report.deleted,
        "failed": len(report.failed),
        "skipped": len(report.skipped),
        "undecided": len(report.in_doubt),
        "on the way": report.on_the_way,
        "bounced": len(report.bounced),
    }
    if report.kind == "delete":
        del counts["sent"]  # it is what was deleted
    return ", ".join(f"{name} {count:,}" for name, count in counts.items() if count or name in ("planned", "sent"))


def _named(report: Report) -> Iterator[str]:
    """The messages that somebody may have to look at."""
    named = [f"failed     {each.id}  {each.code}  {each.message}" for each in report.failed]
    named += [f"undecided  {name}  may have been sent" for name in report.in_doubt]
    named += [f"bounced    {name}" for name in report.bounced]
    named += [f"sent, not deleted  {name}" for name in report.left_behind]
    named += [f"skipped    {each.id}  {each.code}" for each in report.skipped]
    for line in named[:_LISTED]:
        yield plain(line, _LONG)
    if len(named) > _LISTED:
        yield f"and {len(named) - _LISTED:,} more: evwatch dlq run {report.run}"
    for code in sorted({each.code for each in report.skipped}):
        if why := why_left_out(code):
            yield f"{code}: {why}"


def _by_whom(report: Report) -> Iterator[str]:
    ended = timestamp(report.ended_at) or "not yet ended"
    times = f"{timestamp(report.started_at)} to {ended}"
    yield plain(f"by {report.caller_arn or 'an unknown caller'} on {report.host}, {times}", _LONG)
    if report.reason:
        yield plain(f"why: {report.reason}", _LONG)
