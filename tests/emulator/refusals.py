"""Errors as each service puts them on the wire: code, status and document differ by service and protocol."""

from __future__ import annotations

import json
from typing import Literal

from aiohttp import web

from evwatch.demo.gateway.operation import Operation

Kind = Literal["denied", "throttled", "expired", "invalid-credentials", "internal", "unavailable"]

# Kind -> status and code as most JSON services give them, then as the query services do.
_JSON: dict[Kind, tuple[int, str]] = {
    "denied": (400, "AccessDeniedException"),
    "throttled": (400, "ThrottlingException"),
    "expired": (400, "ExpiredTokenException"),
    "invalid-credentials": (400, "UnrecognizedClientException"),
    "internal": (500, "InternalFailure"),
    "unavailable": (503, "ServiceUnavailable"),
}
_QUERY: dict[Kind, tuple[int, str]] = {
    "denied": (403, "AccessDenied"),
    "throttled": (400, "Throttling"),
    "expired": (403, "ExpiredToken"),
    "invalid-credentials": (403, "InvalidClientTokenId"),
    "internal": (500, "InternalFailure"),
    "unavailable": (503, "ServiceUnavailable"),
}
# Where a service has a word of its own.
_OWN: dict[tuple[str, Kind], tuple[int, str]] = {
    ("sqs", "throttled"): (403, "RequestThrottled"),
    ("sqs", "denied"): (403, "AccessDeniedException"),
    ("sns", "denied"): (403, "AuthorizationError"),
    ("cloudwatch", "throttled"): (400, "Throttling"),
    ("lambda", "throttled"): (429, "TooManyRequestsException"),
    ("lambda", "denied"): (403, "AccessDeniedException"),
    ("lambda", "expired"): (403, "ExpiredTokenException"),
    ("lambda", "invalid-credentials"): (403, "UnrecognizedClientException"),
}
# What the query-compatible services call it in the header that old clients read.
_LEGACY: dict[str, str] = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
_QUERY_COMPATIBLE = ("sqs", "cloudwatch")


def refusal(call: Operation, kind: Kind) -> web.Response:
    """The answer of this call's service when it refuses in this way."""
    usual = _QUERY if call.protocol == "query" else _JSON
    status, code = _OWN.get((call.service, kind), usual[kind])
    return error_answer(call, code, _message(call, kind), status)


def error_answer(call: Operation, code: str, message: str, status: int = 400) -> web.Response:
    """An error with any code, in the protocol of this call."""
    headers = {"x-amzn-requestid": "00000000-0000-4000-8000-000000000000"}
    if call.service in _QUERY_COMPATIBLE and call.protocol != "query":
        fault = "Sender" if status < 500 else "Receiver"
        headers["x-amzn-query-error"] = f"{_LEGACY.get(code, code)};{fault}"
    if call.protocol == "cbor":
        headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return web.Response(status=status, headers=headers, body=_cbor({"__type": code, "message": message}))
    if call.protocol == "query" or call.service == "s3":
        headers["Content-Type"] = "text/xml"
        return web.Response(status=status, headers=headers, body=_xml(call, code, message, status).encode())
    headers |= {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": code}
    body = {"__type": code, "message": message, "Message": message}
    return web.Response(status=status, headers=headers, body=json.dumps(body).encode())


def _message(call: Operation, kind: Kind) -> str:
    match kind:
        case "denied":
            caller = f"arn:aws:iam::{call.access_key_id}:user/operator"
            return (
                f"User: {caller} is not authorized to perform: {call.name} "
                f"because no identity-based policy allows the {call.name} action"
            )
        case "throttled":
            return "Rate exceeded"
        case "expired":
            return "The security token included in the request is expired"
        case "invalid-credentials":
            return "The security token included in the request is invalid."
        case "internal":
            return "We encountered an internal error. Please try again."
        case "unavailable":
            return "Service is unavailable."


def _xml(call: Operation, code: str, message: str, status: int) -> str:
    fault = "Sender" if status < 500 else "Receiver"
    error = f"<Error><Type>{fault}</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    if call.service == "s3":
        return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<ErrorResponse>{error}<RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>"


def _cbor(document: dict[str, str]) -> bytes:
    """A CBOR map of texts (RFC 8949, major types 5 and 3), which is all that an error needs."""
    return bytes([0xA0 | len(document)]) + b"".join(_text(k) + _text(v) for k, v in document.items())


def _text(value: str) -> bytes:
    content = value.encode()
    return b"\x79" + len(content).to_bytes(2, "big") + content
