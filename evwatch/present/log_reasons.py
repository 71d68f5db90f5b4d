"""Why dead letters failed as their functions' logs say: for one message, and for its failure group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from evwatch.model.arn import arn_name
from evwatch.model.log_lines import PROOFS, LogReason
from evwatch.present.figures import plural
from evwatch.present.letters import reason

_NUMBER = re.compile(r"[\w-]*\d[\w.,-]*")
"""Ids and amounts differ from message to message, and are the same reason."""
_HOW = {
    "request-id": "by its request id",
    "message-id": "by its message id",
    "text": "by a text that the event holds too: likely, not proven",
    "time": "by its time alone: a guess",
}


def log_words(found: LogReason) -> str:
    """`from its log: KeyError: 'amount'`, and how sure that is where it is not proven."""
    return f"{_sure(found)}from its log: {_said(found)}"


def log_source(found: LogReason) -> str:
    """Whose log says so, and how that was found."""
    return f"{arn_name(found.function)}, found {_HOW[found.clue]}"


def group_log(found: Iterable[LogReason]) -> str:
    """The reason that most of a group's messages have, of those whose log was read; empty where none was."""
    reasons = list(found)
    if not reasons:
        return ""
    counts = Counter(_NUMBER.sub("#", _said(each)) for each in reasons)
    same, times = counts.most_common(1)[0]
    example = next(each for each in reasons if _NUMBER.sub("#", _said(each)) == same)
    said = _said(example)
    others = f", and {plural(len(counts) - 1, 'other reason')}" if len(counts) > 1 else ""
    of = f" ({times} of {len(reasons)} read{others})" if len(reasons) > 1 else ""
    return f"{_sure(example)}from its log: {said}{of}"


def _sure(found: LogReason) -> str:
    return "" if found.clue in PROOFS else "likely, " if found.clue == "text" else "perhaps, "


def _said(found: LogReason) -> str:
    return " ".join(reason(found.error).split()) or "it failed"
