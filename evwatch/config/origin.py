"""Where a setting's value came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

OriginKind = Literal["default", "file", "environment", "flag"]
RANK: dict[OriginKind, int] = {"default": 0, "file": 1, "environment": 2, "flag": 3}
"""What wins: the higher."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The sort of place, and the place: `FILE:LINE`, a variable's name or a flag."""

    kind: OriginKind = "default"
    place: str = ""

    @property
    def rank(self) -> int:
        """Its place in the precedence."""
        return RANK[self.kind]

    def __str__(self) -> str:
        return self.place or self.kind


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting as it took effect."""

    key: str
    """Dotted, as it would be written in the file: `cadence.alarms`, `contexts.prod.region`."""
    value: Any
    """As its declared kind reads it."""
    origin: Origin = Origin()
