"""`dlq redrive`: puts dead letters back where they failed."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import click

from evwatch.cli import completing, exits
from evwatch.cli.acting import Acting
from evwatch.cli.choosing import QUEUE, Meant, acting_guards, acting_options, choice_options
from evwatch.cli.confirming import confirm, require_somebody
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.looking import look_for
from evwatch.cli.output import emit
from evwatch.model.plan import Plan, RedriveRequest
from evwatch.present.run_lines import plan_lines
from evwatch.redrive.documents import plan_document

T = TypeVar("T")

_ALWAYS = "other-hosts"
"""A warning that every plan has; nobody who asked not to be asked need be told it once more."""
AUTO = math.inf
"""`--watch auto`: as long as a bounce takes, whatever the settings say."""


class _Watch(click.ParamType[float]):
    name = "SECONDS|auto"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Seconds; `auto` is AUTO."""
        if value in ("auto", AUTO):
            return AUTO
        try:
            seconds = float(value)
        except ValueError:
            self.fail(f"{value!r} is neither a number of seconds nor `auto`", parameter, context)
        if not 0 <= seconds < AUTO:
            self.fail(f"{value!r} is no length of time", parameter, context)
        return seconds


@click.command(cls=Command)
@click.argument("queue", shell_complete=completing.dlqs, help=QUEUE)
@choice_options()
@click.option(
    "--to",
    metavar="QUEUE",
    help="Send all to this queue instead of where each failed.",
    shell_complete=completing.queues,
)
@click.option(
    "--rate", type=click.FloatRange(min=0), metavar="N", help="Messages a second at most; 0: as fast as it goes."
)
@click.option("--canary", type=click.IntRange(min=0), metavar="N", help="Send N first, and watch them.")
@click.option(
    "--stop-on-bounce",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Stop when more than this share of what was sent has come back.",
)
@click.option(
    "--watch",
    type=_Watch(),
    metavar="SECONDS|auto",
    help="How long to watch for what comes back; 0: not at all, auto: as long as it takes.",
)
@click.option("--engine", type=click.Choice(["auto", "native", "journal"]), help="Who does it.")
@acting_options("Redrive", "while it is moved")
@click.option("--dry-run", is_flag=True, help="Print the plan and do nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def redrive(invocation: Invocation, /, dry_run: bool, yes: bool, **options: Any) -> int:
    """Put dead letters back where they failed, each of them once.

    The plan is shown first, and the queue's name must be typed. What is not said here is as `[redrive]` in the
    settings has it.
    """
    meant = Meant.by(options)
    acting = Acting(invocation, reads=dry_run)
    if not dry_run and not yes:
        require_somebody("--yes does it without asking, and --dry-run shows what would be done")
    with acting:
        plan = acting.do(_plan(acting, options, meant, dry_run=dry_run))
        place = acting.place(plan.context)
        if dry_run:
            document = plan_document(plan)
            emit(document, [document], lambda: plan_lines(plan, place), invocation.output)
            return exits.DONE
        if not yes and (plan.messages or not plan.exact):
            confirm("redrive", plan.queue.name, plan_lines(plan, place))
        if yes:
            for caution in plan.warnings:
                if caution.code != _ALWAYS:
                    exits.note(f"{caution.message} [{caution.code}]")
        return acting.run(lambda control, tell: acting.session.redriver.start(plan, control, tell))


async def _plan(acting: Acting, options: dict[str, Any], meant: Meant, *, dry_run: bool) -> Plan:
    session, usual = acting.session, acting.settings.redrive
    found = await session.find(options["queue"])
    if not dry_run:
        session.redriver.require_acting(found.context)
    to = await session.redriver.queue(found.context, options["to"]) if options["to"] else None
    guards = acting_guards(options, acting.settings.lease_seconds)
    seen = None if meant.everything else await look_for(session, found, meant, guards)
    request = RedriveRequest(
        to=to,
        rate=_or(options["rate"], usual.rate) or None,
        canary=_or(options["canary"], usual.canary),
        stop_on_bounce=_or(options["stop_on_bounce"], usual.stop_on_bounce),
        watch_seconds=None if options["watch"] == AUTO else _or(options["watch"], usual.watch_seconds),
        engine=_or(options["engine"], usual.engine),
        reason=options["reason"],
        lease_seconds=options["lease"],
    )
    return await session.redriver.plan(
        found.context,
        found.queue,
        request,
        guards,
        chosen=seen.matched if seen else None,
        look=seen.look if seen else None,
    )


def _or(given: T | None, usual: T) -> T:
    """What the command line says, 0 included, or what the settings do."""
    return usual if given is None else given
