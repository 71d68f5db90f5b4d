"""The command line. A command's module is imported only when the command is run."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run evwatch and end the process with the command's exit code."""
    import gc

    # Going through all that is imported, again and again while it is imported, costs a tenth of the time to the
    # dashboard's first frame. Whoever runs on turns it on again.
    gc.disable()
    import logging

    from evwatch.cli.entry import run

    # Without any handler Python prints warnings of libraries, tracebacks among them, over whatever is on the screen.
    logging.getLogger().addHandler(logging.NullHandler())
    raise SystemExit(run(arguments))
