"""A middleware whose clock is another than the client's, and that refuses signatures as AWS does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import operation
from tests.emulator.refusals import error_answer

_ALLOWED = timedelta(minutes=5)
_STAMP = "%Y%m%dT%H%M%SZ"
_OTHER_CODES = {
    "s3": "RequestTimeTooSkewed",
    "lambda": "InvalidSignatureException",
    "events": "InvalidSignatureException",
}


class AtAnotherTime:
    """The server's time is `ahead` of the client's; it may be changed while it runs, as a clock is put right."""

    __middleware_version__ = 1

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead
        self.refused = 0

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse, or pass on; the answer's date is the server's."""
        now = datetime.now(UTC) + self.ahead
        signed = datetime.strptime(request.headers["X-Amz-Date"], _STAMP).replace(tzinfo=UTC)
        if abs(now - signed) <= _ALLOWED:
            answer = await handler(request)
        else:
            self.refused += 1
            call = await operation(request)
            code = _OTHER_CODES.get(call.service, "SignatureDoesNotMatch")
            said = _words(signed, now) if call.service != "s3" else "The difference between the times is too large."
            answer = error_answer(call, code, said, 403)
        answer.headers["Date"] = format_datetime(now, usegmt=True)
        return answer


def _words(signed: datetime, now: datetime) -> str:
    if signed < now:
        how, limit, sign = "expired", f"now earlier than {now - _ALLOWED:{_STAMP}}", "-"
    else:
        how, limit, sign = "not yet current", f"still later than {now + _ALLOWED:{_STAMP}}", "+"
    return f"Signature {how}: {signed:{_STAMP}} is {limit} ({now:{_STAMP}} {sign} 5 min.)"
