"""JSON that somebody else wrote into a field of AWS: policies, definitions, inputs."""

from __future__ import annotations

import json
from typing import Any


def json_object(text: object) -> dict[str, Any]:
    """The object that a text holds; an empty one where it holds none, or is nested deeper than can be read."""
    try:
        found = json.loads(text) if isinstance(text, str) and text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
