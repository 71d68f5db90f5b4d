"""Dead letters and failure groups as rows of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from rich.cells import cell_len
from rich.text import Text

from evwatch.model.arn import arn_name
from evwatch.model.deadletter import DeadLetter, FailureError, FailureGroup, Origin
from evwatch.present.figures import MISSING, age, age_short, clock_time
from evwatch.present.fold import folded
from evwatch.present.inert import plain
from evwatch.present.key import Key
from evwatch.present.tones import ALARM, DIM, STALE, STRONG, WARN

ALL = ""
"""Stands for the group of all messages."""
POISON_RECEIVES = 3
"""From so many receives on SQS leaves a message out of the age of the oldest (SQS developer guide, CloudWatch metrics
for Amazon SQS: poison-pill messages)."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LABEL = 9
_SHORTEN = 24


def shortened(title: str, width: int) -> str:
    """A group's title in so many cells. Titles of one queue often begin alike: the end stays readable too."""
    shown = plain(title, 4 * len(title) + 4)
    if cell_len(shown) <= width or width < _SHORTEN:
        return plain(title, width)
    tail = plain(shown[-(width // 4) :], width // 4)
    return plain(title, width - cell_len(tail)) + tail


@dataclass(frozen=True, slots=True, eq=False)
class LetterRow:
    """One message. Rows are compared by identity: bodies are long, and a message never changes."""

    key: Key
    """Queue ARN and MessageId."""
    letter: DeadLetter
    title: str
    """Of its group."""
    log: str = ""
    """What the log of the function says that failed on it."""

    @property
    def why(self) -> str:
        """What was said about this very message, else what its log says, else what its group is called."""
        return reason(self.letter.error) or self.log or self.title


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One failure group, or all messages together."""

    key: Key
    """Queue ARN and fingerprint; the fingerprint is empty for all messages."""
    title: str
    count: int
    total: int
    """All messages of the queue that are still there."""
    group: FailureGroup | None = None
    marked: int = 0
    log: str = ""
    """What the logs say of its messages, where they were read."""
    gone: int = 0
    """So many of them are not in the queue any more."""

    @property
    def why(self) -> str:
        """Its title, with what its log says: that first where nobody else said why."""
        if not self.log:
            return self.title
        return f"{self.title} · {self.log}" if self.group and self.group.error else f"{self.log} · {self.title}"

    @property
    def share(self) -> str:
        """Its part of all messages: `97%`; one of thousands is not nothing."""
        if not self.total:
            return MISSING
        percent = 100 * (self.count - self.gone) / self.total
        return "<1%" if 0 < percent < 1 else f"{percent:.0f}%" if percent in (0, 100) else f"{min(percent, 99):.0f}%"


def letter_rows(arn: str, letters: Iterable[DeadLetter], titles: Mapping[str, str]) -> tuple[LetterRow, ...]:
    """A row for each message, in the order given."""
    return tuple(LetterRow((arn, letter.id), letter, titles.get(letter.group, "")) for letter in letters)


def group_rows(
    arn: str,
    groups: Sequence[FailureGroup],
    total: int,
    marked: Mapping[str, int],
    logs: Mapping[str, str] = MappingProxyType({}),
    gone: Mapping[str, int] = MappingProxyType({}),
) -> tuple[GroupRow, ...]:
    """All messages first, then the groups in the order given. `logs` is what the logs say, by group; `marked` and
    `gone` count by group."""
    if not total:
        return ()
    left = total - sum(gone.values())
    whole = GroupRow((arn, ALL), "all messages", total, left, None, sum(marked.values()), gone=total - left)
    rows = (
        GroupRow(
            (arn, each.group),
            each.title,
            each.count,
            left,
            each,
            marked.get(each.group, 0),
            logs.get(each.group, ""),
            gone.get(each.group, 0),
        )
        for each in groups
    )
    return (whole, *rows)


def reason(error: FailureError | None) -> str:
    """Code, type and message on one line; empty where nothing was said."""
    if error is None:
        return ""
    kind = error.type or error.code or ""
    message = (error.message or "").strip()
    if not kind or message.startswith(kind):
        return message
    return f"{kind}: {message}" if message else kind


def expires_in(moment: datetime | None, now: datetime | None, *, exact: bool = True) -> Text:
    """`13 d`, `5 h`, `12 m`, at least that where it cannot be known exactly; what goes soon stands out."""
    if moment is None or now is None:
        return Text(MISSING, style=DIM)
    left = (moment - now).total_seconds()
    if left <= 0:
        return Text("expired", style=STALE)
    words = _coarse(left) if exact else f"≥ {_coarse(left)}"
    return Text(words, style=ALARM if left < _HOUR else WARN if left < _DAY else "")


def receives(letter: DeadLetter) -> Text:
    """How often it was received."""
    count = letter.receive_count
    return Text(str(count), style=WARN if count >= POISON_RECEIVES else "")


def since(moment: datetime | None, now: datetime | None) -> str:
    """How long ago in four cells."""
    return age_short(now - moment) if moment and now else MISSING


def group_facts(row: GroupRow, now: datetime, width: int) -> list[Text]:
    """What a list has no room for: since when, until when, and where a redrive would put them."""
    group = row.group
    if group is None:
        return []
    room = max(20, width - _LABEL - 2)
    sent = f"first {_moment(group.first_sent_at, now)}, last {_moment(group.last_sent_at, now)}"
    facts: list[tuple[str, str, str]] = [("why", group.title, STRONG)]
    if row.log:
        facts.append(("log", row.log, ALARM))
    facts.append(("sent", sent, ""))
    if group.first_expires_at:
        facts.append(("expires", f"first {expiry_words(group.first_expires_at, now)}", ""))
    facts.append(("redrive", *redrive_words(group.target_arn, group.target_reason)))
    facts.append(("gave up", *gave_up_words(group.origin, group.source_arn)))
    facts.append(("group", group.group, DIM))
    lines: list[Text] = []
    for label, value, style in facts:
        for index, line in enumerate(folded(value, room)[:3]):
            head = label if index == 0 else ""
            lines.append(Text.assemble((f"  {head:<{_LABEL}}", DIM), (line, style), no_wrap=True, end=""))
    return lines


_GAVE_UP: dict[Origin, str] = {
    "queue": "queue {}",
    "function": "function {}",
    "function-destination": "function {}, told by its on-failure destination",
    "stream": "function {}, reading a stream",
    "rule": "rule {}",
    "schedule": "schedule {}",
    "topic": "topic {}",
    "pipe": "pipe {}",
    "unknown": "{}",
}


def gave_up_words(origin: Origin, source_arn: str | None) -> tuple[str, str]:
    """Who gave up, with the tone of it."""
    if source_arn is None:
        kind = _GAVE_UP[origin].format("whose name is not known") if origin != "unknown" else "not known who"
        return kind, STALE
    return _GAVE_UP[origin].format(arn_name(source_arn)), ""


def redrive_words(target_arn: str | None, reason: str) -> tuple[str, str]:
    """Where a redrive would put it and why, or why that cannot be known; with the tone of it."""
    if target_arn:
        return (f"→ {arn_name(target_arn)}{f': {reason}' if reason else ''}", "")
    return (reason or "not known", STALE)


def expiry_words(moment: datetime, now: datetime, *, exact: bool = True) -> str:
    """`in 13 d 4 h, 21 Oct 03:12`."""
    left = (moment - now).total_seconds()
    if left <= 0:
        return f"expired {age(-left)} ago"
    return f"in {age(left)}{'' if exact else ' at least'}, {clock_time(moment, now)}"


def _moment(moment: datetime, now: datetime) -> str:
    return f"{clock_time(moment, now)} ({age(now - moment)} ago)"


def _coarse(seconds: float) -> str:
    """Rounded down: nobody shall count on time that is not left."""
    for size, unit in ((_DAY, "d"), (_HOUR, "h")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(1, seconds // _MINUTE):.0f} m"


def short_id(identity: str) -> str:
    """The first part of a MessageId: enough to tell one from another by eye."""
    return plain(identity.split("-", 1)[0] or identity, 8)
