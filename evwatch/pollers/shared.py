"""What the contexts of one session have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from evwatch.aws.client_set import ServiceModels
from evwatch.aws.meter import Meter
from evwatch.aws.mfa import MfaCodes
from evwatch.config import Settings
from evwatch.deadletters.look import Originals
from evwatch.model.clock import Clock
from evwatch.pollers.flow_cache import FlowCache
from evwatch.pollers.known_names import KnownNames


@dataclass(frozen=True, slots=True)
class Shared:
    """Made once for each session."""

    settings: Settings
    meter: Meter
    clock: Clock
    random: Random
    codes: MfaCodes
    originals: Originals
    flows: FlowCache | None
    """Flows as they were last discovered; None where nothing is to be kept."""
    names: KnownNames | None
    """Names for shells to complete; None where nothing is to be kept."""
    models: ServiceModels = field(default_factory=ServiceModels)
