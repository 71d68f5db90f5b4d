"""One run as its screen follows it: from memory while it is under way here, from the journal otherwise."""

from __future__ import annotations

from evwatch.model.context import Place
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import Report, RunDetails
from evwatch.screens.live import NO_SESSION
from evwatch.screens.redrives import Redrives, Running


class Followed:
    """What is known of it by now."""

    def __init__(self, run: Running | str, redrives: Redrives) -> None:
        self.live = redrives.of_run(run) if isinstance(run, str) else run
        """The run where it was begun or taken up here, ended or not."""
        self.id = run if isinstance(run, str) else run.run
        """Empty until it has told it."""
        self.details: RunDetails | None = None
        self.fault: Fault | None = None
        """Why it went no further, or why the journal could not be read."""
        self._redrives = redrives
        self._seen: tuple[object, ...] = ()

    @property
    def running(self) -> Running | None:
        """The run, while it is under way in this process."""
        return self.live if self.live and not self.live.done else None

    @property
    def report(self) -> Report | None:
        """As the journal had it when it was last read."""
        return self.details.report if self.details else None

    @property
    def undone_by(self) -> str:
        """The run that put back what this one deleted; empty where none did."""
        return self.details.undone_by if self.details else ""

    @property
    def context(self) -> str:
        """Name of the context that it is in; empty while that is not known."""
        return self.report.context if self.report else self.live.about.context if self.live else ""

    @property
    def place(self) -> Place | None:
        """Where that is."""
        context = self._redrives.context(self.context)
        return context.place if context else None

    def take_over(self) -> bool:
        """Take over what a run of this process has told; False where nothing of it is new."""
        live = self.live
        if live is None or self._seen == (state := (live.version, live.done, live.control.paused)):
            return False
        self._seen = state
        self.id = live.run or self.id
        self.details = live.details or self.details
        self.fault = live.fault
        return True

    async def read(self) -> None:
        """Read the journal."""
        session = self._redrives.session
        try:
            if session is None:
                raise EvwatchError(NO_SESSION)
            self.details, self.fault = await session.redriver.run(self.id), None
        except EvwatchError as error:
            self.fault = error.fault
