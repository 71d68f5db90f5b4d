"""Where what is read belongs: the same profile may lead to another account tomorrow."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from evwatch.aws.clients import Caller
from evwatch.pollers.state import ContextState


@dataclass(frozen=True, slots=True)
class Place:
    """Account, region and endpoint; two contexts that agree in these are the same one."""

    account: str
    """Empty while it is not known."""
    region: str
    endpoint_url: str | None

    @property
    def file_name(self) -> str:
        """Account and region to read, and a digest that tells places apart.

        An endpoint says what its account is called, so a name that could lead to another folder is left out.
        """
        digest = hashlib.sha256(json.dumps([self.account, self.region, self.endpoint_url]).encode()).hexdigest()
        account = self.account if self.account.isdecimal() and len(self.account) <= 12 else ""
        return f"{account}-{self.region}-{digest[:12]}.json"


def place_of(caller: Caller, state: ContextState) -> Place:
    """Where this context is, as far as it is known by now."""
    return Place(state.account, state.context.region, caller.endpoint_url)
