"""From arguments to an exit code: whatever happens on the way, it ends in one line that a person can act on."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evwatch.cli import exits
from evwatch.cli.invocation import Invocation
from evwatch.model.fault import EvwatchError

if TYPE_CHECKING:
    from evwatch.cli.invocation import Chooser, Reader
    from evwatch.config import Settings
    from evwatch.model.fault import Fault
    from evwatch.model.snapshot import Snapshot


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
    _hear_interrupts()
    given = list(sys.argv[1:] if arguments is None else arguments)
    invocation = Invocation(os.environ, read, read_figures if read is read_once else None)
    if instruction := os.environ.get("_EVWATCH_COMPLETE"):
        from evwatch.cli.parsing import complete

        return complete(invocation, instruction)
    try:
        code = _guarded(given, invocation)
        sys.stdout.flush()
    except BrokenPipeError:
        from evwatch.cli.output import nobody_reads

        nobody_reads()
        return exits.READER_LEFT
    except OSError as error:  # what click printed, and was still buffered
        from evwatch.cli.output import unwritable

        fault = unwritable(error).fault
        exits.note(str(fault))
        return exits.exit_code(fault)
    return code


def _guarded(arguments: list[str], invocation: Invocation) -> int:
    try:
        return _dashboard_or_command(arguments, invocation)
    except EvwatchError as error:
        return _tell(error.fault, arguments, invocation)
    except (KeyboardInterrupt, asyncio.CancelledError):
        exits.note("interrupted")
        return exits.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        from evwatch.cli.log_files import keep_traceback

        path = keep_traceback(error)
        exits.note(f"this is a defect ({type(error).__name__}): please report it with {path}")
        return exits.DEFECT


def _dashboard_or_command(arguments: list[str], invocation: Invocation) -> int:
    if not arguments:  # nothing to parse: its first frame does not wait for what parses
        from evwatch.cli.dashboard import dashboard

        return dashboard(invocation)
    from evwatch.cli.parsing import parsed_and_run

    return parsed_and_run(arguments, invocation)


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


def _hear_interrupts() -> None:
    """A shell without job control starts what it puts into the background deaf to SIGINT: reading would not stop."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
