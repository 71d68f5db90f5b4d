"""Everything that is known of one thing, as lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.text import Text

from evwatch.model.alarm import Alarm
from evwatch.model.arn import arn_name
from evwatch.model.fault import Fault
from evwatch.model.flow import Flow, Node
from evwatch.model.metric import Metric
from evwatch.model.usage import Usage
from evwatch.present.alarms import AlarmRow, condition, reason
from evwatch.present.badges import alarm_badge, health_badge, outlook_badge
from evwatch.present.deadletters import expires_within
from evwatch.present.figures import MISSING, age, clock_time, count, number, plural, rate, span
from evwatch.present.inert import inert_lines, plain
from evwatch.present.page import LABEL_CELLS, Field, Page, Section, linked, linked_lines, page, page_of
from evwatch.present.queues import QueueRow
from evwatch.present.tones import ALARM, DIM, STALE

_LONG = 400
_LINES = 60


def queue_words(row: QueueRow, now: datetime) -> Page:
    """A queue: what it holds now, how it is configured, what depends on it."""
    queue = row.queue
    return page(
        ("now", tuple(_queue_now(row, now))),
        ("configuration", tuple(_queue_configuration(row))),
        ("gives up into it", [(each.kind, plain(each.arn, _LONG)) for each in row.assessed.sources]),
        ("alarms about it", [(each.name, alarm_badge(each).text) for each in row.assessed.alarms]),
        ("tags", [(key, plain(value, _LONG)) for key, value in queue.tags]),
        ("policy", [("", line) for line in inert_lines(queue.policy or "", _LINES, _LONG)]),
    )


def _queue_now(row: QueueRow, now: datetime) -> Iterator[Field]:
    depth = row.depth.value
    badge, heading, rates = health_badge(row.verdict.health), outlook_badge(row.outlook), row.outlook.rates
    taken = Text(f"{age(row.depth.age(now))} ago" if depth else "not read yet", style=DIM)
    if row.depth.fault:
        taken = Text(f"{taken.plain}; since then: {plain(row.depth.fault.message, 120)}", style=STALE)
    yield "health", Text.assemble(badge.text, *((f"  {plain(each, 120)}", DIM) for each in row.verdict.reasons))
    yield "read", taken
    yield "visible", count(depth.visible if depth else None)
    yield "in flight", count(depth.in_flight if depth else None)
    yield "delayed", count(depth.delayed if depth else None)
    yield "oldest message", age(row.oldest_seconds)
    yield "rates", f"{rate(rates.sent)} in, {rate(rates.received)} received, {rate(rates.deleted)} deleted a minute"
    yield "outlook", "holds dead letters" if row.is_dlq and row.held else Text(heading.word, style=heading.tone)
    expiry = expires_within(row) if row.is_dlq else None
    if expiry is not None:
        yield "first one expires", f"within {age(expiry)}"


def _queue_configuration(row: QueueRow) -> Iterator[Field]:
    queue = row.queue
    largest = queue.maximum_message_bytes
    yield "ARN", plain(queue.arn, _LONG)
    yield "URL", plain(queue.url, _LONG)
    yield "type", "FIFO" if queue.fifo else "standard"
    yield "retention", _span(queue.retention_seconds)
    yield "visibility timeout", _span(queue.visibility_timeout_seconds)
    yield "delay", _span(queue.delay_seconds)
    yield "largest message", f"{largest:,} bytes" if largest else MISSING
    yield "receives before DLQ", count(queue.max_receive_count)
    yield "its DLQ", _dlq(row)
    yield "redrive allowed from", _allowed(row)
    yield "KMS key", plain(queue.kms_key_id or MISSING, _LONG)


def alarm_words(row: AlarmRow, now: datetime) -> Page:
    """An alarm: its state and why, what it watches, whom it tells."""
    alarm = row.alarm
    passed = age(now - alarm.since) if alarm.since else MISSING
    return page(
        (
            "now",
            (
                ("state", alarm_badge(alarm).text),
                ("since", f"{clock_time(alarm.since, now)}, {passed} ago" if alarm.since else MISSING),
                ("why", reason(alarm)),
                ("in AWS's words", linked(alarm.reason)),
                *((("suppressed by", plain(alarm.suppressed_by, _LONG)),) if alarm.suppressed_by else ()),
                *(
                    (("evaluation", Text(plain(alarm.evaluation_state), style=STALE)),)
                    if alarm.evaluation_state
                    else ()
                ),
            ),
        ),
        ("description", [("", each) for each in linked_lines(alarm.description)]),
        ("watches", _watches(alarm)),
        ("about", [("", plain(each, _LONG)) for each in alarm.resource_arns]),
        (
            "tells",
            [("", plain(each, _LONG)) for each in alarm.action_arns]
            + ([] if alarm.actions_enabled else [("", Text("actions are switched off", style=ALARM))]),
        ),
        ("identity", (("type", alarm.type), ("ARN", plain(alarm.arn or alarm.id, _LONG)))),
    )


def node_words(node: Node, flow: Flow | None, tags: Iterable[tuple[str, str]] = ()) -> Page:
    """A resource of the flow, its links and its tags."""
    into = flow.incoming.get(node.arn, ()) if flow else ()
    out = flow.outgoing.get(node.arn, ()) if flow else ()
    off = " (disabled)"
    return page(
        (
            "resource",
            (
                ("kind", node.kind),
                ("ARN", plain(node.arn, _LONG)),
                ("state", plain(node.state or MISSING)),
                *((plain(name, LABEL_CELLS), plain(value, _LONG)) for name, value in node.detail),
            ),
        ),
        ("comes from", [(each.kind, arn_name(each.source) + ("" if each.enabled else off)) for each in into]),
        ("goes to", [(each.kind, arn_name(each.target) + ("" if each.enabled else off)) for each in out]),
        ("tags", [(key, plain(value, _LONG)) for key, value in tags]),
    )


def metric_words(metric: Metric) -> Page:
    """A metric found by name."""
    return page(
        ("metric", (("namespace", plain(metric.namespace)), ("name", plain(metric.name)))),
        ("dimensions", [(name, plain(value, _LONG)) for name, value in metric.dimensions]),
    )


def faults_page(faults: Sequence[Fault]) -> Page:
    """What could not be read, why, and what to do about it."""
    if not faults:
        return page_of("Everything that was asked for could be read.")
    sections: list[Section] = []
    for fault in faults:
        told: list[tuple[str, Text]] = [
            ("", Text(line, style=STALE)) for line in inert_lines(fault.message, _LINES, _LONG)
        ]
        told += [("", Text(line)) for line in inert_lines(fault.hint, _LINES, _LONG)]
        told += [("", Text(plain(fault.context), style=DIM))] if fault.context else []
        sections.append((plain(fault.source or fault.code, 60), tuple(told)))
    return tuple(sections)


def trouble_words(usage: Usage) -> Page:
    """Which calls were throttled or failed since evwatch began; nothing where none was."""
    rows = [
        ("", Text(f"{plain(name, 60)}: {plural(number, 'call')} {outcome}", style=STALE))
        for name, outcome, number in usage.troubled
    ]
    return (
        (("Calls since evwatch was started that did not end well; most are tried again", tuple(rows)),) if rows else ()
    )


def _watches(alarm: Alarm) -> list[Field]:
    found: list[Field] = [("condition", condition(alarm))]
    for each in (*((alarm.metric,) if alarm.metric else ()), *alarm.metrics):
        found.append(("metric", plain(f"{each.metric.namespace} {each.metric.name} {each.statistic}", _LONG)))
        found.extend((f"  {name}", plain(value, _LONG)) for name, value in each.metric.dimensions)
        found.append(("period", span(each.period_seconds)))
    if alarm.threshold is not None:
        found.append(("threshold", number(alarm.threshold)))
    if alarm.treat_missing_data:
        found.append(("missing data", plain(alarm.treat_missing_data)))
    return found


def _dlq(row: QueueRow) -> str:
    if not row.queue.dlq_arn:
        return "none"
    held = "not read" if row.dlq_held is None else f"holds {count(row.dlq_held)}"
    return f"{plain(row.queue.dlq_arn, _LONG - 20)}, {held}"


def _allowed(row: QueueRow) -> str:
    queue = row.queue
    if queue.redrive_permission == "byQueue":
        return ", ".join(plain(arn_name(arn), 80) for arn in queue.redrive_source_arns) or "no queue"
    return {"denyAll": "no queue", "allowAll": "every queue"}.get(queue.redrive_permission or "allowAll", MISSING)


def _span(seconds: int | None) -> str:
    return MISSING if seconds is None else span(seconds)
