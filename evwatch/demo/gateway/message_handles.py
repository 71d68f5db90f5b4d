"""Receipt handles as SQS treats them: deleting a message twice succeeds, and so does an old handle.

The emulator knows only the newest handle of a message that is still there and refuses every other. In SQS a standard
queue accepts an old one without a promise to delete, and a FIFO queue says that it has expired.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from evwatch.demo.gateway import sqs_protocol
from evwatch.demo.gateway.sqs_protocol import SqsError

_ISSUED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REMEMBERED = 10_000
_OPERATIONS = ("DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch")


def message_handles() -> Middleware:
    """Corrects what the emulator says of handles that were valid once."""
    deleted = _Recent(_REMEMBERED)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        operation = sqs_protocol.operation_of(request)
        if operation not in _OPERATIONS:
            return await handler(request)
        answer = await handler(request)
        if not isinstance(answer, web.Response):
            return answer
        asked = await sqs_protocol.parameters_of(request)
        verdict = _Verdict(operation.startswith("Delete"), asked, deleted)
        if operation.endswith("Batch"):
            return _batch(answer, asked, verdict)
        return _single(answer, asked, verdict)

    return middleware


class _Recent:
    """The handles that were deleted with, as many as are worth remembering."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._handles: OrderedDict[str, None] = OrderedDict()

    def add(self, handle: str) -> None:
        self._handles[handle] = None
        if len(self._handles) > self._size:
            self._handles.popitem(last=False)

    def __contains__(self, handle: str) -> bool:
        return handle in self._handles


class _Verdict:
    """What SQS would say of a handle that the emulator does not know."""

    def __init__(self, deletes: bool, asked: dict[str, Any], deleted: _Recent) -> None:
        self._deletes = deletes
        self._fifo = str(asked.get("QueueUrl", "")).endswith(".fifo")
        self._deleted = deleted

    def accepted(self, handle: str) -> None:
        if self._deletes:
            self._deleted.add(handle)

    def of_unknown(self, handle: str) -> SqsError | None:
        """The refusal, or None for success."""
        if not _ISSUED.fullmatch(handle):
            return SqsError(
                "ReceiptHandleIsInvalid",
                f'The input receipt handle "{handle}" is not a valid receipt handle.',
                status=404,
            )
        if self._deletes and (handle in self._deleted or not self._fifo):
            return None
        invalid = f"Value {handle} for parameter ReceiptHandle is invalid. Reason: "
        if self._fifo:
            return SqsError.invalid_value(f"{invalid}The receipt handle has expired.")
        if handle in self._deleted:
            gone = "Message does not exist or is not available for visibility timeout change."
            return SqsError.invalid_value(invalid + gone)
        return None


def _single(answer: web.Response, asked: dict[str, Any], verdict: _Verdict) -> web.Response:
    handle = str(asked.get("ReceiptHandle", ""))
    if answer.status == 200:
        verdict.accepted(handle)
        return answer
    if not answer.headers.get("x-amzn-query-error", "").startswith("ReceiptHandleIsInvalid"):
        return answer
    refusal = verdict.of_unknown(handle)
    return refusal.response() if refusal else sqs_protocol.response({})


def _batch(answer: web.Response, asked: dict[str, Any], verdict: _Verdict) -> web.Response:
    if answer.status != 200 or not isinstance(answer.body, bytes):
        return answer
    outcome = json.loads(answer.body)
    handles = {entry["Id"]: entry["ReceiptHandle"] for entry in asked["Entries"]}
    for entry in outcome.get("Successful", []):
        verdict.accepted(handles[entry["Id"]])
    failed = []
    for entry in outcome.get("Failed", []):
        refusal = verdict.of_unknown(handles[entry["Id"]])
        if refusal is None:
            outcome.setdefault("Successful", []).append({"Id": entry["Id"]})
        else:
            failed.append(entry | {"Code": refusal.code, "Message": refusal.message})
    return sqs_protocol.response(outcome | {"Failed": failed})
