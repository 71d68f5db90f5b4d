"""What functions did, read from their logs: the emulator measures only those that are invoked over the API."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from evwatch.demo.api import Api
from evwatch.demo.system import metrics
from evwatch.demo.system.compute import FUNCTIONS
from evwatch.demo.system.ledger import sizes_of
from evwatch.demo.system.metrics import Point

KEPT_SECONDS = 3600.0
"""For how long logs stay: the emulator keeps them all, a stream for each invocation, and forgets none by itself."""
_REPORT = re.compile(r"REPORT .*?\tDuration: ([\d.]+) ms")
_FAILED = re.compile(r"^Traceback|Task timed out after")


@dataclass(frozen=True, slots=True)
class _Stream:
    at: float
    group: str
    name: str


class Invocations:
    """Reads the logs of each function minute by minute, and removes what is old."""

    def __init__(self, api: Api) -> None:
        self._logs = api.client("logs")
        self._streams: deque[_Stream] = deque()

    def points(self, at: float) -> Iterator[Point]:
        """The points of every function for the minute that begins at `at`."""
        for function in FUNCTIONS:
            took, failed = self._read(function.name, at)
            if not took:
                continue
            for name, value in (("Invocations", len(took)), ("Errors", failed), ("Throttles", 0)):
                yield Point(metrics.function(function.name, name), at, (float(value),))
            yield Point(metrics.function(function.name, "Duration", "Milliseconds"), at, *sizes_of(took))

    def forget(self, now: float) -> None:
        """Remove the logs that are older than is worth keeping."""
        while self._streams and self._streams[0].at < now - KEPT_SECONDS:
            stream = self._streams.popleft()
            self._logs.delete_log_stream(logGroupName=stream.group, logStreamName=stream.name)

    def _read(self, function: str, at: float) -> tuple[list[int], int]:
        group = f"/aws/lambda/{function}"
        try:
            events = self._logs.filter_log_events(
                logGroupName=group, startTime=int(at * 1000), endTime=int(at * 1000) + 59_999
            )["events"]
        except ClientError:
            return [], 0  # never invoked so far
        took, failed = [], 0
        for event in events:
            report = _REPORT.match(event["message"])
            if report:
                took.append(round(float(report[1])))
                self._streams.append(_Stream(at, group, event["logStreamName"]))
            failed += bool(_FAILED.match(event["message"]))
        return took, failed
