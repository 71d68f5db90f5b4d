"""One session for a command that acts: it asks, then does, and every way out of it leaves things accounted for."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from evwatch.cli import exits
from evwatch.cli.exits import note
from evwatch.cli.framework import Invocation
from evwatch.cli.mfa import ask_where_needed
from evwatch.cli.outcome import tell_done
from evwatch.cli.output import emit
from evwatch.cli.progress import Teller
from evwatch.cli.reading import tell_faults
from evwatch.model.context import Place
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import Report
from evwatch.model.run import Progress
from evwatch.present.run_lines import report_lines
from evwatch.redrive.control import Control
from evwatch.redrive.documents import report_document

if TYPE_CHECKING:
    from evwatch.config import Settings
    from evwatch.session import FoundQueue, Session

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Acting:
    """A session that is held while a person is asked. The first signal ends a run at its next safe point, a second one
    at once: the journal knows then what is in doubt."""

    def __init__(self, invocation: Invocation, *, reads: bool = False) -> None:
        """Unless it only `reads`, raises EvwatchError where everything is read-only."""
        self._invocation = invocation
        self.settings = invocation.load().settings
        if not reads:
            require_writable(self.settings)
        self._runner = asyncio.Runner()
        self._session: Session | None = None
        self.control = Control()
        self._signalled = False

    def __enter__(self) -> Self:
        from evwatch.session import Session

        ask_where_needed(self.settings, self._invocation.environ)
        self._runner.__enter__()

        async def enter() -> Session:
            return await Session(self.settings).__aenter__()

        self._session = self._runner.run(enter())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._session:
                if kind is None:  # an error is one line, and says what it is about
                    tell_faults(self._session.snapshot)
                self._runner.run(self._session.__aexit__(kind, error, trace))
        finally:
            self._runner.__exit__(kind, error, trace)

    @property
    def session(self) -> Session:
        """The session."""
        assert self._session
        return self._session

    def do(self, work: Coroutine[Any, Any, T], *, gently: bool = False) -> T:
        """Run this to its end, with signals heard.

        A signal cuts it short, which a look survives without leaving anything hidden; `gently` lets the first one ask
        for a safe point instead. Raises KeyboardInterrupt where it was cut short.
        """

        async def heard() -> T:
            loop = asyncio.get_running_loop()
            task = asyncio.ensure_future(work)

            def end() -> None:
                self._signalled = True
                if not gently or self.control.stop:
                    task.cancel()
                else:
                    self.control.end("interrupt")
                    note("stopping at the next safe point; once more to stop at once")

            for number in _SIGNALS:
                loop.add_signal_handler(number, end)
            try:
                return await task
            finally:
                for number in _SIGNALS:
                    loop.remove_signal_handler(number)

        try:
            return self._runner.run(heard())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    def place(self, context: str) -> Place:
        """Where one of the session's contexts is."""
        return next(each.place for each in self.session.snapshot.contexts if each.context.name == context)

    async def target(self, name: str) -> FoundQueue:
        """The queue of this name, in a context where something may be done, and where the caller is known.

        Raises EvwatchError.
        """
        found = await self.session.find(name)
        self.session.redriver.require_acting(found.context)
        await self.session.redriver.know(found.context)
        await self.caution(found.context, found.queue.arn)
        return found

    async def caution(self, context: str, queue_arn: str) -> None:
        """Say what cannot be known of a queue before messages are taken out of it or put into it.

        Raises EvwatchError where SQS itself is redriving it.
        """
        if said := await self.session.redriver.caution(context, queue_arn):
            note(said)

    def run(self, work: Callable[[Control, Callable[[Progress], None]], Coroutine[Any, Any, Report]]) -> int:
        """Do what makes a report, with its progress shown; prints the report and returns the exit code."""
        teller = Teller(self._invocation.output)
        try:
            report = self.do(work(self.control, teller.tell), gently=True)
        except KeyboardInterrupt:
            note("stopped at once: `evwatch dlq runs` lists the run, and `evwatch dlq resume ID` takes it up;")
            note("a redrive that SQS itself does goes on, and `evwatch dlq resume ID` looks at it again")
            raise
        finally:
            teller.clear()
        code = exits.INTERRUPTED if self._signalled else report_code(report)
        code = tell_report(report, self._invocation.output, code, teller.require_heard)
        if report.fault:
            note(str(report.fault))
        return code


def tell_report(
    report: Report, output: str | None, code: int = exits.DONE, first: Callable[[], None] = lambda: None
) -> int:
    """Print what came of a run, after this `first`; returns the exit code, as `tell_done` does."""

    def show() -> None:
        first()
        document = report_document(report)
        emit(document, [document], lambda: report_lines(report), output)

    done, hint = f"run {report.run} is {report.status}", f"`evwatch dlq run {report.run}` has its report"
    return tell_done(done, hint, show, code)


def require_writable(settings: Settings) -> None:
    """Raises EvwatchError where nothing may be done anywhere, whether or not there is what was named."""
    if settings.read_only:
        hint = "start without --read-only, and without read_only in the settings, to act"
        raise EvwatchError(Fault("refused", "read-only: nothing was done", hint))


def report_code(report: Report) -> int:
    """The exit code that a run ends with.

    A journal that broke in the middle refused nothing: the report names what is in doubt by that.
    """
    if report.fault and report.fault.code == "journal":
        return exits.ATTENTION
    if report.status == "interrupted":
        return exits.INTERRUPTED
    if report.fault:
        return exits.exit_code(report.fault)
    return exits.DONE if report.clean else exits.ATTENTION
