"""The hand-over as Markdown: what is wrong, since when and why, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from evwatch.model.alarm import Alarm
from evwatch.model.alarm_audience import Told
from evwatch.model.arn import arn_name
from evwatch.model.console_link import console_url
from evwatch.model.deadletter import FailureGroup
from evwatch.model.flow_assessment import AssessedNode
from evwatch.model.hand_over import AlarmNote, DlqNote, HandOver, QueueNote
from evwatch.model.metric import Series
from evwatch.model.report import Report
from evwatch.present.alarms import condition, reason
from evwatch.present.figures import MISSING, age, count, number, plural, span
from evwatch.present.flow_names import kind_word
from evwatch.present.flow_words import figure_words
from evwatch.present.log_reasons import group_log
from evwatch.present.markdown import cell, code, link, table
from evwatch.present.sparkline import sparkline

_SPARK = 24
_GROUPS = 5
_RUNS = 20


def markdown(of: HandOver) -> Iterator[str]:
    """The lines of the report."""
    yield f"# evwatch hand-over, {_time(of.taken_at)}"
    yield ""
    for place in of.places:
        context, identity = place.context, place.identity
        where = f"account {code(identity.account if identity else '')}, region {code(context.region)}"
        endpoint = f", endpoint {code(context.endpoint_url)}" if context.endpoint_url else ""
        yield f"- {where}, context {code(context.name)}{endpoint}"
    yield ""
    yield f"**{_headline(of)}**"
    real = frozenset(place.context.name for place in of.places if not place.context.endpoint_url)
    yield from _alarms("Alarms that fire", of.firing, of.taken_at, real)
    yield from _alarms("In alarm, but muted", of.muted, of.taken_at, real)
    yield from _queues(of, real)
    yield from _dlqs(of, real)
    yield from _hops(of, real)
    yield from _runs(of)
    if of.findings:
        yield from _head("Critical in the configuration")
        for finding in of.findings:
            yield f"- {code(finding.message, 500)}: {finding.advice} ({finding.rule})"
    yield from _unread(of)


def _headline(of: HandOver) -> str:
    if of.calm:
        return "Nothing is wrong" + (", as far as could be read." if of.faults or of.unread else ".")
    held = sum(note.queue.known_depth.held for note in of.dlqs if note.queue.known_depth)
    parts = [
        f"{plural(len(of.firing), 'alarm')} {'fires' if len(of.firing) == 1 else 'fire'}" if of.firing else "",
        f"{plural(len(of.queues), 'queue')} in trouble" if of.queues else "",
        f"{plural(held, 'dead letter')} in {plural(len(of.dlqs), 'DLQ')}" if of.dlqs else "",
        f"{plural(len(of.hops), 'other hop')} in trouble" if of.hops else "",
        f"{plural(len(of.findings), 'critical finding')}" if of.findings else "",
        f"{plural(len(of.faults), 'source')} could not be read" if of.faults else "",
    ]
    return ", ".join(filter(None, parts)) + "."


def _alarms(title: str, notes: tuple[AlarmNote, ...], now: datetime, real: frozenset[str]) -> Iterator[str]:
    if not notes:
        return
    yield from _head(title)
    for note in notes:
        alarm = note.alarm
        console = _console(alarm.arn or "", note.context, real)
        passed = (
            f"for {age(now - alarm.since)}, since {_time(alarm.since)}" if alarm.since else "since when is not known"
        )
        yield f"- {code(alarm.name)} {passed}{console}"
        yield f"  - why: {code(reason(alarm))}"
        if (watched := condition(alarm)) and watched != reason(alarm):
            yield f"  - watches: {code(watched)}"
        if alarm.resource_arns:
            about = ", ".join(code(arn_name(arn)) + _console(arn, note.context, real) for arn in alarm.resource_arns)
            yield f"  - about: {about}"
        if alarm.description:
            yield f"  - description: {code(alarm.description, 600)}"
        yield f"  - tells: {_tells(alarm, note.tells)}"
        if chart := _chart(note.trend):
            limit = f", limit {number(alarm.threshold)}" if alarm.threshold is not None else ""
            yield f"  - {chart}{limit}"


def _tells(alarm: Alarm, told: tuple[Told, ...]) -> str:
    if not told:
        return "nobody: it has no actions"
    said = "; ".join(f"{code(each.name)} ({_listeners(each)})" for each in told)
    if not alarm.actions_enabled:
        return f"nobody, its actions are switched off: {said}"
    return f"nobody, it is muted: {said}" if alarm.muted else said


def _listeners(told: Told) -> str:
    if told.listeners is None:
        return "who listens there was not read"
    if not told.listeners:
        return "nobody listens there"
    words = (
        f"{code(each.protocol)} {code(each.name.removeprefix(f'{each.protocol}:'))}"
        + ("" if each.confirmed else " not confirmed")
        for each in told.listeners
    )
    return ", ".join(words)


def _queues(of: HandOver, real: frozenset[str]) -> Iterator[str]:
    if not of.queues:
        return
    yield from _head("Queues in trouble")
    titles = ("queue", "health", "visible", "in flight", "oldest", "in/out a minute", "why", "waiting")
    yield from table(titles, [_queue_row(note, real) for note in of.queues])


def _queue_row(note: QueueNote, real: frozenset[str]) -> tuple[str, ...]:
    queue = note.queue
    depth, rates = queue.known_depth, queue.outlook.rates
    flows = f"{_rate(rates.sent)} / {_rate(rates.deleted)}"
    return (
        cell(queue.queue.name) + _console(queue.queue.arn, queue.context, real),
        queue.verdict.health,
        count(depth.visible if depth else None),
        count(depth.in_flight if depth else None),
        age(queue.oldest_age_seconds),
        flows,
        cell("; ".join(queue.verdict.reasons)),
        _chart(note.trend) or MISSING,
    )


def _dlqs(of: HandOver, real: frozenset[str]) -> Iterator[str]:
    if not of.dlqs:
        return
    yield from _head("Dead letters")
    titles = ("DLQ", "held", "oldest", "kept for", "from")
    yield from table(titles, [_dlq_row(note, real) for note in of.dlqs])
    unseen = [note for note in of.dlqs if note.groups is None]
    for note in of.dlqs:
        if note.groups is not None:
            yield ""
            yield from _groups(note, note.groups, of.taken_at)
    if unseen:
        names = ", ".join(code(each.queue.queue.name) for each in unseen)
        yield ""
        yield f"Not looked into, so that why they failed is not known here: {names}."


def _dlq_row(note: DlqNote, real: frozenset[str]) -> tuple[str, ...]:
    queue, depth = note.queue, note.queue.known_depth
    sources = ", ".join(f"{source.kind} {arn_name(source.arn)}" for source in queue.sources)
    retention = queue.queue.retention_seconds
    return (
        cell(queue.queue.name) + _console(queue.queue.arn, queue.context, real),
        count(depth.held if depth else None),
        age(queue.oldest_age_seconds),
        span(retention) if retention else MISSING,
        cell(sources),
    )


def _groups(note: DlqNote, groups: tuple[FailureGroup, ...], now: datetime) -> Iterator[str]:
    name = code(note.queue.queue.name)
    depth = note.queue.known_depth
    held = depth.held if depth else note.seen
    read = f", {age(now - note.read_at)} ago" if note.read_at and (now - note.read_at).total_seconds() >= 1 else ""
    yield f"{name}, {count(note.seen)} of about {count(held)} read{read}:"
    yield ""
    for group in groups[:_GROUPS]:
        to = f", goes back to {code(arn_name(group.target_arn))}" if group.target_arn else ""
        said = group_log(each for each in note.reasons if each.group == group.group)
        log = f"; {code(said, 400)}" if said else ""
        newest = _time(group.last_sent_at)
        yield f"- {count(group.count)} × {code(group.title, 400)}, newest {newest}{to}{log}"  # noqa: RUF001 - times
    if len(groups) > _GROUPS:
        yield f"- and {plural(len(groups) - _GROUPS, 'smaller group')}"


def _hops(of: HandOver, real: frozenset[str]) -> Iterator[str]:
    if not of.hops:
        return
    yield from _head("Other hops in trouble")
    titles = ("kind", "name", "health", "now", "why")
    yield from table(titles, [_hop_row(each, real) for each in of.hops])


def _hop_row(of: AssessedNode, real: frozenset[str]) -> tuple[str, ...]:
    return (
        kind_word(of.node),
        cell(of.node.name) + _console(of.node.arn, of.context, real),
        of.verdict.health,
        cell(figure_words(of, is_dlq=False).plain or MISSING),
        cell("; ".join(of.verdict.reasons) or MISSING),
    )


def _runs(of: HandOver) -> Iterator[str]:
    if not of.runs:
        return
    yield from _head("Runs")
    titles = ("run", "what", "queue", "started", "status", "sent", "failed", "undecided", "came back", "why")
    yield from table(titles, [_run_row(each) for each in of.runs[:_RUNS]])
    if len(of.runs) > _RUNS:
        yield ""
        yield f"and {plural(len(of.runs) - _RUNS, 'earlier run')}"


def _run_row(run: Report) -> tuple[str, ...]:
    switched = f"{run.before} -> {run.after or '?'}" if run.before else ""
    verdict = f", {run.verdict}" if run.verdict else ""
    return (
        cell(run.run),
        run.kind,
        cell(run.queue),
        _time(run.started_at),
        f"{run.status}{f' ({cell(switched)})' if switched else ''}",
        f"{count(run.deleted)} deleted" if run.kind == "delete" else count(run.sent),
        count(len(run.failed)),
        count(len(run.undecided)),
        f"{count(len(run.bounced))}{verdict}",
        cell(run.reason or MISSING),
    )


def _unread(of: HandOver) -> Iterator[str]:
    if not (of.faults or of.unread):
        return
    yield from _head("What could not be read")
    if of.unread:
        names = ", ".join(code(each.queue.name) for each in of.unread[:20])
        more = f" and {len(of.unread) - 20} more" if len(of.unread) > 20 else ""
        yield f"- the depth of {plural(len(of.unread), 'queue')}: {names}{more}"
    for context, fault in of.faults:
        yield f"- {code(context)}: {code(str(fault), 500)}"


def _head(title: str) -> tuple[str, ...]:
    return ("", f"## {title}", "")


def _chart(series: Series | None) -> str:
    if series is None or not series.values:
        return ""
    line = sparkline(series, _SPARK).replace(" ", "·")
    least, most = number(min(series.values)), number(max(series.values))
    between = f"{least} to {most}" if least != most else least
    return f"`{line}` {between} in {span(series.end - series.start)}, {number(series.values[-1])} now"


def _console(arn: str, context: str, real: frozenset[str]) -> str:
    url = console_url(arn) if context in real else None
    return f" ({link('console', url)})" if url else ""


def _rate(value: float | None) -> str:
    return MISSING if value is None else count(value) if value >= 1 or value == 0 else f"{value:.1f}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
