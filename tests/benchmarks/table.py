"""What a benchmark found, against its bound."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure and its bound, both in the same unit."""

    what: str
    measured: float
    bound: float
    unit: str = ""
    at_least: bool = False
    """The bound is the least that it should be, not the most."""

    @property
    def ratio(self) -> float:
        """How much of the bound is used; 1 is all of it, more is too much."""
        over, under = (self.bound, self.measured) if self.at_least else (self.measured, self.bound)
        return over / under if under else float("inf")

    @property
    def held(self) -> bool:
        """Within its bound."""
        return self.ratio <= 1.0


_HEAD = f"{'':64} {'measured':>14} {'bound':>16} {'of bound':>9}"


def head() -> None:
    """The table's first line."""
    say(_HEAD)


def tell(row: Row) -> None:
    """One line of the table."""
    measured, bound = _figure(row.measured, row.unit), _figure(row.bound, row.unit)
    sign = ">=" if row.at_least else "<="
    say(f"{row.what:64} {measured:>14} {sign} {bound:>13} {row.ratio:>9.0%}  {'held' if row.held else 'MISSED'}")


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _figure(value: float, unit: str) -> str:
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f} {unit}".rstrip()
