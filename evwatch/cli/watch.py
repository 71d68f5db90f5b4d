"""`status`, `queues`, `alarms` and `check`: what one reading says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from evwatch.cli import documents, exits
from evwatch.cli.exits import note
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.output import emit
from evwatch.cli.reading import read, tell_faults
from evwatch.cli.table import Column, span_cell, table_lines
from evwatch.model.feed import Feed
from evwatch.model.snapshot import ContextSnapshot
from evwatch.present.documents import Document

QUEUE_COLUMNS = (
    Column("HEALTH", lambda row: row["health"]),
    Column("QUEUE", lambda row: row["name"]),
    Column("CONTEXT", lambda row: row["context"], same_left_out=True),
    Column("VISIBLE", lambda row: row["visible"], right=True),
    Column("IN FLIGHT", lambda row: row["in_flight"], right=True),
    Column("DELAYED", lambda row: row["delayed"], right=True),
    Column("OLDEST", lambda row: span_cell(row["oldest_age_seconds"]), right=True),
    Column("DLQ OF", lambda row: len(row["source_arns"]) if row["is_dlq"] else None, right=True),
    Column("WHY", lambda row: "; ".join(row["reasons"]) or row["outlook"]),
)
ALARM_COLUMNS = (
    Column("STATE", lambda row: row["state"]),
    Column("ALARM", lambda row: row["name"]),
    Column("CONTEXT", lambda row: row["context"], same_left_out=True),
    Column("TYPE", lambda row: row["type"]),
    Column("MUTED", lambda row: row["muted"]),
    Column("SINCE", lambda row: row["since"], moment=True),
    Column("WHY", lambda row: row["reason"]),
)
CONTEXT_COLUMNS = (
    Column("CONTEXT", lambda row: row["name"]),
    Column("ACCOUNT", lambda row: row["account"]),
    Column("REGION", lambda row: row["region"]),
    Column("PROFILE", lambda row: row["profile"]),
    Column("ENDPOINT", lambda row: row["endpoint_url"]),
)
FAULT_COLUMNS = (
    Column("CODE", lambda row: row["code"]),
    Column("SOURCE", lambda row: row["source"] or None),
    Column("CONTEXT", lambda row: row["context"], same_left_out=True),
    Column(
        "COULD NOT BE READ",
        lambda row: f"{row['message']}: {row['hint']}" if row["hint"] else row["message"],
        whole=True,
    ),
)
ATTENTION_COLUMNS = (
    Column("HEALTH", lambda row: row["health"]),
    Column("KIND", lambda row: row["kind"]),
    Column("NAME", lambda row: row["name"]),
    Column("CONTEXT", lambda row: row["context"], same_left_out=True),
    Column("SINCE", lambda row: row["since"], moment=True),
    Column("WHY", lambda row: "; ".join(row["reasons"]) or None),
)


def _everything(context: ContextSnapshot) -> tuple[Feed[Any], ...]:
    return (context.queues, context.alarms, context.flow)


@click.command(cls=Command)
@click.pass_obj
def status(invocation: Invocation) -> None:
    """One complete reading: contexts, queues, alarms, what could not be read, and what the reading cost."""
    snapshot, choice = read(invocation, _everything)
    document = documents.status(snapshot, choice)
    emit(document, document["queues"], lambda: _status_lines(document), invocation.output)


@click.command(cls=Command)
@click.pass_obj
def queues(invocation: Invocation) -> None:
    """Every queue: its depth, age, relations and health."""
    snapshot, choice = read(invocation, lambda context: (context.queues,))
    tell_faults(snapshot)
    rows = documents.status(snapshot, choice)["queues"]
    emit(rows, rows, lambda: table_lines(QUEUE_COLUMNS, rows), invocation.output)


@click.command(cls=Command)
@click.pass_obj
def alarms(invocation: Invocation) -> None:
    """Every alarm: its state, since when and why."""
    snapshot, choice = read(invocation, lambda context: (context.alarms,))
    tell_faults(snapshot)
    rows = documents.status(snapshot, choice)["alarms"]
    emit(rows, rows, lambda: table_lines(ALARM_COLUMNS, rows), invocation.output)


@click.command(cls=Command)
@click.pass_obj
def check(invocation: Invocation) -> int:
    """What needs attention, a line each.

    Exit 1 where something does; else 4 where something could not be read, for nothing unseen is well; else 0.
    """
    snapshot, choice = read(invocation, _everything)
    tell_faults(snapshot)
    document = documents.status(snapshot, choice)
    if not (choice.everything or document["queues"] or document["alarms"]):
        note("--filter or --tag leaves no queue and no alarm: nothing was checked")
    rows = documents.attention(document)
    unread = any(queue["health"] == "unknown" for queue in document["queues"])
    emit({**document, "attention": rows}, rows, lambda: _check_lines(rows), invocation.output)
    if rows:
        return exits.ATTENTION
    return exits.UNREACHABLE if unread or document["faults"] else exits.DONE


def _check_lines(rows: list[Document]) -> Iterator[str]:
    lines = iter(table_lines(ATTENTION_COLUMNS, rows))
    next(lines)  # a line for each thing, and no other
    yield from lines


def _status_lines(document: Document) -> Iterator[str]:
    yield f"taken at {document['taken_at']}"
    yield ""
    yield from table_lines(CONTEXT_COLUMNS, document["contexts"])
    for columns, key in ((ALARM_COLUMNS, "alarms"), (QUEUE_COLUMNS, "queues"), (FAULT_COLUMNS, "faults")):
        yield ""
        if document[key]:
            yield from table_lines(columns, document[key])
        else:
            yield f"no {key}"
    calls = sum(document["api"]["calls"].values())
    yield ""
    yield f"{calls} calls, {document['api']['throttled']} throttled, about ${document['api']['estimated_usd']:.4f}"
