"""Before a command acts: what is said, and the name that has to be typed."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from evwatch.cli.acting import Acting
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import Report
from evwatch.present.inert import plain
from evwatch.present.place import place_words
from evwatch.present.run_lines import report_lines


def confirm(what: str, name: str, lines: Iterable[str] = ()) -> None:
    """Say this, and ask for the name to be typed. Raises EvwatchError where it is not, or where nobody is asked."""
    require_somebody()
    for line in lines:
        sys.stderr.write(plain(line, 500) + "\n")
    sys.stderr.write(f"type {plain(name, 500)} to {what}: ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        sys.stderr.write("\n")  # ctrl+d leaves the cursor behind the question
    typed = line.strip()
    if typed != name:
        raise EvwatchError(Fault("not-confirmed", "the name was not typed: nothing was done", "type it, or use --yes"))


def confirm_run(acting: Acting, run_id: str, what: str) -> None:
    """Say what came of a run and where that was, and ask for its queue's name. Raises EvwatchError."""
    report = acting.do(acting.session.redriver.run(run_id)).report
    confirm(what, report.queue, [*report_lines(report), _begun(acting, report)])


def require_somebody(hint: str = "--yes does it without asking") -> None:
    """Raises EvwatchError where nobody is there to be asked."""
    if not sys.stdin.isatty():
        raise EvwatchError(Fault("not-confirmed", "nobody is there to confirm it: nothing was done", hint))


def where(acting: Acting, context: str) -> str:
    """Where something is about to be done, with who AWS says that is. Raises EvwatchError."""
    acting.do(acting.session.redriver.know(context))
    return place_words(acting.place(context))


def _begun(acting: Acting, report: Report) -> str:
    """Where a run was begun, and is gone on with."""
    if any(each.context.name == report.context for each in acting.session.snapshot.contexts):
        return where(acting, report.context)
    return f"begun in {report.context}: {report.queue_arn}"
