"""How a service declares what evwatch does with it.

A call that is not declared cannot be made: the IAM policies, the read-only allow-list, the meter's prices and the pace
at which each API is called are all derived from these declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Tier = Literal["observe", "inspect", "redrive", "operate"]
TIERS: tuple[Tier, ...] = ("observe", "inspect", "redrive", "operate")


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation hands out its pages: by which token, and with which largest page size."""

    token_in: str
    token_out: str
    size_parameter: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """The cheapest request that shows whether an action is permitted, and harms nothing."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    """`$queue` stands for what an earlier trial found under that name, and `$queue_name` for the last part of it; where
    nothing was found, no request is made."""
    finds: Mapping[str, str] = field(default_factory=dict)
    """What of the answer serves later trials: a name, and where it is as a JMESPath expression."""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of one service."""

    service: str
    """The SDK's name of the service: `sqs`, `cloudwatch`, `events`."""
    operation: str
    tier: Tier = "observe"
    action: str = ""
    """The IAM action where it is not `service:operation`."""
    reads: bool = True
    """On the read-only allow-list."""
    sends: bool = False
    """Doing it twice is not doing it once, so the SDK never repeats it by itself: a lost answer stays in doubt."""
    paced: bool = True
    """Kept to the service's pace; what moves messages has no such quota, and takes its rate from who moves them."""
    own_pace: float = 0.0
    """Requests a second, where AWS counts this call apart from the service's others."""
    paging: Paging | None = None
    usd: float = 0.0
    """Estimated price of one request, in US dollars (us-east-1)."""
    usd_per_item: float = 0.0
    items: str = ""
    """The parameter whose length counts for `usd_per_item`."""
    on_dlqs: bool = False
    """Called on dead-letter queues alone, so that a policy can name them."""
    also: tuple[str, ...] = ()
    """IAM actions that AWS checks besides, where the queue is encrypted with a key of the account's own."""
    why: str = ""
    """What evwatch needs it for, as the README's table of permissions says it."""
    trial: Trial | None = field(default=None, compare=False)
    """How `evwatch doctor` tries it; None for what changes something, or costs whoever waits for a message."""

    @property
    def iam_action(self) -> str:
        """As IAM and a fault's source name it: `events:ListRules`."""
        return self.action or f"{self.service}:{self.operation}"

    @property
    def name(self) -> str:
        """As the meter counts it."""
        return f"{self.service}:{self.operation}"

    def price(self, parameters: Mapping[str, Any]) -> float:
        """Estimated US dollars for one request with these parameters."""
        return self.usd + self.usd_per_item * len(parameters.get(self.items, ()))


@dataclass(frozen=True, slots=True)
class Service:
    """All that evwatch calls of one service, and how fast it may."""

    name: str
    calls: tuple[Call, ...]
    requests_per_second: float = 20.0
    """The pace that evwatch keeps, well below the account's quota, which others share."""
    burst: int = 40
