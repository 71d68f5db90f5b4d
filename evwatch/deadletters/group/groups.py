"""Dead letters gathered by failure group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from evwatch.deadletters.group.shape import shape
from evwatch.deadletters.group.title import title
from evwatch.model.deadletter import DeadLetter, FailureGroup

_DIFFERENCES = 3


def grouped(letters: Iterable[DeadLetter]) -> tuple[FailureGroup, ...]:
    """The failure groups of these letters, largest first; of equal ones that which began first."""
    members: dict[str, list[DeadLetter]] = {}
    for letter in letters:
        members.setdefault(letter.group, []).append(letter)
    examples = {group: max(found, key=_newest) for group, found in members.items()}
    titles = _told_apart(examples)
    groups = [_group(found, examples[group], titles[group]) for group, found in members.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.first_sent_at, group.group)))


def _newest(letter: DeadLetter) -> tuple[datetime, str]:
    return letter.sent_at, letter.id


def _group(letters: list[DeadLetter], example: DeadLetter, title: str) -> FailureGroup:
    expiries = [letter.expires_at for letter in letters if letter.expires_at]
    targets = {(letter.target_arn, letter.target_reason) for letter in letters}
    target, reason = targets.pop() if len(targets) == 1 else (None, "each message has its own")
    return FailureGroup(
        group=example.group,
        title=title,
        origin=example.origin,
        count=len(letters),
        first_sent_at=min(letter.sent_at for letter in letters),
        last_sent_at=example.sent_at,
        example_id=example.id,
        first_expires_at=min(expiries, default=None),
        error=example.error,
        source_arn=example.source_arn,
        target_arn=target,
        target_reason=reason,
    )


def _told_apart(examples: Mapping[str, DeadLetter]) -> dict[str, str]:
    """A title for each group. Where only the shape of the event sets groups apart, the title says in what."""
    titles = {group: title(letter) for group, letter in examples.items()}
    alike: dict[str, list[str]] = {}
    for group, found in titles.items():
        alike.setdefault(found, []).append(group)
    for found, groups in alike.items():
        if len(groups) < 2:
            continue
        shapes = {group: frozenset(shape(examples[group].event)) for group in groups if not examples[group].error}
        for group, own in shapes.items():
            others = [fields for other, fields in shapes.items() if other != group]
            if others:
                titles[group] = f"{found}{_difference(own, others)}"
    return titles


def _difference(own: frozenset[str], others: list[frozenset[str]]) -> str:
    """What sets a shape apart: fields that not all have, and fields that it lacks."""
    common = own.intersection(*others)
    extra = sorted(own - common)
    lacking = sorted(_fields(frozenset().union(*others)) - _fields(own))
    words = [*(f"with {field}" for field in extra), *(f"without {field}" for field in lacking)]
    if not words:
        return ""
    more = ", ..." if len(words) > _DIFFERENCES else ""
    return f" ({', '.join(words[:_DIFFERENCES])}{more})"


def _fields(shape: frozenset[str]) -> set[str]:
    return {field.rpartition(": ")[0] for field in shape}
