"""Where the dashboard can turn to: contexts of the settings, profiles of the AWS files, and regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from evwatch.aws.profiles import profile_of, shared_profiles
from evwatch.aws.regions import REGIONS
from evwatch.cli.invocation import Invocation
from evwatch.config import ContextRequest, Settings
from evwatch.screens.elsewhere import Destination

if TYPE_CHECKING:
    from evwatch.screens.live import LiveSession, OpenSession

Open = Callable[[Settings], "AbstractAsyncContextManager[LiveSession]"]


class Places:
    """What the settings and the AWS files say now; they are read again each time, for they change while evwatch runs.

    Turning elsewhere is as if evwatch had been started with that on its command line, so what a flag, the environment
    or the file says of guards, endpoints and regions holds there too.
    """

    def __init__(self, invocation: Invocation, settings: Settings, open_session: Open) -> None:
        self._invocation = invocation
        self._settings = settings
        self._open = open_session

    def who(self) -> list[Destination]:
        """The contexts of the settings, then the profiles. Raises EvwatchError where a file is wrong."""
        invocation = self._invocation
        file = invocation.load().file
        watched = self._settings.contexts
        names = {each.name.split("/", 1)[0] for each in watched if each.name}
        found = [
            _context(ContextRequest(name=name, **file.contexts[name]), here=name in names) for name in file.contexts
        ]
        used = {profile_of(each, invocation.environ) or "default" for each in watched if not each.name}
        marked = {request.profile for request in self._settings.contexts if request.production}
        for name, values in shared_profiles(invocation.environ).items():
            about = ", ".join(part for part in (values.get("region", ""), _account(values)) if part)
            found.append(Destination("profile", name, about, production=name in marked, here=name in used))
        return found

    def regions(self) -> list[Destination]:
        """Regions, those looked at first."""
        from evwatch.aws.credentials import resolve_contexts

        here = list(
            dict.fromkeys(each.region for each in resolve_contexts(self._settings.contexts, self._invocation.environ))
        )
        others = [name for name in REGIONS if name not in here]
        return [Destination("region", name, here=name in here) for name in (*here, *others)]

    def go(self, chosen: Sequence[Destination]) -> tuple[Settings, OpenSession]:
        """Look there from now on. Raises EvwatchError where that cannot be."""
        flags = self._invocation.flags
        if chosen[0].kind == "region":
            flags = {**flags, "regions": tuple(each.name for each in chosen)}
        else:
            without = {key: value for key, value in flags.items() if key not in ("watch", "profiles")}
            contexts = tuple(each.name for each in chosen if each.kind == "context")
            profiles = tuple(each.name for each in chosen if each.kind == "profile")
            named = {"watch": contexts, "profiles": profiles}
            flags = without | {key: given for key, given in named.items() if given}
        invocation = replace(self._invocation, flags=flags, debug=False)
        found = invocation.load().settings
        settings = replace(self._settings, contexts=found.contexts)
        self._invocation, self._settings = invocation, settings
        return settings, lambda: self._open(settings)


def _context(request: ContextRequest, *, here: bool) -> Destination:
    parts = (
        request.region,
        f"profile {request.profile}" if request.profile else None,
        request.role_arn,
        request.endpoint_url,
        "read-only" if request.read_only else None,
        "production" if request.production else None,
    )
    about = ", ".join(part for part in parts if part)
    return Destination("context", request.name or "", about, request.colour, request.production, here)


def _account(values: dict[str, str]) -> str:
    return values.get("sso_account_id") or values.get("role_arn", "")
