"""Enough of CBOR (RFC 8949) to answer as CloudWatch does, which speaks it with today's SDK."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any

CONTENT_TYPE = "application/cbor"
HEADERS = {"Content-Type": CONTENT_TYPE, "smithy-protocol": "rpc-v2-cbor"}


def encode(value: Any) -> bytes:
    """One value. Times become tag 1, seconds since the epoch."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case datetime():
            return b"\xc1" + encode(value.timestamp())
        case bytes():
            return _head(2, len(value)) + value
        case str():
            content = value.encode()
            return _head(3, len(content)) + content
        case Mapping():
            return _head(5, len(value)) + b"".join(encode(key) + encode(item) for key, item in value.items())
        case list() | tuple():
            return _head(4, len(value)) + b"".join(map(encode, value))
    raise TypeError(f"no CBOR for {type(value).__name__}")


def _head(major: int, number: int) -> bytes:
    kind = major << 5
    if number < 24:
        return bytes([kind | number])
    for place, size in enumerate((1, 2, 4, 8)):
        if number < 1 << (8 * size):
            return bytes([kind | (24 + place)]) + number.to_bytes(size, "big")
    raise OverflowError(number)
