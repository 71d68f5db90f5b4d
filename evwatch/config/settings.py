"""The settings that evwatch runs with, every one resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from evwatch.model.threshold import Threshold


@dataclass(frozen=True, slots=True)
class ContextRequest:
    """A context as it was asked for; what is None is left to the SDK's own rules when it is resolved."""

    name: str | None = None
    """Its name in the settings file; None: it is called `profile/region` once both are known."""
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    role_arn: str | None = None
    read_only: bool = False
    production: bool = False
    colour: str | None = None
    """`#rrggbb`."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often each source is read, in seconds, and how many queue depths a second each context may read."""

    alarms: float = 30.0
    metrics: float = 60.0
    flow: float = 300.0
    depths: float = 5.0
    depth_reads_per_second: float = 20.0


@dataclass(frozen=True, slots=True)
class RedriveDefaults:
    """What a redrive is planned with where nothing else is said; as in `model.plan.RedriveRequest`."""

    rate: float | None = None
    canary: int = 0
    watch_seconds: float | None = None
    stop_on_bounce: float | None = None
    engine: Literal["auto", "native", "journal"] = "auto"


@dataclass(frozen=True, slots=True)
class PanelLines:
    """How many lines panels of the overview are wanted to have; None: as the room allows."""

    alarms: int | None = None
    dead: int | None = None
    chart: int | None = None


PANELS = ("alarms", "queues", "dead", "flow", "chart")
LISTS = ("alarms", "queues", "dead")
"""Those that a cursor can be in."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, resolved."""

    contexts: tuple[ContextRequest, ...] = (ContextRequest(),)
    filters: tuple[str, ...] = ()
    """Globs over resource names; what matches one of them is printed. None: everything."""
    tags: tuple[tuple[str, str | None], ...] = ()
    """Tags that a resource must all carry; a value of None asks for the key alone."""
    read_only: bool = False
    """Refuse every operation but reading ones, in every context."""
    cadence: Cadence = Cadence()
    redrive: RedriveDefaults = RedriveDefaults()
    thresholds: tuple[Threshold, ...] = ()
    sample_dlqs: bool = False
    lease_seconds: int = 20
    state_folder: str | None = None
    """Where the journal of runs is; None: the user's state folder."""
    theme: str = "evwatch"
    window: str = "3h"
    panels: tuple[str, ...] = PANELS
    """Of the overview, in the order in which they are shown."""
    panel_lines: PanelLines = PanelLines()
    bell: bool = True
    keymap: dict[str, str] = field(default_factory=dict)
    """Keys by binding id, as Textual writes them: several are separated by commas."""
    path: Path | None = None
    """The settings file that was read; None where there is none."""
    demo: bool = False
