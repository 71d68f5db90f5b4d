"""Where evwatch looks: one account, region and set of credentials."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """What the operator asked for. Who that turns out to be is an `Identity`, known only once AWS has answered."""

    name: str
    """`profile/region`, or the name given in the settings."""
    region: str
    profile: str | None = None
    """None: the SDK's own rules (environment, default profile, container or instance role)."""
    endpoint_url: str | None = None
    """A custom endpoint for every service, whichever rule it came from; always on screen."""
    role_arn: str | None = None
    read_only: bool = False
    production: bool = False
    colour: str | None = None
    """What its name wears on screen, as `#rrggbb`."""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller as AWS sees it (sts:GetCallerIdentity)."""

    account: str
    arn: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is: a context, and who AWS says that is."""

    context: Context
    identity: Identity | None = None
    """None until AWS has answered."""
