"""Where dead letters go again: each target kind in its own file, and the one who finds the target of a letter."""

from evwatch.redrive.targets.parcel import NoTarget, Parcel, Target
from evwatch.redrive.targets.router import Router

__all__ = ["NoTarget", "Parcel", "Router", "Target"]
