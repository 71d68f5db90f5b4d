"""Exit codes, and how an error is told."""

from __future__ import annotations

import sys
from contextlib import suppress

from evwatch.model.fault import Fault, FaultCode

DONE = 0
ATTENTION = 1
WRONG_INPUT = 2
REFUSED = 3
UNREACHABLE = 4
DEFECT = 70
"""EX_SOFTWARE of sysexits.h: a defect of evwatch, never of what it was asked."""
INTERRUPTED = 130
READER_LEFT = 141
"""128 + SIGPIPE, as the shell reports any program whose reader went away."""

_CODES: dict[FaultCode, int] = {
    "usage": WRONG_INPUT,
    "settings": WRONG_INPUT,
    "expression": WRONG_INPUT,
    "input": WRONG_INPUT,
    "refused": REFUSED,
    "not-confirmed": REFUSED,
    "journal": REFUSED,
    "credentials": UNREACHABLE,
    "permission": UNREACHABLE,
    "region": UNREACHABLE,
    "network": UNREACHABLE,
    "throttled": UNREACHABLE,
    "not-found": UNREACHABLE,
    "aws": UNREACHABLE,
}


def exit_code(fault: Fault) -> int:
    """The exit code of a command that ends with this fault."""
    return _CODES[fault.code]


def tell(fault: Fault, *, as_json: bool) -> None:
    """Print the error: one line on standard error, and a document on standard output where JSON was asked for."""
    note(str(fault))
    if as_json:
        from evwatch.cli.output import write_json

        write_json({"error": {"code": fault.code, "message": fault.message, "hint": fault.hint}})


def note(text: str) -> None:
    """One line on standard error, inert whatever it is made of; where the terminal is gone, nobody misses it."""
    from evwatch.present.inert import plain

    line = plain(" ".join(text.split()), limit=2_000)
    with suppress(OSError):
        print(f"evwatch: {line}", file=sys.stderr, flush=True)  # noqa: T201 - the one place that speaks there
