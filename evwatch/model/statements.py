"""Statements of resource policies, which anybody may have written: single values where lists may stand, or no JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any


def statements(policy: str | None) -> list[Mapping[str, Any]] | None:
    """The statements of a policy; none where there is no policy, None where it cannot be read."""
    try:
        document = json.loads(policy or "{}")
    except (ValueError, RecursionError):
        return None
    found = document.get("Statement") if isinstance(document, Mapping) else None
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, Mapping)]


def texts(value: object) -> list[str]:
    """One text or several, as IAM takes either."""
    return [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]


def like(text: str, pattern: str) -> bool:
    """Case does not count in actions, nor for who writes ARNs."""
    return matches(text.lower(), pattern.lower())


def matches(text: str, pattern: str) -> bool:
    """IAM's wildcards are those of the shell, without its brackets."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))
