"""What can be switched off and on again without losing anything: an event source mapping, or a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evwatch.model.arn import arn_name

SwitchKind = Literal["mapping", "rule"]
_SETTLED = ("Enabled", "Disabled", "ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
_OFF = ("Disabled", "Disabling", "DISABLED")


@dataclass(frozen=True, slots=True)
class Switch:
    """One consumer or rule, as it was when it was read."""

    kind: SwitchKind
    arn: str
    id: str
    """The mapping's UUID, or the rule's name."""
    name: str
    """What is typed to confirm: the function that consumes, or the rule."""
    context: str
    """Name of the context that it is in."""
    state: str
    """The service's own word: `Enabled`, `Disabling`, `ENABLED`."""
    source_arn: str = ""
    """What a mapping reads; the bus of a rule."""
    target_arn: str = ""
    """The function of a mapping."""
    managed_by: str = ""
    """The service of AWS that owns a rule: it is not ours to switch."""

    @property
    def on(self) -> bool:
        """Whether events pass, or soon will."""
        return self.state not in _OFF

    @property
    def settled(self) -> bool:
        """False while AWS is still carrying out a change."""
        return self.state in _SETTLED


@dataclass(frozen=True, slots=True)
class Switched:
    """What came of switching."""

    before: Switch
    after: Switch
    changed: bool
    """False where it was so already, and nothing was asked of AWS."""
    record: str = ""
    """The run by which `evwatch dlq run` tells who switched it, when and why."""


def consequences(switch: Switch, *, on: bool) -> tuple[str, ...]:
    """What it is now and what switching it means, a sentence each."""
    if switch.kind == "rule":
        said = [f"rule {switch.name} of bus {arn_name(switch.source_arn)} is {switch.state}"]
        if not on:
            said.append("while it is off it does not fire, and nobody keeps what it would have matched")
    else:
        does = "goes on reading" if on else "stops reading"
        said = [
            f"mapping {switch.id} is {switch.state}; "
            f"function {switch.name} {does} {arn_name(switch.source_arn) or 'its source'}"
        ]
        if not on:
            said.append("what is under way ends; what waits keeps its place, and its retention goes on counting")
    return (*said, "infrastructure as code that says otherwise will switch it back")
