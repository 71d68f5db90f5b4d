"""A journal that turns unwritable in the middle of a run: the disk is full, or was taken away."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.report import Report


class Breaking:
    """Within it a run that cannot be written down any more ends, and nothing is raised: what was done is to be told.

    What was on its way then is in doubt, as after a kill; the run can be resumed once there is room.
    """

    def __init__(self) -> None:
        self._fault: Fault | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, EvwatchError) and error.fault.code == "journal":
            self._fault = self._fault or error.fault
            return True
        return False

    def told(self, report: Report) -> Report:
        """The report as far as it could be written, and why it goes no further."""
        return replace(report, status="interrupted", fault=self._fault) if self._fault else report
