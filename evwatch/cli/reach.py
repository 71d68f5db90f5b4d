"""What `evwatch doctor` says of a context: credentials, identity, region, endpoint, clock, and each permission."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evwatch.aws.service import Tier
from evwatch.model.diagnosis import Diagnosis
from evwatch.model.fault import EvwatchError, Fault

if TYPE_CHECKING:
    from evwatch.config import Settings
    from evwatch.model.context import Context

_MOST_SKEW = timedelta(minutes=4)
"""SQS and its kin refuse signatures that are more than five minutes off."""


async def contexts(
    settings: Settings, environ: Mapping[str, str], tier: Tier | None, learn: Callable[[tuple[str, ...]], None]
) -> list[Diagnosis]:
    """Of every context that the settings name. `learn` hears each secret that a context turns out to have."""
    from evwatch.aws.credentials import resolve_contexts

    found: list[Diagnosis] = []
    for request in settings.contexts:
        try:
            (context,) = resolve_contexts((request,), environ)
        except EvwatchError as error:
            found.append(wrong(error.fault.code, error.fault, request.name or request.profile or ""))
            continue
        found += [each async for each in _context(context, settings, tier, learn)]
    return found


async def _context(
    context: Context, settings: Settings, tier: Tier | None, learn: Callable[[tuple[str, ...]], None]
) -> AsyncIterator[Diagnosis]:
    """One context; where it cannot be spoken to at all, the permissions are one line."""
    from evwatch.aws import iam, sts
    from evwatch.aws.catalogue import SERVICES
    from evwatch.aws.clients import Caller
    from evwatch.aws.meter import Meter
    from evwatch.aws.regions import region_words
    from evwatch.aws.skew import ServerClock
    from evwatch.aws.trials import try_each

    clock = ServerClock(lambda: datetime.now(UTC))
    read_only = settings.read_only or context.read_only
    caller = Caller(
        context,
        (*SERVICES, iam.SERVICE),
        Meter(time.monotonic),
        time.monotonic,
        read_only=True,  # whatever goes wrong here, nothing that acts can leave
        may_look=lambda _: True,
        hear_headers=clock.hear,
    )
    name = context.name
    async with caller:
        try:
            keys = await caller.keys()
            learn(keys.secrets)
            yield Diagnosis("credentials", "ok", _keys_words(keys.method, keys.ending, keys.expires_at), "", name)
        except EvwatchError as error:
            yield wrong("credentials", error.fault, name)
            yield _place(context, None, asked=False)
            yield Diagnosis("permissions", "untried", "they need credentials first", "", name)
            return
        unknown = region_words(context.region)
        reached: Fault | None = None
        arn = ""
        try:
            who = await sts.identity(caller)
            arn = who.arn
            yield Diagnosis("identity", "ok", f"{who.arn} in account {who.account}", "", name)
        except EvwatchError as error:
            reached = error.fault
            yield wrong("identity", reached, name)
        yield _place(context, caller.endpoint_url)
        if unknown and not caller.endpoint_url:
            yield Diagnosis("region", "wrong" if reached else "ok", unknown, "", name)
        yield _clock(clock.ahead, name)
        if reached and reached.code != "permission":
            yield Diagnosis("permissions", "untried", f"first: {reached.message}", "", name)
            return
        least: Tier = tier or ("inspect" if read_only else "operate")
        async for each in try_each(caller, least, datetime.now(UTC), arn):
            yield each


def _clock(ahead: timedelta | None, context: str) -> Diagnosis:
    """How far the clocks are apart."""
    from evwatch.present.figures import age

    if ahead is None:
        return Diagnosis("clock", "untried", "no answer told the time", "", context)
    seconds = ahead.total_seconds()
    if abs(seconds) < 2:
        return Diagnosis("clock", "ok", "as the server's", "", context)
    said = f"{age(abs(seconds))} {'ahead of' if seconds > 0 else 'behind'} the server's"
    if abs(ahead) <= _MOST_SKEW:
        return Diagnosis("clock", "ok", said, "", context)
    return Diagnosis("clock", "wrong", said, "set this machine's clock: AWS refuses signatures 5 min off", context)


def _place(context: Context, endpoint: str | None, *, asked: bool = True) -> Diagnosis:
    """Which endpoint the environment and the profile lead to is known once something was to be `asked` there."""
    endpoint = endpoint or context.endpoint_url
    said = [context.region]
    if endpoint or asked:
        said.append(f"custom endpoint {endpoint}" if endpoint else "AWS's own endpoints")
    said += [f"profile {context.profile}"] if context.profile else []
    said += [f"role {context.role_arn}"] if context.role_arn else []
    said += ["read-only"] if context.read_only else []
    said += ["production"] if context.production else []
    return Diagnosis("place", "ok", ", ".join(said), "", context.name)


def _keys_words(method: str, ending: str, expires_at: datetime | None) -> str:
    left = ""
    if expires_at:
        minutes = (expires_at - datetime.now(UTC)).total_seconds() / 60
        left = f", renewed or over in {minutes:.0f} min"
    return f"by {method}, key id ending in {ending}{left}"


def wrong(subject: str, fault: Fault, context: str = "") -> Diagnosis:
    """What went wrong, as a diagnosis."""
    return Diagnosis(subject, "wrong", fault.message, fault.hint, context)
