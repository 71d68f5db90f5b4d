"""Whether what came back is an answer of AWS at all.

The SDK takes a 200 with nothing in it, or with a proxy's web page, for an answer without contents (JSON, CBOR, REST),
or stumbles over it while parsing (query XML). Taken at its word, a log-in page would say that no queue exists and
no alarm fires.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any


class HollowAnswerError(Exception):
    """A 200 that holds no document of the service's protocol."""


_XML = frozenset({"query", "ec2", "rest-xml"})
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<(?!(?:html|!doctype)\b)([\w:.-]+)", re.IGNORECASE)
"""The first element of a document that is no web page."""
_NOTHING_BYTES = 2
_CBOR_MAP = range(0xA0, 0xC0)
"""The first byte of a map (RFC 8949, major type 5), which every answer in CBOR is."""


def is_document(response: Mapping[str, Any] | None, protocol: str) -> bool:
    """Whether the body could be a document of this protocol; what the parser then makes of it is the parser's part."""
    body = (response or {}).get("body")
    if not isinstance(body, bytes):
        return body is not None  # a stream, which is read later
    if protocol in _XML:
        root = _ROOT.match(body)
        return root is not None and (protocol == "rest-xml" or root[1].endswith(b"Response"))
    start = body.lstrip()[:1]
    return start == b"{" or (bool(start) and start[0] in _CBOR_MAP)


def speaks_of_something_else(response: Mapping[str, Any] | None, wire_names: frozenset[str]) -> bool:
    """Whether a document of which the parser took nothing holds something, but nothing by these names."""
    body = (response or {}).get("body")
    if not isinstance(body, bytes) or len(body) <= _NOTHING_BYTES or not body.lstrip().startswith(b"{"):
        return False
    try:
        document = json.loads(body)
    except ValueError:
        return False
    return isinstance(document, dict) and bool(document) and document.keys().isdisjoint(wire_names)


def read_times_quickly(session: Any) -> None:
    """Let this session's parsers make times of numbers themselves, in UTC.

    The SDK looks up the machine's own time zone for each of them, which is most of what parsing datapoints takes.
    """
    from botocore.utils import parse_timestamp

    def parse(value: object) -> datetime:
        if isinstance(value, (int, float)):
            with suppress(OverflowError, OSError):
                return datetime.fromtimestamp(value, UTC)
        found: datetime = parse_timestamp(value)
        return found

    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=parse)


def moment(milliseconds: object) -> datetime | None:
    """The time of so many milliseconds since the epoch; None where it is no number, or a time that no calendar has."""
    if isinstance(milliseconds, int):
        with suppress(OverflowError, ValueError, OSError):
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return None


def while_parsing(error: BaseException) -> bool:
    """Whether the SDK's parser stumbled: it raises whatever Python does (KeyError, AttributeError, ...)."""
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_globals.get("__name__") in ("botocore.parsers", "aiobotocore.parsers"):
            return True
        trace = trace.tb_next
    return False
