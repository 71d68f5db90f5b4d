"""Reading a function's log: where an invocation begins and ends, and which line says why it failed.

Lambda writes START, END and REPORT lines with the request id around what a function logs, as text or, where the
function's log format is JSON, as `platform.start` and `platform.report` (Lambda developer guide, log formats).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evwatch.model.deadletter import FailureError
from evwatch.model.error_type import error_type
from evwatch.model.log_lines import LogLine

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_START = re.compile(rf"START RequestId: ({_UUID})")
_NAMED = re.compile(rf"(?:RequestId: |\t)({_UUID})")
_TYPE = r"(?:[A-Za-z_$][\w$]*(?:\.|::))*[A-Za-z_$][\w$]*(?:Error|Exception|Fault|Failure|Timeout|Mismatch|Exit)"
_ERROR = re.compile(rf"\[ERROR\][\s:]*(\S+Z\s+{_UUID}\s+)?({_TYPE})?(?::\s*)?([^\n]*)")
_RAISED = re.compile(rf"^(?:Caused by:\s*|Uncaught\s+)?({_TYPE})(?::\s*([^\n]*))?$", re.MULTILINE)
_TIMED_OUT = re.compile(r"Task timed out after ([\d.]+) seconds")
_DIED = re.compile(r"RequestId: \S+ Error: ([^\n]+)")
_WORSE = re.compile(r"\b(?:ERROR|FATAL|CRITICAL|SEVERE|Exception|Traceback)\b")
# An id that a function names beside what it says tells which message that was, not why: reasons shall be comparable.
_NAMED_ID = re.compile(r"[\s,;(\[]*\b(?:message|request|aws_?request)[_\s-]?id\b\s*[=:]\s*[\w-]+[)\]]?", re.IGNORECASE)
_LEVELS = frozenset({"ERROR", "FATAL", "CRITICAL", "SEVERE"})


def request_id(text: str) -> str | None:
    """The request id that a line names."""
    if text.lstrip().startswith("{"):
        document = _document(text)
        for holder in (document, _member(document, "record")):
            found = next((holder[key] for key in ("requestId", "AWSRequestId", "aws_request_id") if key in holder), "")
            if isinstance(found, str) and found:
                return found
    match = _NAMED.search(text)
    return match[1] if match else None


def starts(text: str) -> bool:
    """Whether an invocation begins with this line."""
    return bool(_START.search(text)) or _platform(text) == "platform.start"


def invocation(lines: Sequence[LogLine], at: int) -> Sequence[LogLine]:
    """The lines of the invocation in which line `at` stands; all of them belong to one stream, in order.

    A stream is written by one execution environment, which handles one invocation after the other.
    """
    first = next((index for index in range(at, -1, -1) if starts(lines[index].text)), 0)
    last = next((index for index in range(at + 1, len(lines)) if starts(lines[index].text)), len(lines))
    return lines[first:last]


def reason(lines: Sequence[LogLine]) -> FailureError | None:
    """Why it failed: the last line that says so, and of those that matched what was searched for before the others."""
    for wanted in (True, False):
        for line in reversed(lines):
            if line.matched is wanted and (found := reason_in(line.text)):
                return found
    return None


def reason_in(text: str) -> FailureError | None:
    """What a line says of a failure, without the ids of message and request; None where it tells of none."""
    found = _reason_in(text)
    if found is None or not found.message:
        return found
    return replace(found, message=_NAMED_ID.sub("", found.message).strip(" :") or None)


def _reason_in(text: str) -> FailureError | None:
    if text.lstrip().startswith("{") and (document := _document(text)):
        return _from_document(document)
    if timed_out := _TIMED_OUT.search(text):
        return FailureError(type="Timeout", message=f"Task timed out after {timed_out[1]} seconds")
    if said := _ERROR.search(text):
        logged, kind, words = said[1], said[2], said[3].strip()
        # What nobody caught begins with its type, whatever that is called; what a function logs begins as it likes.
        if not kind and not logged and (kind := error_type(words)):
            words = words.removeprefix(kind).strip(" :")
        return FailureError(type=kind, message=words or None)
    raised = list(_RAISED.finditer(text))
    if raised:
        return FailureError(type=raised[-1][1], message=(raised[-1][2] or "").strip() or None)
    if died := _DIED.search(text):
        return FailureError(message=died[1].strip())
    return FailureError(message=text.strip().split("\n")[-1]) if _WORSE.search(text) else None


def _from_document(document: dict[str, Any]) -> FailureError | None:
    """Structured logs: Lambda's own JSON format, Powertools', pino's and their kin."""
    if document.get("type") == "platform.runtimeDone":
        record = _member(document, "record")
        if record.get("status") in (None, "success"):
            return None
        return FailureError(type=_text(record, "errorType"), message=f"the runtime ended with {record['status']}")
    level = str(document.get("level") or document.get("levelname") or document.get("severity") or "").upper()
    kind = _text(document, "errorType") or _text(document, "exception_name")
    if level not in _LEVELS and not kind:
        return None
    message = (_text(document, key) for key in ("errorMessage", "exception", "message", "msg"))
    return FailureError(type=kind, message=next((each for each in message if each), None))


def _platform(text: str) -> str:
    if '"platform.' not in text:
        return ""
    return str(_document(text).get("type") or "")


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _member(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _text(document: dict[str, Any], name: str) -> str | None:
    found = document.get(name)
    return found if isinstance(found, str) and found else None
