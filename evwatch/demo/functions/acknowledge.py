"""Takes whatever comes and says so: the functions of which only the place in the flow matters."""

from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry, for any kind of source."""
    count = len(event.get("Records", ())) or 1
    print(f"[INFO] {context.function_name} took {count}")  # noqa: T201  # a function's log
    return {"taken": count}
