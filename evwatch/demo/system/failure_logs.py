"""What functions have logged about the dead letters of the past: the invocation that failed on each, as Lambda and the
function write it (Lambda developer guide, "Log formats", "Python function errors").
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evwatch.demo.api import Api
from evwatch.demo.functions import process_order
from evwatch.demo.system import names
from evwatch.demo.system.dead_letters import Failed, Letter
from evwatch.demo.system.durations import DAY
from evwatch.demo.system.envelopes import Ids

_CONSUMERS = {
    names.ORDER_EVENTS: names.PROCESS_ORDER,
    names.INVENTORY: names.RESERVE_STOCK,
    names.NOTIFICATIONS: names.NOTIFY_CUSTOMER,
    names.PAYMENT_LEDGER: names.RECORD_PAYMENT,
    names.OFFBOARDING: names.OFFBOARD_CUSTOMER,
}
_SAID = {
    names.INVENTORY: ("WarehouseUnavailableError", "the warehouse did not answer within 3 s"),
    names.NOTIFICATIONS: ("GatewayError", "502 Bad Gateway for url: https://sms.example.com/v2/messages"),
    names.PAYMENT_LEDGER: ("LedgerClosedError", "the ledger of the day is closed already"),
    names.OFFBOARDING: ("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xe4 in position 118"),
}
_OF_STREAMS = {
    names.PROJECTION_FAILURES: (names.PROJECT_ORDER, "ConditionalCheckFailedException", "a newer version is there"),
    names.AUDIT_FAILURES: (names.ARCHIVE_AUDIT, "AccessDenied", "s3:PutObject on audit-archive"),
}
_TRACE = 'Traceback (most recent call last):\n  File "/var/task/index.py", line 31, in handler\n    {}\n'


@dataclass(frozen=True, slots=True)
class _Line:
    at: float
    text: str


class FailureLogs:
    """Collects the lines, and writes them to each function's log group at the end."""

    def __init__(self, api: Api, seed: int) -> None:
        self._api = api
        self._ids = Ids(seed + 5)
        self._lines: dict[str, list[Sequence[_Line]]] = defaultdict(list)

    def of_messages(self, failed: Failed, message_ids: Sequence[str], received_at: float) -> None:
        """The consumer's last attempt at each message of a queue; `received_at` in epoch seconds."""
        for number, (body, message_id) in enumerate(zip(failed.bodies, message_ids, strict=True)):
            kind, said = _fails_on(body) if failed.queue == names.ORDER_EVENTS else _SAID[failed.queue]
            error = f"[ERROR] {kind}: {said} messageId={message_id}"
            self._invoked(_CONSUMERS[failed.queue], self._ids.uuid(), received_at + 3 * number, [error])

    def of_letter(self, letter: Letter, at: float) -> None:
        """The attempt after which Lambda gave up on an event, at a moment in epoch seconds.

        One that was throttled never ran.
        """
        if found := _told(letter):
            function, request_id, kind, said = found
            late = "Task timed out" in said
            error = f"{_stamp(at)} {said}" if late else f"[ERROR] {kind}: {said}\n{_TRACE.format('handle(event)')}"
            self._invoked(function, request_id, at - (31 if late else 2), [error], took=30.0 if late else 0.4)

    def write(self) -> None:
        """Write all of it: one stream a day for each function."""
        logs = self._api.client("logs")
        for function, invocations in sorted(self._lines.items()):
            group = f"/aws/lambda/{function}"
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=group)
            by_day: dict[int, list[_Line]] = defaultdict(list)
            for lines in sorted(invocations, key=lambda lines: lines[0].at):
                by_day[int(lines[0].at // DAY)] += lines
            for day, all_lines in by_day.items():
                stream = f"{datetime.fromtimestamp(day * DAY, UTC):%Y/%m/%d}/[$LATEST]{self._ids.hex(32)}"
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
                events = [{"timestamp": int(line.at * 1000), "message": line.text} for line in all_lines]
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def _invoked(self, function: str, request_id: str, at: float, said: Sequence[str], took: float = 0.4) -> None:
        self._lines[function].append(tuple(_invocation(request_id, at, said, took)))


def _invocation(request_id: str, at: float, said: Sequence[str], took: float) -> Iterator[_Line]:
    yield _Line(at, f"START RequestId: {request_id} Version: $LATEST")
    yield _Line(at + 0.01, "[INFO] loading configuration")
    for number, text in enumerate(said):
        yield _Line(at + took + 0.01 * number, text)
    yield _Line(at + took + 0.1, f"END RequestId: {request_id}")
    milliseconds = f"Duration: {took * 1000:.2f} ms Billed Duration: {took * 1000:.0f} ms"
    yield _Line(at + took + 0.11, f"REPORT RequestId: {request_id} {milliseconds} Memory Size: 128 MB")


def _fails_on(body: str) -> tuple[str, str]:
    """What the consumer of the orders says of this one: it is asked."""
    try:
        process_order.item(json.loads(body)["detail"])
    except (KeyError, ValueError, TypeError) as error:
        return type(error).__name__, str(error)
    raise AssertionError("an order that can be processed is no dead letter")


def _told(letter: Letter) -> tuple[str, str, str, str] | None:
    """Function, request id, type and message of an error, where a function ran."""
    attributes = letter.layout.attributes
    if letter.queue == names.SEND_CONFIRMATION_DLQ:
        said = attributes["ErrorMessage"]["StringValue"]
        if attributes["ErrorCode"]["StringValue"] != "200":
            return None
        kind, _, message = said.partition(": ") if ": " in said else ("KeyError", "", said)
        return names.SEND_CONFIRMATION, attributes["RequestID"]["StringValue"], kind, message
    if letter.queue == names.RECONCILE_FAILURES:
        record: dict[str, Any] = json.loads(letter.layout.body)
        error = record["responsePayload"]
        request_id = record["requestContext"]["requestId"]
        return names.RECONCILE_PAYMENTS, request_id, error["errorType"], error["errorMessage"]
    if letter.queue in _OF_STREAMS:
        function, kind, message = _OF_STREAMS[letter.queue]
        return function, json.loads(letter.layout.body)["requestContext"]["requestId"], kind, message
    return None


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
