"""`dlq undo` and `dlq import`: messages into a queue, out of the journal or a file."""

from __future__ import annotations

from pathlib import Path

import click

from evwatch.cli import completing
from evwatch.cli.acting import Acting
from evwatch.cli.choosing import RUN
from evwatch.cli.confirming import confirm, confirm_run, require_somebody
from evwatch.cli.framework import Command, Invocation
from evwatch.present.place import place_words
from evwatch.redrive.files import read_file


@click.command(cls=Command)
@click.argument("run_id", metavar="ID", shell_complete=completing.runs, help=RUN)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def undo(invocation: Invocation, run_id: str, yes: bool) -> int:
    """Put back what a run has deleted: once."""
    acting = Acting(invocation)
    if not yes:
        require_somebody()
    with acting:
        report = acting.do(acting.session.redriver.run(run_id)).report
        if report.kind == "delete":
            acting.do(acting.caution(report.context, report.queue_arn))
        if not yes:
            confirm_run(acting, run_id, "put its messages back")
        return acting.run(lambda control, tell: acting.session.redriver.undo(run_id, control, tell))


@click.command("import", cls=Command)
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False), help="JSON Lines, as `dlq export` writes them."
)
@click.option(
    "--to", required=True, metavar="QUEUE", shell_complete=completing.queues, help="The queue that they are sent to."
)
@click.option("--again", is_flag=True, help="Also what was imported from this file before.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def import_(invocation: Invocation, file: Path, to: str, again: bool, yes: bool) -> int:
    """Send the messages of an export to a queue: byte for byte, and each line once."""
    acting = Acting(invocation)
    read = read_file(file)
    if not yes:
        require_somebody()
    with acting:
        found = acting.do(acting.target(to))
        if not yes:
            where = place_words(acting.place(found.context))
            said = f"{read.messages:,} messages of {file} would go to {found.queue.name} ({where})"
            confirm("send them", found.queue.name, [said])
        return acting.run(
            lambda control, tell: acting.session.redriver.import_file(
                found.context, found.queue, read, control, tell, again=again
            )
        )
