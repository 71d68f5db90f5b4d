"""One run of the command line, whatever it was asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evwatch.config import Loaded, Settings
    from evwatch.model.flow import Flow
    from evwatch.model.snapshot import Snapshot

# As texts, because the dashboard's first frame does not wait for imports that only a type needs.
Reader = Callable[["Settings"], Awaitable["Snapshot"]]
Chooser = Callable[["Flow"], Iterable[str]]
FigureReader = Callable[["Settings", Chooser], Awaitable["Snapshot"]]


@dataclass
class Invocation:
    """One run of the command line: what was given so far, wherever it stood."""

    environ: Mapping[str, str]
    read: Reader
    """One complete reading of everything."""
    read_figures: FigureReader | None = None
    """The same with the figures of those hops of the flow that a function of it names."""
    flags: dict[str, Any] = field(default_factory=dict)
    """By key of the setting that each goes over."""
    config: Path | None = None
    output: str | None = None
    debug: bool = False

    def load(self) -> Loaded:
        """The settings of this run. Raises EvwatchError."""
        from evwatch.config import load

        if self.debug:
            from evwatch.cli.exits import note
            from evwatch.cli.log_files import log_to_file

            note(f"logging to {log_to_file(self.environ)}")
        return load(self.environ, self.flags, path=self.config)
