"""`evwatch logs`: a function's log lines, or those around the failure of one dead letter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from evwatch.cli import completing
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.looking import see
from evwatch.cli.mfa import ask_where_needed
from evwatch.cli.output import emit
from evwatch.cli.times import Moment
from evwatch.config import Settings
from evwatch.deadletters.group import grouped
from evwatch.model.arn import arn_name
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.log_lines import PROOFS, LogLine, LogReading, LogRequest, LogSearch
from evwatch.model.timestamp import timestamp

_USUAL = timedelta(minutes=15)
_FOUND_BY = {
    "request-id": "the request id",
    "message-id": "the message id",
    "text": "a text that the event holds too",
    "time": "its time alone, which is a guess",
}


@click.command(cls=Command)
@click.argument("subject", metavar="FUNCTION|QUEUE", shell_complete=completing.functions, help="By name or ARN.")
@click.option("--id", "message", metavar="MESSAGE", help="A dead letter of the queue: the lines around its failure.")
@click.option("--since", type=Moment(), metavar="T", help="From when: a time, or how long ago. Default 15m.")
@click.option("--until", type=Moment(), metavar="T", help="Until when. Default now.")
@click.option("--grep", default="", metavar="TEXT", help="Only lines that hold this text; upper and lower case count.")
@click.option("--lease", type=click.IntRange(1, 43_200), metavar="SECONDS", help="With --id: as `dlq show`.")
@click.option("--source-queue-too", is_flag=True, help="With --id: look into a queue that is no DLQ.")
@click.option("--may-move-on", is_flag=True, help="With --id: look into a DLQ with a redrive policy of its own.")
@click.option("--fifo", is_flag=True, help="With --id: look into a FIFO queue, which locks its groups meanwhile.")
@click.pass_obj
def logs(
    invocation: Invocation,
    /,
    subject: str,
    message: str | None,
    since: datetime | None,
    until: datetime | None,
    grep: str,
    **look: Any,
) -> None:
    """A function's log lines; a queue's are those of the functions that consume it.

    With --id the message is looked for in the queue, which counts as a receive, and the lines are those of the
    invocation that failed on it.
    """
    now = datetime.now(UTC)
    end = until or now
    start = since or end - _USUAL
    if start >= end:
        raise EvwatchError(Fault("usage", "--since is not before --until", "give a span such as --since 2h --until 1h"))
    settings = invocation.load().settings
    request = LogRequest(subject, start, end, grep)
    if message is not None:
        if since or until:
            raise EvwatchError(
                Fault("usage", "--since and --until do not go with --id", "a dead letter says when it failed")
            )
        seen = see(
            invocation,
            {"queue": subject, "limit": 0, "where": None, "ids": (message,), "group": None, **look},
            needed=True,
        )
        if not seen.matched:
            hint = "it may be gone or hidden by others" if not seen.look.complete else "`evwatch dlq show` lists them"
            raise EvwatchError(Fault("not-found", f'no message "{message}" was met in {seen.look.queue.name}', hint))
        request = LogRequest(subject, start, end, grep, seen.matched[0], seen.context)
    ask_where_needed(settings, invocation.environ)
    reading = asyncio.run(_read(settings, request))
    lines = [line for line in reading.lines if not request.letter or grep in line.text]
    rows = [_line(line) for line in lines]
    document = {**_head(reading, request.letter), "lines": rows}
    emit(document, rows, lambda: _shown(reading, lines, request), invocation.output)


async def _read(settings: Settings, request: LogRequest) -> LogReading:
    from evwatch.session import Session

    async with Session(settings) as session:
        return await session.logs(request)


def _head(reading: LogReading, letter: DeadLetter | None) -> dict[str, Any]:
    reason = reading.reason
    return {
        "functions": list(reading.functions),
        "context": reading.context,
        "message": letter.id if letter else None,
        "found_by": reading.clue,
        "term": reading.term or None,
        "proven": reading.clue in PROOFS,
        "reason": {"code": reason.code, "type": reason.type, "message": reason.message} if reason else None,
        "complete": reading.complete,
        "searched": [
            {
                "group": search.group,
                "start": timestamp(search.start),
                "end": timestamp(search.end),
                "term": search.term or None,
                "stream": search.stream or None,
                "complete": search.complete,
            }
            for search in reading.searched
        ],
        "notes": list(reading.notes),
    }


def _line(line: LogLine) -> dict[str, Any]:
    return {
        "at": timestamp(line.at),
        "group": line.group,
        "stream": line.stream,
        "message": line.text,
        "matched": line.matched,
    }


def _shown(reading: LogReading, lines: list[LogLine], request: LogRequest) -> Iterator[str]:
    from evwatch.present.inert import plain

    for said in _said(reading, lines, request):
        yield plain(said, 1_000)
    if lines:
        yield ""
    streams = {line.stream: f"{line.stream[-8:]}  " for line in lines}
    several = len(streams) > 1
    for line in lines:
        mark = ">" if line.matched and request.letter else " "
        head = f"{mark} {timestamp(line.at)}  {streams[line.stream] if several else ''}"
        for index, part in enumerate(line.text.splitlines() or [""]):
            yield plain((head if index == 0 else " " * len(head)) + part.expandtabs(4), 100_000)


def _said(reading: LogReading, lines: list[LogLine], request: LogRequest) -> Iterator[str]:
    names = ", ".join(arn_name(arn) for arn in reading.functions) or "no function"
    if request.letter is None:
        yield f"{names}: {len(lines)} lines"
    elif reading.clue:
        yield f"{names}: the invocation that failed, found by {_FOUND_BY[reading.clue]} {reading.term}".rstrip()
    else:
        yield f"{names}: nothing found of message {request.letter.id}"
        title = grouped((request.letter,))[0].title
        yield f"what is known without logs: {title}"
    if reading.reason and request.letter:
        yield "why: " + ": ".join(filter(None, (reading.reason.type, reading.reason.message)))
    yield from (_searched(search) for search in reading.searched)
    yield from reading.notes


def _searched(search: LogSearch) -> str:
    what = f' for "{search.term}"' if search.term else ""
    where = f" in stream {search.stream}" if search.stream else ""
    cut = "" if search.complete else " - stopped early: narrow it with --since, --until or --grep"
    return f"searched {search.group}{where} from {timestamp(search.start)} to {timestamp(search.end)}{what}{cut}"
