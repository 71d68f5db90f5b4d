"""`evwatch report`: a hand-over of now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import click

from evwatch.cli import documents
from evwatch.cli.exits import note
from evwatch.cli.framework import Command, Invocation, Reader
from evwatch.cli.mfa import ask_where_needed
from evwatch.cli.output import emit
from evwatch.cli.reading import read
from evwatch.cli.runs import past
from evwatch.config import Settings
from evwatch.deadletters.document import group_document
from evwatch.deadletters.group import grouped
from evwatch.model.alarm_audience import Told
from evwatch.model.assessment import assess
from evwatch.model.choice import Choice
from evwatch.model.deadletter import FailureGroup
from evwatch.model.fault import EvwatchError
from evwatch.model.feed import Feed
from evwatch.model.figures import FIGURES
from evwatch.model.flow import Flow
from evwatch.model.hand_over import AlarmNote, HandOver, hand_over
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.report import Report
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.model.timestamp import timestamp
from evwatch.present.documents import alarm_document, queue_document
from evwatch.redrive.documents import report_document


@click.command(cls=Command, outputs=("markdown", "json", "jsonl"))
@click.option(
    "--read-dlqs",
    type=click.IntRange(1, 1_000),
    metavar="N",
    help="Look at up to N messages of each DLQ, so that it can say why they failed. Counts as a receive.",
)
@click.pass_obj
def report(invocation: Invocation, read_dlqs: int | None) -> None:
    """A hand-over of now: what fires since when and why, where events pile up, what died, what could not be read."""
    if read_dlqs:
        settings = invocation.load().settings
        ask_where_needed(settings, invocation.environ)
        invocation.read, invocation.read_figures = _looking(read_dlqs), None
    snapshot, choice = read(invocation, _everything, _hops)
    of = hand_over(snapshot, choice, _groups, _runs(invocation))
    document = _document(of, snapshot, choice)
    emit(document, [document], lambda: _lines(of), invocation.output)


def _everything(context: ContextSnapshot) -> tuple[Feed[Any], ...]:
    return (context.queues, context.alarms, context.flow)


def _hops(flow: Flow) -> list[str]:
    """Whatever has figures."""
    return [node.arn for node in flow.nodes if node.kind in FIGURES]


def _runs(invocation: Invocation) -> list[Report]:
    """What the journal holds; where it cannot be read, the rest is told all the same."""
    try:
        return past(invocation, lambda redriver: redriver.runs())
    except EvwatchError as error:
        note(f"the runs are left out: {error.fault}")
        return []


def _groups(look: Look) -> tuple[FailureGroup, ...]:
    return grouped(look.letters)


def _lines(of: HandOver) -> Iterator[str]:
    from evwatch.present.report import markdown

    return markdown(of)


def _looking(limit: int) -> Reader:
    """A reading that looks into each DLQ that holds something, as far as the guards allow without being lifted."""

    async def reading(settings: Settings) -> Snapshot:
        from evwatch.session import FoundQueue, Session

        request = LookRequest(limit, settings.lease_seconds)
        choice = Choice(settings.filters, settings.tags)
        async with Session(settings) as session:
            snapshot = await session.read(_hops)
            for each in assess(snapshot):
                depth = each.known_depth
                if not each.is_dlq or not depth or not depth.visible or not choice.queue(each.queue):
                    continue
                try:
                    look = await session.look(FoundQueue(each.context, each.queue), request, _unseen)
                    for said in look.notes:
                        note(f"{each.queue.name}: {said}")
                except EvwatchError as error:
                    note(f"{each.queue.name} was not looked into: {error.fault.message}")
            looks = {context.context.name: context.looks for context in session.snapshot.contexts}
        return _with_looks(snapshot, looks)

    return reading


def _with_looks(snapshot: Snapshot, looks: Mapping[str, Mapping[str, Look]]) -> Snapshot:
    """The reading as it was before the looks, which hide what they read for a moment."""
    contexts = (replace(context, looks=looks.get(context.context.name, {})) for context in snapshot.contexts)
    return replace(snapshot, contexts=tuple(contexts))


def _unseen(_: LookProgress) -> None:
    pass


def _document(of: HandOver, snapshot: Snapshot, choice: Choice) -> dict[str, Any]:
    status = documents.status(snapshot, choice)
    return {
        "taken_at": status["taken_at"],
        "contexts": status["contexts"],
        "calm": of.calm,
        "alarms": [_alarm(each) for each in (*of.firing, *of.muted)],
        "queues": [queue_document(each.queue) for each in of.queues],
        "dlqs": [
            {
                **queue_document(each.queue),
                "seen": each.seen,
                "read_at": timestamp(each.read_at) if each.read_at else None,
                "groups": None if each.groups is None else [group_document(group) for group in each.groups],
            }
            for each in of.dlqs
        ],
        "unread": [each.queue.arn for each in of.unread],
        "hops": [
            {
                "arn": each.node.arn,
                "kind": each.node.kind,
                "name": each.node.name,
                "health": each.verdict.health,
                "reasons": list(each.verdict.reasons),
                "readings": each.reading,
            }
            for each in of.hops
        ],
        "runs": [report_document(each) for each in of.runs],
        "findings": [
            {"rule": each.rule, "severity": each.severity, "arn": each.arn, "message": each.message}
            for each in of.findings
        ],
        "faults": status["faults"],
    }


def _alarm(of: AlarmNote) -> dict[str, Any]:
    return {**alarm_document(of.alarm), "context": of.context, "tells": [_told(each) for each in of.tells]}


def _told(of: Told) -> dict[str, Any]:
    listeners = of.listeners
    return {
        "arn": of.arn,
        "listeners": None
        if listeners is None
        else [{"name": one.name, "protocol": one.protocol, "confirmed": one.confirmed} for one in listeners],
    }
