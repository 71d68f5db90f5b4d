"""SQS as it stands on the wire: JSON 1.0, with the code of the older query protocol beside each error.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

REPLACED_BODY = web.RequestKey("replaced_body", bytes)
"""Under this key of a request a middleware leaves the body that is to be sent instead."""
_TARGET = "AmazonSQS."
_CONTENT_TYPE = "application/x-amz-json-1.0"


class SqsError(Exception):
    """A refusal as SQS words it. `shape` is the error's name in the service model, `code` what SDKs call it."""

    def __init__(self, code: str, message: str, *, shape: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.shape = shape or code
        self.status = status

    @classmethod
    def answered(cls, status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> SqsError:
        """The error that an answer of SQS carries."""
        shape = str(body.get("__type", "")).rpartition("#")[2]
        code = headers.get("x-amzn-query-error", "").partition(";")[0] or shape
        return cls(code, str(body.get("message", "")), shape=shape, status=status)

    @classmethod
    def invalid_value(cls, message: str) -> SqsError:
        """InvalidParameterValue, which the service model does not know and every wrong value is answered with."""
        return cls("InvalidParameterValue", message, shape="InvalidParameterValueException")

    @classmethod
    def not_found(cls, message: str) -> SqsError:
        """A task or a queue named by ARN that does not exist."""
        return cls("ResourceNotFoundException", message, status=404)

    @classmethod
    def missing(cls, parameter: str) -> SqsError:
        """A required parameter that was left out."""
        message = f"The request must contain the parameter {parameter}."
        return cls("MissingParameter", message, shape="MissingRequiredParameterException")

    def response(self) -> web.Response:
        """The error on the wire."""
        fault = "Sender" if self.status < 500 else "Receiver"
        return web.Response(
            status=self.status,
            body=json.dumps({"__type": f"com.amazonaws.sqs#{self.shape}", "message": self.message}).encode(),
            headers={"Content-Type": _CONTENT_TYPE, "x-amzn-query-error": f"{self.code};{fault}"},
        )


def operation_of(request: web.BaseRequest) -> str | None:
    """The SQS operation that this request asks for, None where it is for another service."""
    target = request.headers.get("X-Amz-Target", "")
    return target.removeprefix(_TARGET) if target.startswith(_TARGET) else None


async def parameters_of(request: web.BaseRequest) -> dict[str, Any]:
    """What the operation was asked with."""
    body: bytes = request[REPLACED_BODY] if REPLACED_BODY in request else await request.read()
    parameters: dict[str, Any] = json.loads(body) if body else {}
    return parameters


def response(result: Mapping[str, Any]) -> web.Response:
    """A result on the wire."""
    return web.Response(body=json.dumps(result).encode(), headers={"Content-Type": _CONTENT_TYPE})
