"""`evwatch dlq ...`: the group, and `dlq list`."""

from __future__ import annotations

import click

from evwatch.cli import documents
from evwatch.cli.framework import Command, Group, Invocation, Late
from evwatch.cli.output import emit
from evwatch.cli.reading import read, tell_faults
from evwatch.cli.table import Column, span_cell, table_lines

COLUMNS = (
    Column("DLQ", lambda row: row["name"]),
    Column("CONTEXT", lambda row: row["context"], same_left_out=True),
    Column("VISIBLE", lambda row: row["visible"], right=True),
    Column("IN FLIGHT", lambda row: row["in_flight"], right=True),
    Column("DELAYED", lambda row: row["delayed"], right=True),
    Column("OLDEST", lambda row: span_cell(row["oldest_age_seconds"]), right=True),
    Column("RETENTION", lambda row: span_cell(row["retention_seconds"]), right=True),
    Column("FROM", lambda row: ", ".join(f"{one['kind']} {one['arn'].rpartition(':')[2]}" for one in row["sources"])),
)

dlq = Group(
    name="dlq",
    help="Dead-letter queues.",
    late={
        "list": Late("evwatch.cli.dlq", "list_", "Every DLQ, known by what points to it."),
        "show": Late("evwatch.cli.deadletters", "show", "Look at a DLQ's messages, decoded."),
        "groups": Late("evwatch.cli.deadletters", "groups", "Why a DLQ's messages failed, gathered by failure."),
        "export": Late("evwatch.cli.deadletters", "export", "Write a DLQ's messages to a file."),
        "redrive": Late("evwatch.cli.redrive", "redrive", "Put a DLQ's messages back where they failed."),
        "delete": Late("evwatch.cli.delete", "delete", "Delete a DLQ's messages, saved first."),
        "undo": Late("evwatch.cli.undo", "undo", "Put back what a run has deleted."),
        "import": Late("evwatch.cli.undo", "import_", "Send the messages of a file to a queue."),
        "runs": Late("evwatch.cli.runs", "runs", "Every run, newest first."),
        "run": Late("evwatch.cli.runs", "run", "What came of one run, message by message."),
        "resume": Late("evwatch.cli.runs", "resume", "Take up a run that was interrupted."),
        "cancel": Late("evwatch.cli.runs", "cancel", "End a run at its next safe point."),
    },
)


@click.command("list", cls=Command)
@click.pass_obj
def list_(invocation: Invocation) -> None:
    """Every dead-letter queue, known by what points to it: queues, functions, topics, rules and their kin."""
    snapshot, choice = read(invocation, lambda context: (context.queues,))
    tell_faults(snapshot)
    rows = documents.dlqs(snapshot, choice)
    emit(rows, rows, lambda: table_lines(COLUMNS, rows), invocation.output)
