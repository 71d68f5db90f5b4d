"""Answers that are not what AWS's model says: something else stands where it says what there is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.demo.gateway.operation import Operation
from tests.emulator.faults import Fault
from tests.emulator.made_up import operation_model, written

_WRONG: dict[str, tuple[Any, ...]] = {
    "string": (["x"], {"x": 1}),
    "list": ("text", 7, {"x": None}),
    "structure": ("text", 7, ["x"]),
    "map": ("text", 7, ["x"]),
    "timestamp": ("never", [], {}),
    "boolean": ("text", [1]),
}
_NO_NUMBER: tuple[Any, ...] = ("text", [], {})
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")

Document = dict[str, Any]
DOCUMENT = web.RequestKey("document", dict)
"""Where what answers leaves its document, for whoever writes it otherwise."""


def misfit(random: Random) -> Fault:
    """One value of what was answered is of another kind; of a queue's attributes also no number, or missing.

    What answers must leave its `document` at the request.
    """

    async def fault(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
        await handler(request)
        document = copy.deepcopy(request[DOCUMENT])
        model = operation_model(call)
        if call.protocol == "query" or not document:
            return web.Response(text="<Unexpected><Result/></Unexpected>", content_type="text/xml")
        if call.operation == "GetQueueAttributes" and random.random() < 0.6:
            count = random.choice(_COUNTS)
            document["Attributes"][count] = random.choice(("many", "", "-3", "1e9"))
            if random.random() < 0.3:
                del document["Attributes"][count]
        else:
            place, key, kind = random.choice(list(_places(document, model.output_shape)))
            place[key] = random.choice(_WRONG.get(kind, _NO_NUMBER))
        return written(call, model, document)

    return fault


async def something_else(request: web.Request, call: Operation, handler: Handler) -> web.StreamResponse:
    """Something on the way answers 200 with a document of its own, in the format of the service."""
    await handler(request)
    if call.protocol in ("query",) or call.service == "s3":
        return web.Response(text="<html><body>Please log in</body></html>", content_type="text/xml")
    return web.json_response({"message": "please log in", "status": 200}, content_type="application/json")


def _places(value: Any, shape: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every place in a document that has a kind: what it is in, its key there, and the kind."""
    if shape.type_name == "structure":
        parts = [(name, shape.members[name]) for name in value]
    elif shape.type_name == "map":
        parts = [(name, shape.value) for name in value]
    elif shape.type_name == "list":
        parts = [(place, shape.member) for place in range(len(value))]
    else:
        return
    for key, member in parts:
        yield value, key, member.type_name
        yield from _places(value[key], member)
