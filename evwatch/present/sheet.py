"""One dead letter for the inspector: why it is here, where it would go again, its event, and all that came with it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from rich.text import Text

from evwatch.model.deadletter import DeadLetter, MessageAttribute
from evwatch.present.figures import age, plural
from evwatch.present.fold import FixedRows, FoldedRows, Rows, StackedRows, folded
from evwatch.present.inert import plain
from evwatch.present.json_text import JsonLines
from evwatch.present.letters import POISON_RECEIVES, expiry_words, gave_up_words, redrive_words
from evwatch.present.lines import Lines, PlainLines
from evwatch.present.tones import ALARM, DIM, STALE, STRONG, WARN

_LABEL = 9
_NAME_CELLS = 32
_HEX_BYTES = 64
_ERROR_ROWS = 12
_NO_REASON = {
    "queue": "a redrive policy of SQS carries no reason; l looks for one in the consumer's log",
    "topic": "SNS carries no reason",
}


class _Tell(Protocol):
    def __call__(self, label: str, value: str, style: str = "", most: int = 6) -> None: ...


class Payload:
    """One way of looking at a message: its raw body, or what was inside a layer."""

    def __init__(self, title: str, text: str, *, is_json: bool) -> None:
        self.title = title
        self.text = text
        self._lines: Lines = JsonLines(text) if is_json else PlainLines(text)
        self._folded: tuple[int, FoldedRows] | None = None

    def rows(self, width: int) -> FoldedRows:
        """Its rows at a width; those of the newest width are kept."""
        if self._folded is None or self._folded[0] != width:
            self._folded = (width, FoldedRows(self._lines, width))
        return self._folded[1]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A dead letter under one way of looking at it, as of a moment."""

    letter: DeadLetter
    payload: Payload
    now: datetime
    position: str = ""
    """Which of the ways this is: `2 of 3`."""
    log: tuple[str, ...] = ()
    """What the log of the function says that failed on it, and how that was found."""

    def rows(self, width: int) -> Rows:
        """Facts, the payload, the attributes."""
        return StackedRows((FixedRows(self.head(width)), self.payload.rows(width), FixedRows(self.tail(width))))

    def head(self, width: int) -> list[Text]:
        """What stands above the payload."""
        told = facts(self.letter, self.now, width, self.log)
        return [*told, Text(""), _rule(self.payload.title, self.position, width)]

    def tail(self, width: int) -> list[Text]:
        """What stands below the payload."""
        return [Text(""), *attribute_rows(self.letter, width)]

    def attributes_at(self, width: int) -> int | None:
        """The row at which the attributes begin; None while it is not known."""
        payload = self.payload.rows(width)
        return len(self.head(width)) + len(payload) + 1 if payload.complete else None


def facts(letter: DeadLetter, now: datetime, width: int, log: tuple[str, ...] = ()) -> list[Text]:
    """Why, who, where to, when: the lines to read first."""
    rows: list[Text] = []

    def tell(label: str, value: str, style: str = "", most: int = 6) -> None:
        rows.extend(_field(label, value, width, style, most))

    _tell_error(letter, tell)
    for index, line in enumerate(log):
        tell("" if index else "log", line, DIM if index else ALARM, _ERROR_ROWS)
    tell("gave up", *gave_up_words(letter.origin, letter.source_arn))
    tell("redrive", *redrive_words(letter.target_arn, letter.target_reason))
    tell("sent", _moment(letter.sent_at, now))
    received = plural(letter.receive_count, "time")
    if letter.first_received_at:
        received += f", first {_times(letter.first_received_at, now)}"
    tell("received", received)
    if letter.receive_count >= POISON_RECEIVES:
        tell("", "SQS leaves it out of the age of the oldest message", WARN)
    if letter.expires_at:
        left = (letter.expires_at - now).total_seconds()
        tone = ALARM if left < 3_600 else WARN if left < 86_400 else ""
        tell("expires", expiry_words(letter.expires_at, now, exact=letter.expires_exact), tone)
    else:
        tell("expires", "not known", STALE)
    if letter.encodings:
        tell("encoded", " of ".join(letter.encodings))
    for note in letter.notes:
        tell("note", note)
    return rows


def _tell_error(letter: DeadLetter, tell: _Tell) -> None:
    error = letter.error
    if error is None:
        tell("why", _NO_REASON.get(letter.origin, "no reason was given"), STALE)
        return
    kind = error.type or error.code or ""
    more = f" ({error.code})" if error.type and error.code else ""
    message = error.message or ""
    if kind and not message.startswith(kind):
        tell("why", f"{kind}{more}", ALARM)
        if message:
            tell("", message, STRONG, _ERROR_ROWS)
    else:
        tell("why", message or kind, ALARM, _ERROR_ROWS)


def attribute_rows(letter: DeadLetter, width: int) -> list[Text]:
    """Who it is, and every attribute, those of the sender and those of SQS."""
    message = letter.message
    attributes = [(name, *_attribute(attribute)) for name, attribute in sorted(message.attributes.items())]
    system = [(name, "", value) for name, value in sorted(message.system.items())]
    return [
        *_section("this message", [(name, "", value) for name, value in _identity(letter)], width),
        Text(""),
        *_section(plural(len(attributes), "attribute"), attributes, width),
        Text(""),
        *_section(plural(len(system), "system attribute"), system, width),
    ]


def _identity(letter: DeadLetter) -> Iterable[tuple[str, str]]:
    yield "id", letter.id
    yield "failure group", letter.group
    if letter.message_group_id is not None:
        yield "message group", letter.message_group_id
    if letter.envelope:
        yield "layers", ", in ".join(reversed(letter.envelope))
    if letter.source_arn:
        yield "gave up", letter.source_arn
    if letter.target_arn:
        yield "redrive to", letter.target_arn
    yield "body", plural(len(letter.message.body), "character")


def _attribute(attribute: MessageAttribute) -> tuple[str, str]:
    value = attribute.value
    if isinstance(value, str):
        return attribute.type, value
    more = " …" if len(value) > _HEX_BYTES else ""
    said = [
        f"{len(value)} bytes",
        f"hex {value[:_HEX_BYTES].hex(' ')}{more}",
        f"base64 {base64.b64encode(value).decode('ascii')}",
    ]
    return attribute.type, "\n".join(said)


def _section(title: str, pairs: Sequence[tuple[str, str, str]], width: int) -> list[Text]:
    """`name  type  value` below a rule. A value is folded beside its name where there is room, below it otherwise."""
    names = min(_NAME_CELLS, max((len(plain(name, _NAME_CELLS)) for name, _, _ in pairs), default=0))
    kinds = max((len(plain(kind, _NAME_CELLS)) for _, kind, _ in pairs), default=0)
    rows = [_rule(title, "", width)]
    room = width - 2 - names - 2 - (kinds + 2 if kinds else 0)
    for name, kind, value in pairs:
        head = Text(f"  {plain(name, max(names, width - 4)):<{names}}", no_wrap=True, end="")
        if kinds:
            head.append(f"  {plain(kind, _NAME_CELLS):<{kinds}}", style=DIM)
        if room >= width // 3 and head.cell_len <= width - room:
            lines = folded(value, room)
            rows.append(Text.assemble(head, "  ", lines[0], no_wrap=True, end=""))
            rows += [Text(" " * (width - room) + line, no_wrap=True, end="") for line in lines[1:]]
        else:
            rows.append(head)
            rows += [Text(f"      {line}", no_wrap=True, end="") for line in folded(value, width - 6)]
    return rows


def _field(label: str, value: str, width: int, style: str, most: int) -> Iterable[Text]:
    lines: Sequence[str] = folded(value, max(16, width - _LABEL - 2))
    if len(lines) > most:
        lines = [*lines[: most - 1], "…"]
    for index, line in enumerate(lines):
        head = label if index == 0 else ""
        yield Text.assemble((f" {head:<{_LABEL}}", DIM), (line, style), no_wrap=True, end="")


def _rule(title: str, remark: str, width: int) -> Text:
    line = Text.assemble(("── ", DIM), (plain(title, max(8, width - 20)), STRONG), (" ", ""), no_wrap=True, end="")
    tail = f" {remark} ──" if remark else ""
    line.append("─" * max(0, width - line.cell_len - len(tail)), style=DIM)
    line.append(tail, style=DIM)
    return line


def _moment(moment: datetime, now: datetime) -> str:
    return f"{_times(moment, now)}, {age(now - moment)} ago"


def _times(moment: datetime, now: datetime) -> str:
    """Local time, and UTC where that differs."""
    local, utc = moment.astimezone(now.tzinfo), moment.astimezone(UTC)
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    day = "" if utc.date() == local.date() else f"{utc:%Y-%m-%d} "
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname() or 'local'} = {day}{utc:%H:%M:%S} UTC"
