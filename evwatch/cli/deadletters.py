"""`dlq show`, `dlq groups` and `dlq export`: looks into a queue."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from evwatch.cli.exits import note
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.looking import Seen, look_options, see
from evwatch.cli.outcome import tell_done
from evwatch.cli.output import emit, write_json
from evwatch.cli.table import Column, table_lines
from evwatch.deadletters.document import document, group_document
from evwatch.deadletters.export import check_writable, write_letters
from evwatch.deadletters.group import grouped
from evwatch.deadletters.query import ordered
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault

_WHY_INCOMPLETE = {
    "limit": "the limit was reached; --limit all reads all",
    "group-locked": "a FIFO group shows only its first messages while they are held",
    "hidden-by-others": "others hold the rest: consumers, or another look",
    "interrupted": "interrupted",
}
MESSAGE_COLUMNS = (
    Column("ID", lambda row: row["id"]),
    Column("GROUP", lambda row: row["group"]),
    Column("ORIGIN", lambda row: row["origin"]),
    Column("SENT", lambda row: row["sent_at"], moment=True),
    Column("EXPIRES IN", lambda row: row["expires_in"], right=True),
    Column("RECEIVED", lambda row: row["receive_count"], right=True),
    Column("WHY", lambda row: row["why"]),
)
GROUP_COLUMNS = (
    Column("GROUP", lambda row: row["group"]),
    Column("COUNT", lambda row: row["count"], right=True),
    Column("ORIGIN", lambda row: row["origin"]),
    Column("FIRST SENT", lambda row: row["first_sent_at"], moment=True),
    Column("LAST SENT", lambda row: row["last_sent_at"], moment=True),
    Column("FIRST EXPIRES", lambda row: row["first_expires_at"], moment=True),
    Column("REDRIVE TO", lambda row: row["target_arn"] or row["target_reason"]),
    Column("WHAT", lambda row: row["title"]),
)


@click.command(cls=Command)
@look_options(limit=10)
@click.option("--raw", is_flag=True, help="Print each message's exact body alone, and no table.")
@click.pass_obj
def show(invocation: Invocation, /, raw: bool, **options: Any) -> int:
    """Look at the messages of a dead-letter queue, decoded.

    Looking counts as a receive, and hides what is read until the reading ends.
    """
    if raw and invocation.output in ("json", "jsonl"):
        hint = "leave one of them out; in JSON the exact body is each message's `body`"
        raise EvwatchError(Fault("usage", f"--raw prints bodies alone, and -o {invocation.output} JSON", hint))
    seen = see(invocation, options)
    rows = [document(letter) for letter in seen.matched]
    emit({**_head(seen), "messages": rows}, rows, lambda: _bodies(seen) if raw else _messages(seen), invocation.output)
    return seen.exit_code


@click.command(cls=Command)
@look_options(limit=0)
@click.pass_obj
def groups(invocation: Invocation, /, **options: Any) -> int:
    """Why messages failed: those of a dead-letter queue gathered by failure, largest group first."""
    seen = see(invocation, options)
    rows = [group_document(group) for group in grouped(seen.matched)]
    document_ = {**_head(seen), "groups": rows}
    emit(document_, rows, lambda: _with_head(seen, table_lines(GROUP_COLUMNS, rows)), invocation.output)
    return seen.exit_code


@click.command(cls=Command)
@look_options(limit=0)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), help="`-` is standard output.")
@click.pass_obj
def export(invocation: Invocation, /, file: Path, **options: Any) -> int:
    """Write the messages of a dead-letter queue to a file as JSON Lines, one a line: all of them or no file."""
    if str(file) != "-":
        check_writable(file)
    seen = see(invocation, options)
    if seen.look.reason == "interrupted":
        note(f"interrupted after {len(seen.look.letters)} messages: nothing was written")
        return seen.exit_code
    if str(file) == "-":
        for letter in seen.matched:
            write_json(document(letter), indent=None)
        return seen.exit_code
    write_letters(file, seen.matched)
    report = {**_head(seen), "file": str(file), "exported": len(seen.matched)}
    said = f"{len(seen.matched)} messages written to {file}"
    return tell_done(
        said,
        "each line of it is a message",
        lambda: emit(report, [report], lambda: _inert([said, *_head_lines(seen)]), invocation.output),
        seen.exit_code,
    )


def _head(seen: Seen) -> dict[str, Any]:
    look = seen.look
    counts = [letter.receive_count for letter in look.letters]
    return {
        "queue": look.queue.name,
        "arn": look.queue.arn,
        "context": seen.context,
        "approximate": look.approximate,
        "seen": len(look.letters),
        "matched": len(seen.matched),
        "complete": look.complete,
        "reason": look.reason,
        "lease_seconds": look.lease_seconds,
        "released": look.released,
        "receive_counts": {
            "before": {"min": min(counts) - 1, "max": max(counts) - 1} if counts else None,
            "after": {"min": min(counts), "max": max(counts)} if counts else None,
        },
        "notes": list(look.notes),
    }


def _head_lines(seen: Seen) -> Iterator[str]:
    look = seen.look
    whole = "complete" if look.complete else f"not complete: {_WHY_INCOMPLETE[look.reason or 'interrupted']}"
    yield f"{look.queue.name}: seen {len(look.letters)} of about {look.approximate}, {whole}"
    if look.letters:
        cost = f"receive count +1, hidden for {look.lease_seconds} s at a time"
        yield f"looking cost: {cost}, {'released' if look.released else 'not all released'}"


def _with_head(seen: Seen, lines: Iterable[str]) -> Iterator[str]:
    yield from _inert(_head_lines(seen))
    yield ""
    yield from lines


def _bodies(seen: Seen) -> Iterator[str]:
    return _inert(letter.message.body for letter in seen.matched)


def _messages(seen: Seen) -> Iterator[str]:
    now = datetime.now(UTC)
    rows = [{**document(letter), **_extra(letter, now)} for letter in ordered(seen.matched, "age")]
    yield from _with_head(seen, table_lines(MESSAGE_COLUMNS, rows))


def _extra(letter: DeadLetter, now: datetime) -> dict[str, Any]:
    from evwatch.present.figures import age

    error = letter.error
    said = " ".join(filter(None, (error.code, error.type, error.message))) if error else ""
    left = (letter.expires_at - now).total_seconds() if letter.expires_at else None
    return {
        "why": said or grouped((letter,))[0].title,
        "expires_in": None if left is None else age(left) if left > 0 else "expired",
    }


def _inert(lines: Iterable[str]) -> Iterator[str]:
    """Text to a terminal with nothing in it that could touch that; to a pipe as it is."""
    from evwatch.present.inert import plain

    terminal = sys.stdout.isatty()
    for line in lines:
        yield "\n".join(plain(part, 1_000_000) for part in line.split("\n")) if terminal else line
