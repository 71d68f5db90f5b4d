"""One look into a queue for a command: its options, its progress, and a way out that always releases."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from evwatch.cli import completing, exits
from evwatch.cli.choosing import QUEUE, Meant, choice_options, guard_options, together
from evwatch.cli.exits import note
from evwatch.cli.framework import Invocation
from evwatch.cli.mfa import ask_where_needed
from evwatch.cli.reading import tell_faults
from evwatch.cli.status_line import StatusLine
from evwatch.config import Settings
from evwatch.model.deadletter import DeadLetter
from evwatch.model.look import Look, LookProgress, LookRequest

if TYPE_CHECKING:
    from evwatch.session import FoundQueue, Session

F = TypeVar("F", bound=Callable[..., Any])

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE_SECONDS = 8.0
"""How long a look may take to come to its end after a signal before it is cancelled; it releases either way."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command was asked to look at."""

    queue: str
    meant: Meant
    request: LookRequest


@dataclass(frozen=True, slots=True)
class Seen:
    """A look, and those of its letters that were asked for."""

    look: Look
    context: str
    matched: tuple[DeadLetter, ...]

    @property
    def exit_code(self) -> int:
        """130 where it was cut short by a signal."""
        return exits.INTERRUPTED if self.look.reason == "interrupted" else exits.DONE


class _Limit(click.ParamType[int]):
    name = "N|all"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """A positive number; `all` is 0."""
        if value == "all" or value == 0:
            return 0
        if str(value).isdecimal() and int(value) > 0:
            return int(value)
        self.fail(f"{value!r} is neither a number of messages nor `all`", parameter, context)


def look_options(limit: int) -> Callable[[F], F]:
    """The options of every command that looks; `limit` 0 reads all."""
    return together(
        click.argument("queue", shell_complete=completing.dlqs, help=QUEUE),
        click.option(
            "--limit",
            type=_Limit(),
            default=limit,
            metavar="N|all",
            help=f"Messages read at most; {limit or 'all'} unless told.",
        ),
        choice_options(),
        click.option(
            "--lease",
            type=click.IntRange(1, 43_200),
            metavar="SECONDS",
            help="How long what is read stays hidden from others at a time.",
        ),
        guard_options("Look into"),
        click.option("--fifo", is_flag=True, help="Look into a FIFO queue, which locks its groups meanwhile."),
    )


def wanted(settings: Settings, options: dict[str, Any]) -> Wanted:
    """What the options ask for. Raises EvwatchError where the expression is wrong, before anything is called."""
    meant = Meant.by(options)
    request = LookRequest(
        limit=options["limit"] or None,
        lease_seconds=options["lease"] or settings.lease_seconds,
        source_queue_too=options["source_queue_too"],
        may_move_on=options["may_move_on"],
        fifo=options["fifo"],
    )
    return Wanted(options["queue"], meant, request)


def see(invocation: Invocation, options: dict[str, Any], *, needed: bool = False) -> Seen:
    """Look as the options say. What is `needed`, and lacking, the caller tells. Raises EvwatchError."""
    settings = invocation.load().settings
    asked = wanted(settings, options)
    ask_where_needed(settings, invocation.environ)
    bar = _Bar()
    with asyncio.Runner() as runner:
        look, context = runner.run(_look(settings, asked, bar))
    for text in look.notes:
        if text != bar.said:
            note(text)
    if not needed:
        asked.meant.tell_lacking(look)
    return Seen(look, context, asked.meant.among(look))


async def _look(settings: Settings, asked: Wanted, bar: _Bar) -> tuple[Look, str]:
    from evwatch.session import Session

    stop = asyncio.Event()
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def end() -> None:
        if not stop.is_set() and task:
            loop.call_later(_PATIENCE_SECONDS, task.cancel)
        stop.set()

    for number in _SIGNALS:
        loop.add_signal_handler(number, end)
    async with Session(settings) as session:
        found = await session.find(asked.queue)
        try:
            look = await session.look(found, asked.request, bar.show, stop)
        finally:
            bar.clear()
        tell_faults(session.snapshot)  # who gave up on a message, and where it goes, may be in what is missing
    return look, found.context


async def look_for(session: Session, found: FoundQueue, meant: Meant, guards: LookRequest) -> Seen:
    """Look within a session, so that what is meant can be acted on. Raises EvwatchError."""
    look = await session.look(found, guards, lambda _: None)
    meant.tell_lacking(look)
    return Seen(look, found.context, meant.among(look))


class _Bar:
    """How a look gets on; what must be known before anything is read is said once, terminal or not."""

    def __init__(self) -> None:
        self._line = StatusLine()
        self._shown_at = 0.0
        self.said = ""
        """What was told before anything was read."""

    def show(self, progress: LookProgress) -> None:
        """Show it, ten times a second at most."""
        if progress.note and progress.note != self.said:
            self.said = progress.note
            self._line.clear()
            note(progress.note)
        now = time.monotonic()
        if now - self._shown_at < 0.1:
            return
        self._shown_at = now
        counts = f"{progress.seen:,} of about {progress.approximate:,}, {progress.per_second:,.0f}/s"
        self._line.draw(f"{progress.phase}: {counts}")

    def clear(self) -> None:
        """Take it away."""
        self._line.clear()
