"""What is sent for a dead letter, and what a target must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from evwatch.aws.sending import Answer, Outgoing
from evwatch.model.deadletter import DeadLetter
from evwatch.model.report import SkipCode


class Target(Protocol):
    """One place where messages go."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def repeatable(self) -> bool:
        """It recognises what is sent a second time within five minutes, and does not do it again."""

    @property
    def most(self) -> int:
        """Messages that one request takes."""

    @property
    def most_bytes(self) -> int:
        """Bytes that one request takes, all its messages together."""

    async def send(self, messages: Sequence[Outgoing], seconds: float) -> Answer:
        """Send in one request that is made once, and say what came of each message. Raises nothing AWS does."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A dead letter ready to go."""

    letter: DeadLetter
    target: Target
    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class NoTarget:
    """A dead letter that cannot go anywhere; the code is that of `skipped`."""

    letter: DeadLetter
    code: SkipCode
    reason: str


Routed = Parcel | NoTarget
