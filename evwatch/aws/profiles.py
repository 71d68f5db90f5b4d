"""What the shared AWS files say of profiles, read without the SDK: the dashboard's first frame waits for this."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evwatch.config import ContextRequest

_CREDENTIALS = "~/.aws/credentials"
_NO_PROFILES = ("sso-session ", "services ")
"""Sections that profiles refer to (AWS CLI user guide, configuration and credential file settings)."""


def needs_mfa(request: ContextRequest, environment: Mapping[str, str]) -> bool:
    """True where the profile assumes a role with an MFA device, read from the shared files without the SDK."""
    name = profile_of(request, environment) or "default"
    if request.profile is None and "AWS_ACCESS_KEY_ID" in environment:
        return False
    config = shared_profiles(environment)
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        section = config.get(name, {})
        if "role_arn" in section and "mfa_serial" in section:  # without a role the SDK never asks for the device
            return True
        name = section.get("source_profile", name)
    return False


def profile_of(request: ContextRequest, environment: Mapping[str, str]) -> str | None:
    """The profile that was asked for, or that the environment names."""
    return request.profile or environment.get("AWS_DEFAULT_PROFILE") or environment.get("AWS_PROFILE")


def shared_profiles(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The profiles of both AWS files; as for the SDK, what the credentials file says of one wins."""
    found: dict[str, dict[str, str]] = {}
    for variable, usual in (("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", _CREDENTIALS)):
        for name, values in _sections(Path(environment.get(variable) or usual).expanduser()).items():
            found[name] = found.get(name, {}) | values
    return found


def _sections(path: Path) -> dict[str, dict[str, str]]:
    """The profiles of one file; none where it is absent or cannot be read (the SDK will say so)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return {}
    import configparser  # here, because whoever has no such file need not wait for it

    parser = configparser.RawConfigParser(default_section="\0none", strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {
        section.removeprefix("profile ").strip().strip("\"'"): dict(parser[section])
        for section in parser.sections()
        if not section.startswith(_NO_PROFILES)
    }
