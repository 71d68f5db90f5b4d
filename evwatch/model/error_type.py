"""The type that an error message begins with."""

from __future__ import annotations

import re

_NAMED = re.compile(
    r"\s*((?:[A-Za-z_$][\w$]*(?:\.|::))*"
    r"(?:[A-Za-z_$][\w$]*)?(?:Error|Exception|Fault|Failure|Timeout|Timedout|Interrupt|Exit|Warning))(?=\s*(?::|$))"
)
# Named otherwise, as `SMTPServerDisconnected` is: two words run together before the colon, and no label of a field.
_RUN_TOGETHER = re.compile(
    r"\s*((?:[A-Za-z_$][\w$]*(?:\.|::))*[A-Z]\w*[a-z0-9][A-Z]\w*"
    r"(?<!Id)(?<!ID)(?<!Arn)(?<!Code)(?<!Key)(?<!Message)(?<!Name)(?<!Status)(?<!Type)(?<!Url))(?=: )"
)


def error_type(message: str | None) -> str | None:
    """`KeyError` of `KeyError: 'amount'`, and `java.io.IOException` too; None where a message begins with no type."""
    start = (message or "")[:200]
    found = _NAMED.match(start) or _RUN_TOGETHER.match(start)
    return found[1] if found else None
