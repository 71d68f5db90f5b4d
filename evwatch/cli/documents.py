"""Snapshots as the documents that scripts rely on. Keys may be added; none is taken away or changes its type."""

from __future__ import annotations

from collections.abc import Iterable

from evwatch.model.alarm import Alarm
from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.assessment import assess
from evwatch.model.choice import Choice
from evwatch.model.fault import Fault
from evwatch.model.findings import examine
from evwatch.model.flow_kinds import kind_of
from evwatch.model.health import SEVERITY
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.model.timestamp import timestamp
from evwatch.present.documents import Document, alarm_document, finding_document, queue_document


def status(snapshot: Snapshot, choice: Choice) -> Document:
    """One complete reading. What is hidden by the choice still counted in everything that was worked out."""
    examined = examine(snapshot)
    assessed = assess(snapshot, examined)
    tags = snapshot.tags
    return {
        "taken_at": timestamp(snapshot.taken_at),
        "contexts": [_context(context) for context in snapshot.contexts],
        "queues": [queue_document(found) for found in assessed if choice.queue(found.queue)],
        "alarms": [{**alarm_document(found), "context": context} for found, context in _alarms(snapshot, choice)],
        "findings": [
            finding_document(found, _context_of(snapshot, found.arn))
            for found in examined.findings
            if choice.resource(found.arn, arn_name(found.arn), tags)
        ],
        "faults": [fault(found, context) for context in snapshot.contexts for found in context.faults],
        "api": {
            "calls": dict(snapshot.usage.calls),
            "throttled": snapshot.usage.throttled,
            "estimated_usd": round(snapshot.usage.estimated_usd, 9),
        },
    }


def dlqs(snapshot: Snapshot, choice: Choice) -> list[Document]:
    """Every DLQ, known by what points to it."""
    return [
        {
            "name": found.queue.name,
            "arn": found.queue.arn,
            "url": found.queue.url,
            "account": found.queue.account,
            "region": found.queue.region,
            "context": found.context,
            "fifo": found.queue.fifo,
            "visible": found.known_depth.visible if found.known_depth else None,
            "in_flight": found.known_depth.in_flight if found.known_depth else None,
            "delayed": found.known_depth.delayed if found.known_depth else None,
            "retention_seconds": found.queue.retention_seconds,
            "oldest_age_seconds": found.oldest_age_seconds,
            "sources": [{"arn": source.arn, "kind": source.kind} for source in found.sources],
        }
        for found in assess(snapshot)
        if found.is_dlq and choice.queue(found.queue)
    ]


def attention(document: Document) -> list[Document]:
    """What of a status document needs attention, worst first: alarms that fire, queues, then critical findings."""
    found = [
        {
            "kind": "alarm",
            "health": one["health"],
            "name": one["name"],
            "id": one["id"],
            "account": one["account"],
            "region": one["region"],
            "context": one["context"],
            "since": one["since"],
            "reasons": one["reasons"],
        }
        for one in document["alarms"]
        if one["health"] in ("critical", "warn")
    ]
    found += [
        {
            "kind": "dlq" if one["is_dlq"] else "queue",
            "health": one["health"],
            "name": one["name"],
            "id": one["arn"],
            "account": one["account"],
            "region": one["region"],
            "context": one["context"],
            "since": None,
            "reasons": one["reasons"],
        }
        for one in document["queues"]
        if one["health"] in ("critical", "warn")
    ]
    known = {one["id"] for one in found}
    misconfigured: dict[str, Document] = {}
    for one in document["findings"]:
        if one["severity"] == "critical" and one["arn"] not in known:
            row = misconfigured.setdefault(one["arn"], _misconfigured(one))
            row["reasons"].append(one["message"])
    found += misconfigured.values()
    return sorted(found, key=lambda one: SEVERITY[one["health"]])


def fault(of: Fault, context: ContextSnapshot) -> Document:
    """One source that could not be read."""
    return {
        "source": of.source,
        "context": of.context or context.context.name,
        "code": of.code,
        "message": of.message,
        "hint": of.hint,
    }


def _alarms(snapshot: Snapshot, choice: Choice) -> Iterable[tuple[Alarm, str]]:
    tags = snapshot.tags
    for context in snapshot.contexts:
        for found in context.alarms.value or ():
            if choice.alarm(found, tags):
                yield found, context.context.name


def _context_of(snapshot: Snapshot, arn: str) -> str | None:
    """The name of the context that a resource was read in."""
    contexts = (each for each in snapshot.contexts if each.flow.value and arn in each.flow.value.by_arn)
    return next((each.context.name for each in contexts), None)


def _context(of: ContextSnapshot) -> Document:
    account = of.identity.value.account if of.identity.value else None
    if account is None and of.queues.value:
        arn = parse_arn(of.queues.value[0].arn)
        account = arn.account if arn else None
    return {
        "name": of.context.name,
        "account": account,
        "region": of.context.region,
        "profile": of.context.profile,
        "endpoint_url": of.context.endpoint_url,
    }


def _misconfigured(of: Document) -> Document:
    parts = parse_arn(of["arn"])
    return {
        "kind": kind_of(of["arn"]),
        "health": "warn",
        "name": arn_name(of["arn"]),
        "id": of["arn"],
        "account": parts.account if parts else "",
        "region": parts.region if parts else "",
        "context": of["context"],
        "since": None,
        "reasons": [],
    }
