"""Plans and reports as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from evwatch.deadletters.document import timestamp
from evwatch.model.plan import Plan
from evwatch.model.report import Report
from evwatch.model.run import SWITCHES, Verdict
from evwatch.model.snapshot import ContextSnapshot

_LISTED = 20
_VERDICTS: dict[Verdict, str] = {
    "passed": "nothing came back for as long as that can take",
    "bounced": "messages came back",
    "unproven": "nothing came back, but it can take longer than the watch did",
}


def place_line(place: ContextSnapshot) -> str:
    """Where one is: account, region, profile and endpoint."""
    from evwatch.present.inert import plain

    context, identity = place.context, place.identity.value
    parts = [f"account {identity.account if identity else 'unknown'}", f"region {context.region}"]
    if context.profile:
        parts.append(f"profile {context.profile}")
    parts.append(f"endpoint {context.endpoint_url}" if context.endpoint_url else "endpoint AWS")
    return plain(", ".join(parts), 500)


def counted(number: int, what: str) -> str:
    """A number with what it counts."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def plan_lines(plan: Plan, place: ContextSnapshot) -> Iterator[str]:
    """The plan in full."""
    from evwatch.present.figures import span
    from evwatch.present.inert import plain

    about = "" if plan.exact else "about "
    size = f", {plan.bytes:,} bytes" if plan.bytes is not None else ""
    yield plain(f"{plan.queue.name}: {about}{counted(plan.messages, 'message')}{size}", 500)
    yield f"where    {place_line(place)}"
    yield plain(f"engine   {plan.engine}: {plan.engine_reason}", 500)
    for target in plan.targets:
        number = "?" if target.messages is None else f"{target.messages:,}"
        yield plain(f"to       {target.arn}  {number}  {target.reason}", 500)
        if target.example is not None:
            yield plain(f"         as {target.example}", 300)
    rate = f"at most {plan.rate:g}/s, " if plan.rate else ""
    cost = f"about {span(plan.estimated_seconds)}, ${plan.estimated_usd:.6f}"
    yield f"in       {counted(plan.batches, 'request')}, {rate}{cost}"
    if plan.request.canary:
        yield f"canary   {plan.request.canary} first"
    if plan.watch_seconds:
        yield f"watch    {span(plan.watch_seconds)} for what comes back"
    for caution in plan.warnings:
        yield plain(f"!        {caution.message} [{caution.code}]", 500)


def report_lines(report: Report) -> Iterator[str]:
    """What came of a run."""
    from evwatch.present.inert import plain

    if report.kind in SWITCHES:
        yield plain(f"{report.kind} of {report.queue}: {report.status} (run {report.run})", 500)
        yield plain(f"{report.before} before, {report.after or 'not known'} after  {report.queue_arn}", 500)
        yield from _by_whom(report)
        return
    yield plain(f"{report.kind} of {report.queue}: {report.status} (run {report.run}, engine {report.engine})", 500)
    counts = {
        "planned": report.planned,
        "sent": report.sent,
        "deleted": report.deleted,
        "failed": len(report.failed),
        "skipped": len(report.skipped),
        "undecided": len(report.undecided),
        "bounced": len(report.bounced),
    }
    yield ", ".join(f"{name} {count:,}" for name, count in counts.items() if count or name in ("planned", "sent"))
    if report.remaining is not None:
        yield f"in the queue now: {counted(report.remaining, 'message')}"
    named = [f"failed     {each.id}  {each.code}  {each.message}" for each in report.failed]
    named += [f"undecided  {name}  may have been sent" for name in report.undecided]
    named += [f"bounced    {name}" for name in report.bounced]
    named += [f"sent, not deleted  {name}" for name in report.not_deleted]
    named += [f"skipped    {each.id}  {each.code}" for each in report.skipped]
    for line in named[:_LISTED]:
        yield plain(line, 500)
    if len(named) > _LISTED:
        yield f"and {len(named) - _LISTED:,} more: evwatch dlq run {report.run}"
    if report.verdict:
        yield f"verdict: {report.verdict} ({_VERDICTS[report.verdict]})"
        for group in report.groups[:_LISTED]:
            back = f", {group.bounced:,} came back" if group.bounced else ""
            yield plain(f"  group {group.group or 'none'}  {group.verdict}  {group.sent:,} sent{back}", 500)
    if report.probably_bounced:
        yield f"{report.probably_bounced:,} new messages failed the same way; nothing proves that they are of this run"
    yield from _by_whom(report)
    if report.status in ("interrupted", "stopped"):
        yield f"to go on: evwatch dlq resume {report.run}"


def _by_whom(report: Report) -> Iterator[str]:
    from evwatch.present.inert import plain

    ended = timestamp(report.ended_at) or "not yet ended"
    times = f"{timestamp(report.started_at)} to {ended}"
    yield plain(f"by {report.caller_arn or 'an unknown caller'} on {report.host}, {times}", 500)
    if report.reason:
        yield plain(f"why: {report.reason}", 500)
