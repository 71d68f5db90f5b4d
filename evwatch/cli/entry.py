"""From arguments to an exit code: whatever happens on the way, it ends in one line that a person can act on."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from evwatch.cli import exits
from evwatch.cli.commands import root
from evwatch.cli.framework import Chooser, Group, Invocation, Reader
from evwatch.config.spelling import meant
from evwatch.model.fault import EvwatchError, Fault

if TYPE_CHECKING:
    from evwatch.config import Settings
    from evwatch.model.snapshot import Snapshot

PROGRAM = "evwatch"


async def read_once(settings: Settings) -> Snapshot:
    """One complete reading over the session."""
    from evwatch.session import Session

    async with Session(settings) as session:
        return await session.read()


async def read_figures(settings: Settings, chooser: Chooser) -> Snapshot:
    """The same, with figures on the hops of the flow."""
    from evwatch.session import Session

    async with Session(settings) as session:
        return await session.read(chooser)


def run(arguments: Sequence[str] | None = None, read: Reader = read_once) -> int:
    """Run one command line; returns its exit code."""
    _standard_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    group = root()
    invocation = Invocation(os.environ, read, read_figures if read is read_once else None)
    if instruction := os.environ.get("_EVWATCH_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(group, {"obj": invocation}, PROGRAM, "_EVWATCH_COMPLETE", instruction)
    try:
        code = _guarded(group, given, invocation)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would fail again when Python flushes it on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.READER_LEFT
    return code


def _guarded(group: Group, arguments: list[str], invocation: Invocation) -> int:
    try:
        with group.make_context(PROGRAM, arguments, obj=invocation) as context:
            result = group.invoke(context)
        return result if isinstance(result, int) else exits.DONE
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        return _tell(_usage(error), arguments, invocation)
    except click.ClickException as error:
        return _tell(Fault("usage", _sentence(error.format_message())), arguments, invocation)
    except EvwatchError as error:
        return _tell(error.fault, arguments, invocation)
    except (KeyboardInterrupt, click.Abort, asyncio.CancelledError):
        exits.note("interrupted")
        return exits.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        from evwatch.cli.logs import keep_traceback

        path = keep_traceback(error)
        exits.note(f"this is a defect ({type(error).__name__}): please report it with {path}")
        return exits.DEFECT


def _tell(fault: Fault, arguments: list[str], invocation: Invocation) -> int:
    logging.getLogger(__name__).debug("ends with %s", fault.code, exc_info=True)
    exits.tell(fault, as_json=(invocation.output or _asked_for(arguments)) == "json")
    return exits.exit_code(fault)


def _asked_for(arguments: list[str]) -> str | None:
    """The format, where the arguments could not be parsed far enough to know it."""
    for position, argument in enumerate(arguments):
        if argument in ("-o", "--output"):
            return arguments[position + 1] if position + 1 < len(arguments) else None
        for prefix in ("--output=", "-o"):
            if argument.startswith(prefix):
                return argument.removeprefix(prefix)
    return None


def _usage(error: click.UsageError) -> Fault:
    path = error.ctx.command_path if error.ctx else PROGRAM
    hint = f"see `{path} --help`"
    message = _sentence(error.format_message())
    if isinstance(error, click.NoSuchOption) and error.ctx:
        known = [name for option in error.ctx.command.get_params(error.ctx) for name in option.opts]
        message = f"no such option {error.option_name}{meant(error.option_name, known)}"
    return Fault("usage", message, hint)


def _sentence(text: str) -> str:
    """click's sentences begin with a capital and end with a stop; ours stand after `evwatch:`."""
    text = " ".join(text.split()).rstrip(".")
    return text[:1].lower() + text[1:]


def _standard_streams() -> None:
    """Give a process that was started with closed streams something to hold.

    Otherwise the next file or socket that it opens takes the place of standard output.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
