"""What was probably meant where a name is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def meant(text: object, known: Iterable[str], alike: float = 0.6) -> str:
    """`; did you mean "x"?` where a known name is close (1 is equal), else nothing."""
    near = get_close_matches(text, list(known), n=1, cutoff=alike) if isinstance(text, str) else []
    return f'; did you mean "{near[0]}"?' if near else ""
