"""Amazon Resource Names, by which every resource is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_KEPT = 4096
"""The same ARNs are taken apart again with every reading."""


@dataclass(frozen=True, slots=True)
class Arn:
    """`arn:partition:service:region:account:resource`; region and account may be empty (S3, for one)."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def name(self) -> str:
        """The last part of the resource, which is what people call it: `rule/orders/new` is `new`."""
        return self.resource.rsplit("/", 1)[-1].rsplit(":", 1)[-1]

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


@lru_cache(maxsize=_KEPT)
def parse_arn(text: str) -> Arn | None:
    """The parts of an ARN, or None where the text is not one."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[2] or not parts[5]:
        return None
    return Arn(*parts[1:])


def arn_name(text: str) -> str:
    """What people call the resource of this ARN; the text itself where it is no ARN."""
    arn = parse_arn(text)
    return arn.name if arn else text
