"""`dlq redrive`: puts dead letters back where they failed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from evwatch.cli import completing, exits
from evwatch.cli.acting import Acting, confirm, require_somebody
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.looking import Wanted, chosen, tell_lacking
from evwatch.cli.output import emit
from evwatch.cli.reports import plan_lines
from evwatch.deadletters.query import compile_where
from evwatch.model.look import Look, LookProgress, LookRequest
from evwatch.model.plan import DEFAULT_LEASE_SECONDS, Plan, RedriveRequest
from evwatch.model.queue import Queue
from evwatch.model.snapshot import ContextSnapshot
from evwatch.redrive.documents import plan_document

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and where it would be done."""

    plan: Plan
    place: ContextSnapshot


@click.command(cls=Command)
@click.argument("queue", shell_complete=completing.dlqs)
@click.option("--where", metavar="EXPR", help="JMESPath over a dead letter; true for what is meant.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this message; repeatable.")
@click.option("--group", metavar="G", help="Only this failure group.", shell_complete=completing.groups)
@click.option(
    "--to",
    metavar="QUEUE",
    help="Send all to this queue instead of where each failed.",
    shell_complete=completing.queues,
)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Messages a second at most.")
@click.option("--canary", type=click.IntRange(min=0), metavar="N", help="Send N first, and watch them.")
@click.option(
    "--stop-on-bounce",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Stop when more than this share of what was sent has come back.",
)
@click.option("--watch", type=click.FloatRange(min=0), metavar="SECONDS", help="How long to watch for what comes back.")
@click.option("--engine", type=click.Choice(["auto", "native", "journal"]), help="Who does it.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the record.")
@click.option(
    "--lease",
    type=click.IntRange(2, 43_200),
    default=DEFAULT_LEASE_SECONDS,
    metavar="SECONDS",
    help="How long a message is hidden while it is moved.",
)
@click.option("--source-queue-too", is_flag=True, help="Redrive a queue that is no DLQ.")
@click.option("--may-move-on", is_flag=True, help="Redrive a DLQ that has a redrive policy of its own.")
@click.option("--dry-run", is_flag=True, help="Print the plan and do nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def redrive(invocation: Invocation, /, dry_run: bool, yes: bool, **options: Any) -> int:
    """Put dead letters back where they failed, each of them once.

    The plan is shown first, and the queue's name must be typed. What is not said here is as `[redrive]` in the
    settings has it.
    """
    if options["where"] is not None:
        compile_where(options["where"])
    acting = Acting(invocation, reads=dry_run)
    if not dry_run:
        require_somebody(yes=yes, hint="--yes does it without asking, and --dry-run shows what would be done")
    with acting:
        planned = acting.do(_plan(acting, options, dry_run=dry_run))
        plan = planned.plan
        if dry_run:
            document = plan_document(plan)
            emit(document, [document], lambda: plan_lines(plan, planned.place), invocation.output)
            return exits.DONE
        if not yes and (plan.messages or not plan.exact):
            for line in plan_lines(plan, planned.place):
                sys.stderr.write(line + "\n")
            confirm("redrive", plan.queue.name, yes=yes)
        return acting.run(lambda control, tell: acting.session.redriver.start(plan, control, tell))


async def _plan(acting: Acting, options: dict[str, Any], *, dry_run: bool) -> Planned:
    session = acting.session
    found = await session.find(options["queue"])
    if not dry_run:
        session.redriver.require_acting(found.context)
    to = await _target(acting, found.context, options["to"])
    guards = LookRequest(
        lease_seconds=acting.settings.lease_seconds,
        source_queue_too=options["source_queue_too"],
        may_move_on=options["may_move_on"],
        fifo=True,  # asked for by the plan, which must be confirmed
    )
    asked = Wanted(options["queue"], options["where"], tuple(options["ids"]), options["group"], guards)
    look: Look | None = None
    letters = None
    if asked.where is not None or asked.ids or asked.group:
        look = await session.look(found, guards, _ignore)
        tell_lacking(look, asked)
        letters = chosen(look, asked)
    usual = acting.settings.redrive
    request = RedriveRequest(
        to=to,
        rate=_or(options["rate"], usual.rate),
        canary=_or(options["canary"], usual.canary),
        stop_on_bounce=_or(options["stop_on_bounce"], usual.stop_on_bounce),
        watch_seconds=_or(options["watch"], usual.watch_seconds),
        engine=_or(options["engine"], usual.engine),
        reason=options["reason"],
        lease_seconds=options["lease"],
    )
    plan = await session.redriver.plan(found.context, found.queue, request, guards, chosen=letters, look=look)
    place = next(each for each in session.snapshot.contexts if each.context.name == found.context)
    return Planned(plan, place)


def _or(given: T | None, usual: T) -> T:
    """What the command line says, 0 included, or what the settings do."""
    return usual if given is None else given


async def _target(acting: Acting, context: str, name: str | None) -> Queue | None:
    return await acting.session.redriver.queue(context, name) if name else None


def _ignore(_: LookProgress) -> None:
    return
