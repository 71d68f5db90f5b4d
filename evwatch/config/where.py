"""Which contexts to watch: what the file, the environment and the flags say about it, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from evwatch.config.origin import RANK, Effective
from evwatch.config.settings import ContextRequest
from evwatch.config.spelling import meant
from evwatch.model.fault import EvwatchError, Fault, FaultCode

if TYPE_CHECKING:
    from evwatch.config.file import SettingsFile


def where_to_look(
    found: Mapping[str, Effective], file: SettingsFile, *, write: bool = False
) -> tuple[ContextRequest, ...]:
    """Every context asked for, without repetition.

    Contexts by name and profiles are two ways of saying who to be: the one said later in the precedence wins, and both
    in one place is an error. Regions and an endpoint of the environment or a flag go over those of a named context;
    those of the file's top do not, for a context's own keys are nearer. What is marked as production, by its name or by
    the profile that leads there, is read-only unless `write` says otherwise. Raises EvwatchError.
    """
    watch, profiles, regions, endpoint = (found[key] for key in ("watch", "profiles", "regions", "endpoint_url"))
    if not watch.value or (profiles.value and profiles.origin.rank > watch.origin.rank):
        requests = [
            ContextRequest(None, profile, region, endpoint.value)
            for profile, region in product(profiles.value or (None,), regions.value or (None,))
        ]
        return _restricted([_marked(request, file) for request in requests], found, write)
    if profiles.value and profiles.origin.rank == watch.origin.rank:
        what = f"{watch.origin}: {watch.key} and {profiles.key} ({profiles.origin}) both say who to be"
        raise EvwatchError(Fault(_code(watch), what, "give one of them"))
    named = [_named(name, watch, file) for name in watch.value]
    if endpoint.value and _goes_over(endpoint, watch):
        named = [replace(request, endpoint_url=endpoint.value) for request in named]
    if regions.value and _goes_over(regions, watch):
        named = [
            replace(request, region=region, name=f"{request.name}/{region}")
            for request, region in product(named, regions.value)
        ]
    return _restricted(named, found, write)


def _marked(request: ContextRequest, file: SettingsFile) -> ContextRequest:
    """What leads to production by its profile is production, whatever it is called."""
    for name in file.contexts:
        known = ContextRequest(name=name, **file.contexts[name])
        same_place = request.region is None or known.region in (None, request.region)
        if known.production and not known.role_arn and known.profile and known.profile == request.profile:
            return replace(request, production=True) if same_place else request
    return request


def _restricted(
    requests: list[ContextRequest], found: Mapping[str, Effective], write: bool
) -> tuple[ContextRequest, ...]:
    everywhere = bool(found["read_only"].value)
    return tuple(
        dict.fromkeys(
            replace(request, read_only=request.read_only or everywhere or (request.production and not write))
            for request in requests
        )
    )


def _goes_over(setting: Effective, watch: Effective) -> bool:
    return setting.origin.rank >= max(watch.origin.rank, RANK["environment"])


def _named(name: str, watch: Effective, file: SettingsFile) -> ContextRequest:
    if name not in file.contexts:
        known = tuple(file.contexts)
        hint = f"it has {' '.join(known)}{meant(name, known)}" if known else f"write [contexts.{name}] into it"
        place = f"{file.path}" if file.path else "the settings file"
        said = f"{watch.origin}: " if watch.origin.kind != "flag" else ""
        raise EvwatchError(Fault(_code(watch), f'{said}there is no context "{name}" in {place}', hint))
    return ContextRequest(name=name, **file.contexts[name])


def _code(setting: Effective) -> FaultCode:
    return "usage" if setting.origin.kind == "flag" else "settings"
