"""Which messages of a queue a command means, and past which guards: the options that say so, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from evwatch.cli import completing
from evwatch.cli.exits import note
from evwatch.deadletters.query import compile_where
from evwatch.model.deadletter import DeadLetter
from evwatch.model.look import Look, LookRequest
from evwatch.model.plan import DEFAULT_LEASE_SECONDS

F = TypeVar("F", bound=Callable[..., Any])

QUEUE = "A queue by its name, URL or ARN."
RUN = "A run, as `evwatch dlq runs` lists it."
"""What stands in the help wherever one is named."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What `--where`, `--id` and `--group` say, each of which narrows what the others leave."""

    where: str | None = None
    ids: tuple[str, ...] = ()
    group: str | None = None

    @classmethod
    def by(cls, options: dict[str, Any]) -> Meant:
        """As the command line has it. Raises EvwatchError where the expression is wrong, before anything is called."""
        if options["where"] is not None:
            compile_where(options["where"])
        return cls(options["where"], tuple(options["ids"]), options["group"])

    @property
    def everything(self) -> bool:
        """Nothing is said, so all of the queue is meant."""
        return self.where is None and not self.ids and not self.group

    def among(self, look: Look) -> tuple[DeadLetter, ...]:
        """The letters of a look that are meant; what stands in the way of choosing is told on standard error."""
        letters = look.letters
        if self.ids:
            letters = tuple(letter for letter in letters if letter.id in self.ids)
        if self.group:
            letters = tuple(letter for letter in letters if letter.group == self.group)
        if self.where is not None:
            selection = compile_where(self.where).select(letters)
            letters = selection.letters
            if selection.failed:
                note(f"the expression could not be worked out on {selection.failed} of {len(look.letters)} messages")
        chooses = self.group or self.where is not None
        if chooses and not letters and look.reason == "limit":
            note(f"none matched among the first {len(look.letters)} of about {look.approximate}: --limit all reads all")
        return letters

    def tell_lacking(self, look: Look) -> None:
        """Which of the ids that were named the look did not meet, on standard error."""
        lacking = set(self.ids) - {letter.id for letter in look.letters}
        if not lacking:
            return
        where = "in the queue, or could not be read"
        if look.reason == "limit":
            where = f"among the first {len(look.letters)} of about {look.approximate}: --limit all reads all"
        note(f"{len(lacking)} of {len(set(self.ids))} ids are not {where}")


def together(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """One decorator for several; in the help they stand in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def choice_options() -> Callable[[F], F]:
    """What `Meant` is made of."""
    return together(
        click.option("--where", metavar="EXPR", help="JMESPath over a dead letter; true for what is meant."),
        click.option("--id", "ids", multiple=True, metavar="ID", help="Only this message; repeatable."),
        click.option("--group", metavar="G", help="Only this failure group.", shell_complete=completing.groups),
    )


def guard_options(verb: str) -> Callable[[F], F]:
    """What lifts the guards; `verb` is what is done to the queue all the same."""
    return together(
        click.option("--source-queue-too", is_flag=True, help=f"{verb} a queue that is no DLQ."),
        click.option("--may-move-on", is_flag=True, help=f"{verb} a DLQ that has a redrive policy of its own."),
    )


def acting_options(verb: str, until: str) -> Callable[[F], F]:
    """What every command takes that takes messages out of a queue; `until` says how long each is hidden for it."""
    return together(
        click.option("--reason", default="", metavar="TEXT", help="Why, for the record."),
        click.option(
            "--lease",
            type=click.IntRange(2, 43_200),
            default=DEFAULT_LEASE_SECONDS,
            metavar="SECONDS",
            help=f"How long a message is hidden {until}.",
        ),
        guard_options(verb),
    )


def acting_guards(options: dict[str, Any], look_seconds: int) -> LookRequest:
    """The guards of a command with `acting_options`; a look that chooses hides messages for `look_seconds` at a time.

    That a FIFO queue is meant, the operator confirms with everything else.
    """
    return LookRequest(
        lease_seconds=look_seconds,
        source_queue_too=options["source_queue_too"],
        may_move_on=options["may_move_on"],
        fifo=True,
    )
