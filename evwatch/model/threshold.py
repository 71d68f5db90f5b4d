"""Local thresholds: what the settings ask evwatch to watch where no CloudWatch alarm does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Subject = Literal["queue", "rule", "function"]
THRESHOLD_METRICS: dict[Subject, tuple[str, ...]] = {
    "queue": ("visible", "in_flight", "delayed", "held", "oldest_age_seconds"),
    "rule": ("triggers", "failed_invocations"),
    "function": ("errors", "throttles", "invocations"),
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """One `[[thresholds]]` entry: in ALARM while the newest reading is above (or below) the limit.

    Counters of rules and functions (`triggers`, `errors`, ...) are sums over the last five complete minutes.
    """

    subject: Subject
    pattern: str
    """A glob over the resource's name."""
    metric: str
    above: float | None = None
    below: float | None = None
    name: str = ""

    @property
    def title(self) -> str:
        """Its name, or what it says."""
        limit = f"> {self.above:g}" if self.above is not None else f"< {self.below:g}"
        return self.name or f"{self.pattern} {self.metric} {limit}"
