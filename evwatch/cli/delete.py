"""`dlq delete`: messages out of a queue, saved first."""

from __future__ import annotations

from typing import Any

import click

from evwatch.cli import completing
from evwatch.cli.acting import Acting
from evwatch.cli.choosing import QUEUE, Meant, acting_guards, acting_options, choice_options
from evwatch.cli.confirming import confirm, require_somebody
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.looking import look_for
from evwatch.model.deletion import Deletion
from evwatch.present.place import place_words


@click.command(cls=Command)
@click.argument("queue", shell_complete=completing.dlqs, help=QUEUE)
@choice_options()
@click.option("--all", "everything", is_flag=True, help="Every message of the queue.")
@acting_options("Delete from", "until it is deleted")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def delete(invocation: Invocation, /, everything: bool, yes: bool, **options: Any) -> int:
    """Delete dead letters. Each is saved first: `evwatch dlq undo` puts them back."""
    meant = Meant.by(options)
    if meant.everything != everything:
        raise click.UsageError("say what to delete: --id, --where or --group, or else --all")
    acting = Acting(invocation)
    if not yes:
        require_somebody()
    with acting:
        deletion = acting.do(_deletion(acting, options, meant))
        name, chosen = deletion.queue.name, deletion.chosen
        if not yes:
            what = "all its messages" if chosen is None else f"{len(chosen):,} of its messages"
            where = place_words(acting.place(deletion.context))
            confirm("delete them", name, [f"{name}: {what} would be saved and deleted ({where})"])
        return acting.run(lambda control, tell: acting.session.redriver.delete(deletion, control, tell))


async def _deletion(acting: Acting, options: dict[str, Any], meant: Meant) -> Deletion:
    found = await acting.target(options["queue"])
    guards = acting_guards(options, acting.settings.lease_seconds)
    seen = None if meant.everything else await look_for(acting.session, found, meant, guards)
    return Deletion(
        found.context, found.queue, guards, seen.matched if seen else None, options["reason"], options["lease"]
    )
