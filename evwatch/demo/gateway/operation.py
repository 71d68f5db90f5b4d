"""Which service and operation a request asks for, whatever protocol it speaks."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiMapping

Protocol = Literal["json", "query", "cbor", "rest"]

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/")
_RPC_PATH = re.compile(r"^/service/[^/]+/operation/(\w+)$")
_LABEL = re.compile(r"\\{\w+(\\\+)?\\}")
# The SDK's name of a service where it signs with another.
_SDK_NAMES = {"monitoring": "cloudwatch", "states": "stepfunctions", "tagging": "resourcegroupstaggingapi"}
_REST_JSON = ("lambda", "scheduler", "pipes")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call, named as the SDK names it: `cloudwatch`, `GetMetricData`."""

    service: str
    operation: str
    protocol: Protocol
    access_key_id: str = ""
    region: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    """What it was asked with. Of a query request the flat form fields; empty where the body is no document."""

    @property
    def name(self) -> str:
        """`service:Operation`."""
        return f"{self.service}:{self.operation}"


async def operation(request: web.BaseRequest) -> Operation:
    """Name the call that a request makes. What cannot be told is empty."""
    key, region, service = _credential(request)
    body = await request.read()
    if request.headers.get("Content-Encoding", "") == "gzip":
        body = gzip.decompress(body)
    rpc = _RPC_PATH.match(request.path)
    if rpc:
        return Operation(service, rpc[1], "cbor", key, region, _cbor(body))
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return Operation(service, target.rpartition(".")[2], "json", key, region, _json(body))
    if request.content_type == "application/x-www-form-urlencoded":
        form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        return Operation(service, form.pop("Action", ""), "query", key, region, form)
    if service in (*_REST_JSON, "s3"):
        found = _rest_operation(service, request.method, request.raw_path.partition("?")[0], request.query)
        return Operation(service, found, "rest", key, region, _json(body) if service in _REST_JSON else {})
    return Operation(service, "", "rest", key, region)


def _credential(request: web.BaseRequest) -> tuple[str, str, str]:
    signed = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    if not signed:
        return "", "", ""
    return signed[1], signed[2], _SDK_NAMES.get(signed[3], signed[3])


def _json(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body) if body else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _cbor(body: bytes) -> dict[str, Any]:
    from botocore.parsers import RpcV2CBORParser

    parser = RpcV2CBORParser()
    document = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)) if body else {}
    return document if isinstance(document, dict) else {}


@dataclass(frozen=True, slots=True)
class _Route:
    operation: str
    method: str
    path: re.Pattern[str]
    flags: frozenset[str]


@cache
def _routes(service: str) -> tuple[_Route, ...]:
    """The REST operations of a service, those that ask for most first."""
    from botocore.loaders import Loader

    model = Loader().load_service_model(service, "service-2")
    routes = []
    for name, described in model["operations"].items():
        path, _, query = described["http"]["requestUri"].partition("?")
        pattern = _LABEL.sub(lambda label: ".+" if label[1] else "[^/]+", re.escape(path).rstrip("/"))
        flags = frozenset(flag for flag in query.split("&") if flag)
        routes.append(_Route(name, described["http"]["method"], re.compile(f"^{pattern}/?$"), flags))
    return tuple(sorted(routes, key=lambda route: len(route.flags), reverse=True))


def _rest_operation(service: str, method: str, path: str, query: MultiMapping[str]) -> str:
    given = {f"{name}={value}" for name, value in query.items()} | set(query)
    for route in _routes(service):
        if route.method == method and route.path.match(path) and route.flags <= given:
            return route.operation
    return ""
