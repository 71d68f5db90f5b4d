"""The fingerprint of a failure: equal for messages that failed the same way, whenever and by whichever version it is
worked out."""

from __future__ import annotations

from hashlib import blake2b

from evwatch.deadletters.group.shape import shape
from evwatch.deadletters.group.skeleton import skeleton
from evwatch.model.deadletter import FailureError, JsonValue, Origin

_BYTES = 6
"""12 hexadecimal digits: short enough to type, and a million groups still collide with one chance in 500."""

_SEPARATOR = "\x1f"
_UNDECLARED = "undeclared"


def fingerprint(origin: Origin, named: tuple[str, ...], error: FailureError | None, event: JsonValue) -> str:
    """The group that a failure belongs to.

    Only what the message itself says goes in: `named` rather than what was inferred from the flow, and no difference
    between a topic and an unknown origin, which the flow alone tells apart for a raw message. So a group is the same
    whatever could be discovered at the time.
    """
    parts = [_UNDECLARED if origin in ("topic", "unknown") else origin, *named]
    if error is None:
        parts += ("shape", *shape(event))
    else:
        said = skeleton(error.message, error.type) if error.message else ""
        parts += ("error", error.code or "", error.type or "", said)
    digest = blake2b(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass"), digest_size=_BYTES)
    return digest.hexdigest()
