"""`dlq delete`, `dlq undo` and `dlq import`: messages out of a queue, and back into one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from evwatch.cli import completing
from evwatch.cli.acting import Acting, confirm, require_somebody
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.looking import Wanted, chosen, tell_lacking
from evwatch.cli.reports import place_line, report_lines
from evwatch.deadletters.query import compile_where
from evwatch.model.deadletter import DeadLetter
from evwatch.model.deletion import Deletion
from evwatch.model.look import LookProgress, LookRequest
from evwatch.model.plan import DEFAULT_LEASE_SECONDS
from evwatch.model.snapshot import ContextSnapshot
from evwatch.redrive.files import read_file
from evwatch.session import FoundQueue


@click.command(cls=Command)
@click.argument("queue", shell_complete=completing.dlqs)
@click.option("--where", metavar="EXPR", help="JMESPath over a dead letter; true for what is meant.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this message; repeatable.")
@click.option("--group", metavar="G", help="Only this failure group.", shell_complete=completing.groups)
@click.option("--all", "everything", is_flag=True, help="Every message of the queue.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the record.")
@click.option(
    "--lease",
    type=click.IntRange(2, 43_200),
    default=DEFAULT_LEASE_SECONDS,
    metavar="SECONDS",
    help="How long a message is hidden until it is deleted.",
)
@click.option("--source-queue-too", is_flag=True, help="Delete from a queue that is no DLQ.")
@click.option("--may-move-on", is_flag=True, help="Delete from a DLQ that has a redrive policy of its own.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def delete(invocation: Invocation, /, everything: bool, yes: bool, **options: Any) -> int:
    """Delete dead letters. Each is saved first: `evwatch dlq undo` puts them back."""
    chooses = bool(options["where"] is not None or options["ids"] or options["group"])
    if chooses == everything:
        raise click.UsageError("say what to delete: --id, --where or --group, or else --all")
    if options["where"] is not None:
        compile_where(options["where"])
    acting = Acting(invocation)
    require_somebody(yes=yes)
    guards = LookRequest(source_queue_too=options["source_queue_too"], may_move_on=options["may_move_on"], fifo=True)
    with acting:
        found, letters, place = acting.do(_chosen(acting, options, guards, chooses))
        if not yes:
            what = "all its messages" if letters is None else f"{len(letters):,} of its messages"
            _say(f"{found.queue.name}: {what} are deleted ({place_line(place)})")
            confirm("delete them", found.queue.name, yes=yes)
        deletion = Deletion(found.context, found.queue, guards, letters, options["reason"], options["lease"])
        return acting.run(lambda control, tell: acting.session.redriver.delete(deletion, control, tell))


@click.command(cls=Command)
@click.argument("run_id", metavar="ID", shell_complete=completing.runs)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def undo(invocation: Invocation, run_id: str, yes: bool) -> int:
    """Put back what a run has deleted: once."""
    acting = Acting(invocation)
    require_somebody(yes=yes)
    with acting:
        redriver = acting.session.redriver
        if not yes:
            report = acting.do(redriver.run(run_id)).report
            for line in report_lines(report):
                _say(line)
            _say(acting.where(report))
            confirm("put its messages back", report.queue, yes=yes)
        return acting.run(lambda control, tell: redriver.undo(run_id, control, tell))


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to", required=True, metavar="QUEUE", shell_complete=completing.queues, help="The queue that they are sent to."
)
@click.option("--again", is_flag=True, help="Also what was imported from this file before.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def import_(invocation: Invocation, file: Path, to: str, again: bool, yes: bool) -> int:
    """Send the messages of FILE, as `dlq export` wrote it, to a queue: byte for byte, and each line once."""
    acting = Acting(invocation)
    read = read_file(file)
    require_somebody(yes=yes)
    with acting:
        found, place = acting.do(_target(acting, to))
        if not yes:
            _say(f"{read.messages:,} messages of {file} go to {found.queue.name} ({place_line(place)})")
            confirm("send them", found.queue.name, yes=yes)
        return acting.run(
            lambda control, tell: acting.session.redriver.import_file(
                found.context, found.queue, read, control, tell, again=again
            )
        )


async def _chosen(
    acting: Acting, options: dict[str, Any], guards: LookRequest, chooses: bool
) -> tuple[FoundQueue, tuple[DeadLetter, ...] | None, ContextSnapshot]:
    session = acting.session
    found, place = await _target(acting, options["queue"])
    if not chooses:
        return found, None, place
    look = await session.look(found, guards, _ignore)
    asked = Wanted(options["queue"], options["where"], tuple(options["ids"]), options["group"], guards)
    tell_lacking(look, asked)
    return found, chosen(look, asked), place


async def _target(acting: Acting, name: str) -> tuple[FoundQueue, ContextSnapshot]:
    session = acting.session
    found = await session.find(name)
    session.redriver.require_acting(found.context)
    await session.redriver.know(found.context)
    return found, next(each for each in session.snapshot.contexts if each.context.name == found.context)


def _say(text: str) -> None:
    from evwatch.present.inert import plain

    sys.stderr.write(plain(text, 500) + "\n")


def _ignore(_: LookProgress) -> None:
    return
