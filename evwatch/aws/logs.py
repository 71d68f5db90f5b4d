"""Amazon CloudWatch Logs: lines of a log group, over a bounded time; and which group a function writes to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evwatch.aws.answers import moment
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.functions import GET_FUNCTION_CONFIGURATION, LIST_EVENT_SOURCE_MAPPINGS
from evwatch.aws.service import Call, Paging, Service, Trial
from evwatch.aws.survey import text
from evwatch.model.flow_kinds import canonical
from evwatch.model.log_lines import LogLine, LogSearch

FILTER_LOG_EVENTS = Call(
    "logs",
    "FilterLogEvents",
    tier="inspect",
    paging=Paging("nextToken", "nextToken", "limit", 10_000),
    why="read a function's log lines around a failure",
    trial=Trial({"logGroupName": "$log_group", "startTime": "$now_ms", "limit": 1}),
)
SERVICE = Service(
    "logs",
    (FILTER_LOG_EVENTS,),
    # CloudWatch Logs quotas: 5 a second in some regions, 10 in most, 25 in us-east-1; none can be raised.
    requests_per_second=4,
    burst=5,
)

MOST_LINES = 10_000
MOST_PAGES = 40
"""Pages may be empty and still have a token: this bounds how long a search goes on."""


async def search(caller: Caller, wanted: LogSearch, most: int = MOST_LINES) -> tuple[tuple[LogLine, ...], LogSearch]:
    """The lines that a search finds, oldest first, and the search as it went. Raises AwsError.

    Upper and lower case count, as they do for CloudWatch Logs.
    """
    parameters: dict[str, Any] = {
        "logGroupName": wanted.group,
        "startTime": _milliseconds(wanted.start),
        "endTime": _milliseconds(wanted.end),
    }
    if pattern := _pattern(wanted.term):
        parameters["filterPattern"] = pattern
    if wanted.stream:
        parameters["logStreamNames"] = [wanted.stream]
    found: list[LogLine] = []
    complete, pages = True, 0
    async for page in caller.pages(FILTER_LOG_EVENTS, **parameters):
        pages += 1
        events = [event for event in page.get("events") or () if isinstance(event, dict)]
        found += [_line(event, wanted) for event in events if wanted.term in str(event.get("message") or "")]
        more = bool(page.get("nextToken"))
        if len(found) > most or (more and (pages >= MOST_PAGES or len(found) >= most)):
            complete = False
            break
        if len(events) >= MOST_LINES and not more:  # a page is never fuller, so there may be more
            complete = False
    # Lines of different streams may come a little out of order, from page to page.
    lines = sorted(found, key=lambda line: line.at)[:most]
    return tuple(lines), LogSearch(
        wanted.group, wanted.start, wanted.end, wanted.term, wanted.stream, complete=complete
    )


async def log_group(caller: Caller, function: str) -> str:
    """The log group of a function, by name or ARN. Raises AwsError, `not-found` where there is no such function."""
    answer = await caller.call(GET_FUNCTION_CONFIGURATION, FunctionName=function)
    return text(answer, "LoggingConfig", "LogGroup") or default_group(text(answer, "FunctionName") or function)


def default_group(function: str) -> str:
    """Where a function writes unless its logging configuration says otherwise."""
    parts = function.split(":")
    return f"/aws/lambda/{parts[6] if function.startswith('arn:') and len(parts) > 6 else parts[-1]}"


async def consumers(caller: Caller, source_arn: str) -> tuple[str, ...]:
    """ARNs of the functions that consume a queue or stream, those that are switched off too. Raises AwsError."""
    mappings = await caller.items(LIST_EVENT_SOURCE_MAPPINGS, "EventSourceMappings", EventSourceArn=source_arn)
    found = (canonical(text(mapping, "FunctionArn")) for mapping in mappings if isinstance(mapping, dict))
    return tuple(dict.fromkeys(arn for arn in found if arn))


async def function_arn(caller: Caller, name: str) -> str | None:
    """The ARN of the function of this name; None where there is none. Raises AwsError."""
    try:
        answer = await caller.call(GET_FUNCTION_CONFIGURATION, FunctionName=name)
    except AwsError as error:
        if error.fault.code == "not-found":
            return None
        raise
    return canonical(text(answer, "FunctionArn")) or None


def _pattern(term: str) -> str:
    """A filter pattern for one exact phrase. Quotes cannot stand in one, so the longest piece between them is asked
    for, and what comes back is looked through again."""
    piece = max(term.replace("\\", '"').split('"'), key=len) if term else ""
    return f'"{piece}"' if piece.strip() else ""


def _line(event: dict[str, Any], wanted: LogSearch) -> LogLine:
    return LogLine(
        moment(event.get("timestamp")) or datetime.fromtimestamp(0, UTC),
        str(event.get("message") or "").rstrip("\n"),
        str(event.get("logStreamName") or ""),
        wanted.group,
        matched=bool(wanted.term),
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
