"""What came of something that was done: printed, or told in a line where nobody takes it, for done it is."""

from __future__ import annotations

from collections.abc import Callable

from evwatch.cli import exits
from evwatch.cli.output import nobody_reads
from evwatch.model.fault import EvwatchError


def tell_done(done: str, hint: str, show: Callable[[], None], code: int = exits.DONE) -> int:
    """Let this `show` what came of it; returns the exit code, which is `code` unless only the showing went wrong.

    `done` says in words what was done, and `hint` where else what came of it can be had.
    """
    try:
        show()
    except BrokenPipeError:
        nobody_reads()
        exits.note(f"{done}, but who read the result has left: {hint}")
        return code or exits.READER_LEFT
    except EvwatchError as error:
        exits.note(f"{done}, but {error.fault.message}: {hint}")
        return code or exits.ATTENTION
    return code
