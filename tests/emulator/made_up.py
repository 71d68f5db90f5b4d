"""An AWS that makes every answer up from the SDK's own description of it: well-formed, strange, or plainly wrong.

Whatever evwatch declares is answered, so a call that is new is tried as the old ones are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation, operation
from tests.aws import cbor

ACCOUNT, REGION = "123456789012", "eu-central-1"
NAME = "orders-dlq"
_NEVER_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])

HOSTILE = (
    "[/foo] [@click=app.quit]x[/]",
    "\x1b]0;title\x07\x1b[2J\x1bc\x9b31m",
    "\x1b]52;c;ZXZpbA==\x07",
    "\u202egnp.exe\u2066x\u200b\u200d\ufeff",
    "../../../../tmp/evil",
    "--read-only",
    "nul\x00in it",
    "lone \ud83d surrogate \udfff",
    "many\r\nlines\u2028of\ttext",
    "漢字" * 40,
    "%s %(x)s {0} {x} $HOME `id`",
    "",
)


def arn(service: str, resource: str) -> str:
    """An ARN of the account that is made up."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


ARNS = (
    arn("sqs", NAME),
    arn("sqs", "orders"),
    arn("lambda", "function:process-order"),
    arn("events", "rule/orders/new-order"),
    arn("events", "event-bus/orders"),
    arn("sns", "orders"),
    arn("states", "stateMachine:ship"),
    arn("pipes", "pipe/clicks"),
    arn("kinesis", "stream/clicks"),
    "arn:aws:s3:::bucket",
    "arn:aws:sqs:us-east-1:999999999999:elsewhere",
    "arn:::::",
    "arn:aws:events:eu-central-1:::",
    arn("sqs", "[bold]x\x1b[31m"),
)
_DOCUMENTS = (
    "{}",
    "[]",
    "null",
    "12",
    '"text"',
    "{",
    "[" * 2_000,
    json.dumps({"deadLetterTargetArn": ARNS[0], "maxReceiveCount": 3}),
    json.dumps({"deadLetterTargetArn": 7, "maxReceiveCount": [1]}),
    json.dumps({"deadLetterTargetArn": {"a": 1}, "maxReceiveCount": -1e400}),
    json.dumps({"redrivePermission": ["byQueue"], "sourceQueueArns": {"a": 1}}),
    json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": 3}}),
    json.dumps({"Statement": ["x", None, {"Effect": ["Deny"], "Condition": {"ArnLike": 3}}]}),
    json.dumps({"source": ["orders"], "detail": {"state": [{"anything-but": [None, 3]}]}}),
    json.dumps({"States": {"a": {"Type": "Task", "Resource": 7}, "b": "x"}, "StartAt": None}),
    json.dumps({"newState": {"stateValue": 3, "stateReasonData": "{"}, "oldState": "OK"}),
    json.dumps({"detail-type": "Order", "source": 3, "detail": {"id": "\ud800", "n": 1e400}, "time": "never"}),
    json.dumps({"Type": "Notification", "Message": '{"Records": [{"body": 3}]}', "MessageAttributes": 7}),
)
_TEXTS = (*HOSTILE, "orders", NAME, "0", "17", "-3", "9" * 25, "1e9", "true", "A" * 5_000)
_NUMBERS = (0, 1, 3, 30, -1, 2**31, 2**63 - 1, -(2**63))
_FLOATS = (0.0, 1.5, -2.0, 1e308, float("inf"), float("nan"))
_TIMES = (1_793_000_000, 1_793_000_000.5, 0, 1, 253_402_300_799)
_WRONG: tuple[Any, ...] = (None, [], {}, [None], {"x": None}, "text", 7, -1.5, True, [[["x"]]], "", 1e300)
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
_DOCUMENT_MEMBERS = ("policy", "pattern", "definition", "body", "input", "data", "message", "filter", "overrides")


class MadeUp:
    """Answers every call. It is a middleware itself, behind which nothing is reached.

    `wrong` is the share of values that are not what the model says: another type, null, or missing.
    """

    __middleware_version__ = 1

    def __init__(self, seed: int, wrong: float = 0.0) -> None:
        self._seed = seed
        self._random = Random(seed)
        self._asked: Counter[str] = Counter()
        self._wrong = wrong
        self.calls: list[Operation] = []

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Make an answer up."""
        call = await operation(request)
        self.calls.append(call)
        asked = f"{call.name} {sorted(map(str, call.parameters.items()))}".replace(request.host, "")
        self._asked[asked] += 1
        # By what is asked, so that the order in which it arrives changes nothing.
        self._random = Random(f"{self._seed} {self._asked[asked]} {asked}")
        self._host = f"{request.scheme}://{request.host}"
        model = operation_model(call)
        shape = model.output_shape
        document = self._structure(shape) if shape else {}
        if call.name == "sqs:GetQueueUrl" and self._random.random() < 0.8:
            document["QueueUrl"] = self._url(NAME)
        return written(call, model, document)

    def _value(self, shape: Any, name: str) -> Any:
        if self._wrong and self._random.random() < self._wrong:
            return self._random.choice(_WRONG)
        make: Callable[[Any, str], Any] = {
            "structure": lambda shape, _: self._structure(shape),
            "list": lambda shape, name: [self._value(shape.member, name) for _ in range(self._random.randrange(4))],
            "map": self._map,
            "string": self._string,
            "character": self._string,
            "timestamp": lambda _, __: self._time(),
            "boolean": lambda _, __: self._random.random() < 0.5,
            "blob": lambda _, __: self._random.choice((b"", b"bytes \xff\x00")),
            "float": lambda _, __: self._random.choice(_FLOATS),
            "double": lambda _, __: self._random.choice(_FLOATS),
        }.get(shape.type_name, lambda _, __: self._random.choice(_NUMBERS))
        return make(shape, name)

    def _structure(self, shape: Any) -> dict[str, Any]:
        found = {}
        for name, member in shape.members.items():
            paging = name in ("NextToken", "NextMarker", "PaginationToken", "Marker", "ContinuationToken")
            if self._random.random() < (0.1 if paging else 0.85):
                found[name] = "more" if paging else self._value(member, name)
        return found

    def _map(self, shape: Any, name: str) -> dict[str, Any]:
        known = list(getattr(shape.key, "enum", ()) or ())
        keys = self._random.sample(known, self._random.randrange(len(known))) if known else []
        keys += [self._random.choice(_TEXTS) for _ in range(self._random.randrange(3))]
        if name == "Attributes":
            keys += ["QueueArn", *_COUNTS, "RedrivePolicy", "SentTimestamp", "TopicArn"]
        return {key: self._value(shape.value, key) for key in keys}

    def _string(self, shape: Any, name: str) -> str:
        known = tuple(getattr(shape, "enum", ()) or ())
        if known and self._random.random() < 0.8:
            return str(self._random.choice(known))
        folded = name.lower()
        if name in _COUNTS and self._random.random() < 0.9:  # an answer without them is none
            return self._random.choice(("0", "3", "17", "120000"))
        if self._random.random() < 0.15:
            return self._random.choice(_TEXTS)
        if "url" in folded:
            return self._url(self._random.choice((NAME, "orders", "x.fifo")))
        if folded.endswith(("arn", "arns", "resource", "endpoint", "destination", "source")):
            return self._random.choice(ARNS)
        if any(part in folded for part in _DOCUMENT_MEMBERS):
            return self._random.choice(_DOCUMENTS)
        return self._random.choice((*_TEXTS, *_DOCUMENTS))

    def _url(self, name: str) -> str:
        return f"{self._host}/{ACCOUNT}/{name}"

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self._random.choice(_TIMES), UTC)


@cache
def _service_model(service: str) -> Any:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def operation_model(call: Operation) -> Any:
    """The SDK's description of a call."""
    service = "dynamodbstreams" if call.service == "dynamodb" else call.service
    return _service_model(service).operation_model(call.operation)


def written(call: Operation, model: Any, document: dict[str, Any]) -> web.Response:
    """A document as the service writes it, in the protocol of this call."""
    if call.protocol == "cbor":
        return web.Response(body=cbor.encode(_encodable(document)), headers=cbor.HEADERS)
    if call.protocol == "query":
        result = model.output_shape.serialization.get("resultWrapper", "Result") if model.output_shape else "Result"
        inner = _members(document, model.output_shape) if model.output_shape else ""
        text = f"<{call.operation}Response><{result}>{inner}</{result}></{call.operation}Response>"
        return web.Response(body=text.encode(), content_type="text/xml")
    if call.service == "s3":
        shape = model.output_shape
        text = f"<{shape.name}>{_members(document, shape)}</{shape.name}>" if shape else ""
        return web.Response(body=text.encode(), content_type="text/xml")
    text = json.dumps(document, default=_json_value)
    return web.Response(text=text, content_type="application/x-amz-json-1.0")


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    return "Ynl0ZXM="


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list) else value


def _members(document: dict[str, Any], shape: Any) -> str:
    return "".join(_xml(shape.members[name], name, value) for name, value in document.items())


def _xml(shape: Any, name: str, value: Any) -> str:
    name = shape.serialization.get("name", name)
    if shape.type_name == "structure" and isinstance(value, dict) and value.keys() <= shape.members.keys():
        return f"<{name}>{_members(value, shape)}</{name}>"
    if shape.type_name == "list" and isinstance(value, list):
        flat = shape.serialization.get("flattened")
        each = name if flat else shape.member.serialization.get("name", "member")
        items = "".join(_xml(shape.member, each, item) for item in value)
        return items if flat else f"<{name}>{items}</{name}>"
    if shape.type_name == "map" and isinstance(value, dict):
        entries = "".join(
            f"<entry><key>{_plain(key)}</key><value>{_plain(item)}</value></entry>" for key, item in value.items()
        )
        return f"<{name}>{entries}</{name}>"
    return f"<{name}>{_plain(value)}</{name}>"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value).translate(_NEVER_IN_XML))
