"""`dlq runs`, `dlq run`, `dlq resume` and `dlq cancel`: what was done, and what goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import click

from evwatch.cli import completing, exits
from evwatch.cli.acting import Acting, require_writable, tell_report
from evwatch.cli.choosing import RUN
from evwatch.cli.confirming import confirm_run, require_somebody
from evwatch.cli.exits import note
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.outcome import tell_done
from evwatch.cli.output import emit
from evwatch.cli.table import Column, table_lines
from evwatch.model.clock import Clock
from evwatch.model.report import Report
from evwatch.present.run_lines import report_lines
from evwatch.redrive.documents import report_document, run_document
from evwatch.redrive.folder import journal_folder
from evwatch.redrive.redriver import Redriver

T = TypeVar("T")

RUN_COLUMNS = (
    Column("RUN", lambda row: row["run"]),
    Column("KIND", lambda row: row["kind"]),
    Column("QUEUE", lambda row: row["queue"]),
    Column("STATUS", lambda row: row["status"]),
    Column("STARTED", lambda row: row["started_at"], moment=True),
    Column("SENT", lambda row: None if row["kind"] == "delete" else row["sent"], right=True),
    Column("DELETED", lambda row: row["deleted"], right=True),
    Column("FAILED", lambda row: len(row["failed"]), right=True),
    Column("UNDECIDED", lambda row: len(row["undecided"]) if row["status"] != "running" else 0, right=True),
    Column("BOUNCED", lambda row: len(row["bounced"]), right=True),
    Column("STATE", lambda row: f"{row['before']} -> {row['after'] or '?'}" if row["before"] else None),
    Column("WHY", lambda row: row["reason"] or None),
)
MESSAGE_COLUMNS = (
    Column("ID", lambda row: row["id"]),
    Column("OUTCOME", lambda row: row["outcome"]),
    Column("CODE", lambda row: row["code"]),
    Column("DELETED", lambda row: row["deleted_at"], moment=True),
    Column("SENT AS", lambda row: row["sent_id"]),
    Column("CAME BACK AS", lambda row: row["bounced_as"]),
    Column("MESSAGE", lambda row: row["message"]),
)


@click.command(cls=Command)
@click.option(
    "--forget", metavar="ID", shell_complete=completing.runs, help="Overwrite what this run holds of its messages."
)
@click.pass_obj
def runs(invocation: Invocation, forget: str | None) -> int:
    """Every run, newest first: who did what to which queue, why, and what came of it."""
    if forget:
        past(invocation, lambda redriver: redriver.forget(forget), acts=True)
        said, document = f"{forget} is forgotten", {"forgotten": forget}
        return tell_done(
            said,
            "`evwatch dlq runs` has it no more",
            lambda: emit(document, [document], lambda: [said], invocation.output),
        )
    rows = [report_document(report) for report in past(invocation, lambda redriver: redriver.runs())]
    emit(rows, rows, lambda: table_lines(RUN_COLUMNS, rows), invocation.output)
    return exits.DONE


@click.command(cls=Command)
@click.argument("run_id", metavar="ID", shell_complete=completing.runs, help=RUN)
@click.pass_obj
def run(invocation: Invocation, run_id: str) -> None:
    """One run: its report, and what came of each message."""
    details = past(invocation, lambda redriver: redriver.run(run_id))
    document = run_document(details.report, details.messages)
    emit(document, document["messages"], lambda: _run_lines(details.report, document), invocation.output)


@click.command(cls=Command)
@click.argument("run_id", metavar="ID", shell_complete=completing.runs, help=RUN)
@click.option("--send-undecided", is_flag=True, help="Send again what may have been sent; it may arrive twice.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def resume(invocation: Invocation, run_id: str, send_undecided: bool, yes: bool) -> int:
    """Take up a run that was interrupted. What was sent is not sent again."""
    acting = Acting(invocation)
    if not yes:
        require_somebody()
    with acting:
        if not yes:
            confirm_run(acting, run_id, "resume it")
        redriver = acting.session.redriver
        return acting.run(lambda control, tell: redriver.resume(run_id, control, tell, send_undecided=send_undecided))


@click.command(cls=Command)
@click.argument("run_id", metavar="ID", shell_complete=completing.runs, help=RUN)
@click.pass_obj
def cancel(invocation: Invocation, run_id: str) -> int:
    """End a run at its next safe point, whichever process it is in."""
    report = past(invocation, lambda redriver: redriver.run(run_id), acts=True).report
    if report.engine == "native" and report.status == "interrupted":
        with Acting(invocation) as acting:  # its move task may go on without any process of evwatch
            report = acting.do(acting.session.redriver.cancel(run_id))
    else:
        report = past(invocation, lambda redriver: redriver.cancel(run_id))
    code = tell_report(report, invocation.output)
    if report.status == "running":
        note(f"run {run_id} ends at its next safe point")
    if report.fault:
        note(str(report.fault))
        if report.status == "interrupted":  # SQS may not be told to end its task
            return exits.exit_code(report.fault)
    return code


def past(invocation: Invocation, ask: Callable[[Redriver], Awaitable[T]], *, acts: bool = False) -> T:
    """What the journal knows: no AWS is needed for that. Raises EvwatchError where it `acts` and that is refused."""
    settings = invocation.load().settings
    if acts:
        require_writable(settings)

    async def asked() -> T:
        redriver = Redriver(lambda: (), journal_folder(settings.state_folder), Clock())
        try:
            return await ask(redriver)
        finally:
            await redriver.close()

    return asyncio.run(asked())


def _run_lines(report: Report, document: dict[str, Any]) -> Iterator[str]:
    from evwatch.present.inert import plain

    yield from report_lines(report)
    if report.fault:
        yield plain(f"ended by: {report.fault}", 500)
    if not document["messages"]:
        return
    yield ""
    yield from table_lines(MESSAGE_COLUMNS, document["messages"])
