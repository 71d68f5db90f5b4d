"""Reading logs on behalf of the operator: a function's lines, or those around the failure of a dead letter."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from evwatch.aws import logs, sqs
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.deadletters import clues
from evwatch.deadletters.clues import Attempt
from evwatch.model.arn import arn_name, parse_arn
from evwatch.model.clock import Clock
from evwatch.model.deadletter import DeadLetter
from evwatch.model.fault import EvwatchError, Fault
from evwatch.model.log_lines import LogLine, LogReading, LogRequest, LogSearch
from evwatch.model.log_reason import invocation, reason, request_id
from evwatch.model.naming import name_in
from evwatch.model.queue import Queue

_MOST_FUNCTIONS = 5
_AROUND = timedelta(minutes=15)
"""The longest that one invocation takes."""
_MOST_AROUND = 2_000


class Trail:
    """Finds whose log to read, and reads it, within the quota of FilterLogEvents."""

    def __init__(self, caller: Caller, clock: Clock) -> None:
        self._caller = caller
        self._clock = clock

    async def read(self, request: LogRequest) -> LogReading | None:
        """What a request asks for; None where this context has neither function nor queue of that name.

        Raises EvwatchError.
        """
        if request.letter:
            return await self._of_letter(request.letter)
        functions, notes = await self._functions(request.subject)
        if functions is None:
            return None
        found: list[LogLine] = []
        searched: list[LogSearch] = []
        groups = dict.fromkeys([await self._group(function) for function in functions])
        for group in groups:
            wanted = LogSearch(group, request.start, request.end, request.term)
            lines, made = await self._search(wanted)
            found += lines
            searched.append(made)
        lines = tuple(sorted(found, key=lambda line: line.at))
        return LogReading(
            functions, lines, tuple(searched), notes=notes, reason=reason(lines), context=self._caller.context.name
        )

    async def _functions(self, subject: str) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The functions that a name means: its own, or those that consume the queue."""
        parts = parse_arn(subject)
        if parts and parts.service == "lambda":
            return (subject,), ()
        if parts is None and "://" not in subject and (own := await logs.function_arn(self._caller, subject)):
            return (own,), ()
        queue = await sqs.find_queue(self._caller, name_in(subject), parts.account if parts else "")
        if queue is None:
            return None, ()
        if found := await logs.consumers(self._caller, queue.arn):
            return found[:_MOST_FUNCTIONS], ()
        sources = await sqs.source_arns(self._caller, queue.url, queue.region, self._caller.partition)
        consumers = dict.fromkeys([arn for source in sources for arn in await logs.consumers(self._caller, source)])
        if consumers:
            names = ", ".join(arn_name(source) for source in sources)
            return tuple(consumers)[:_MOST_FUNCTIONS], (f"{queue.name} is the DLQ of {names}: these are its consumers",)
        hint = "name the function; one dead letter has its own: l on it in the dashboard, --id MESSAGE in a script"
        raise EvwatchError(Fault("not-found", f"no function is known to consume {queue.name}", hint))

    async def _of_letter(self, letter: DeadLetter) -> LogReading:
        functions = list(clues.functions(letter))
        source: Queue | None = None
        for arn in clues.consumed_queues(letter):
            functions += await logs.consumers(self._caller, arn)
            if arn == letter.source_arn:
                source = await self._queue(arn)
        functions = list(dict.fromkeys(functions))[:_MOST_FUNCTIONS]
        nothing = LogReading(tuple(functions), (), (), context=self._caller.context.name)
        if not functions:
            return replace(nothing, notes=("no function is known that could have failed on it",))
        searched: list[LogSearch] = []
        notes: dict[str, None] = {}
        for attempt in clues.attempts(letter, self._clock.now(), source):
            for function in functions:
                try:
                    lines = await self._try(attempt, await self._group(function), searched)
                except AwsError as error:
                    if error.fault.code != "not-found":
                        raise
                    notes[f"{arn_name(function)} has no log group, or none is left"] = None
                    continue
                if lines:
                    return LogReading(
                        (function,),
                        lines,
                        tuple(searched),
                        attempt.clue,
                        attempt.term,
                        reason(lines),
                        tuple(notes),
                        self._caller.context.name,
                    )
        return replace(nothing, searched=tuple(searched), notes=tuple(notes))

    async def _try(self, attempt: Attempt, group: str, searched: list[LogSearch]) -> tuple[LogLine, ...]:
        """The invocation that an attempt leads to; empty where it leads to none."""
        lines, made = await self._search(LogSearch(group, attempt.start, attempt.end, attempt.term))
        searched.append(made)
        if attempt.clue == "time":
            failed = [line for line in lines if reason((line,))]
            return await self._around(failed[0], failed[:1], searched) if failed else ()
        return await self._around(lines[-1], lines, searched) if lines else ()

    async def _around(
        self, line: LogLine, matched: Iterable[LogLine], searched: list[LogSearch]
    ) -> tuple[LogLine, ...]:
        """The whole invocation in which a line stands: what the function says next is often what matters."""
        near = [other for other in matched if other.stream == line.stream]
        known = {(other.at, other.text) for other in near}
        start, end = line.at - _AROUND, line.at + _AROUND
        if (wanted := request_id(line.text)) and all(request_id(other.text) == wanted for other in near):
            start, end = near[0].at - timedelta(seconds=1), near[-1].at + timedelta(seconds=1)
            if len(near) == 1:
                start, end = line.at - _AROUND, line.at + _AROUND
        whole = LogSearch(line.group, start, min(end, self._clock.now()), stream=line.stream)
        lines, made = await self._search(whole, _MOST_AROUND)
        searched.append(made)
        at = max((index for index, each in enumerate(lines) if (each.at, each.text) in known), default=None)
        if at is None:
            return tuple(near)
        return tuple(replace(each, matched=(each.at, each.text) in known) for each in invocation(lines, at))

    async def _search(self, wanted: LogSearch, most: int = logs.MOST_LINES) -> tuple[tuple[LogLine, ...], LogSearch]:
        return await logs.search(self._caller, wanted, most)

    async def _group(self, function: str) -> str:
        """Where the function says it logs; where it may not be asked or is gone, where functions log by default."""
        try:
            return await logs.log_group(self._caller, function)
        except AwsError as error:
            if error.fault.code not in ("permission", "not-found"):
                raise
            return logs.default_group(function)

    async def _queue(self, arn: str) -> Queue | None:
        parts = parse_arn(arn)
        with contextlib.suppress(AwsError):
            queue = await sqs.find_queue(self._caller, arn_name(arn), parts.account if parts else "")
            if queue:
                return (await sqs.read_queue(self._caller, queue, self._clock.now()))[0]
        return None
