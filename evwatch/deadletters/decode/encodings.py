"""Bodies that hold something else in disguise: base64, gzip, zlib, JSON in a JSON string, a pointer into S3."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import NamedTuple

from evwatch.deadletters.decode.reading import read_json
from evwatch.model.deadletter import JsonValue

MAX_UNPACKED_BYTES = 8 * 1024 * 1024
"""What compressed data may grow to. A message of 1 MiB can hold a bomb of 1 GiB."""

_MAX_ENCODINGS = 4
_MIN_BASE64 = 16
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\r\n]{16,}={0,2}[\r\n]*")
_TO_STANDARD = str.maketrans("-_", "+/", "\r\n")
_GZIP = b"\x1f\x8b"
_GZIP_BITS = zlib.MAX_WBITS | 16
_TOO_LARGE = f"unpacks to more than {MAX_UNPACKED_BYTES // (1024 * 1024)} MiB: shown packed"

_POINTER_CLASSES = ("PayloadS3Pointer", "MessageS3Pointer")
"""What the SQS extended client libraries name as the class of the pointer, today's and that of their version 1."""


class Unpacked(NamedTuple):
    """What a text turned out to hold."""

    value: JsonValue
    text: str
    """The innermost text, exactly; the text given where what it holds is not text."""
    encodings: tuple[str, ...] = ()
    """From outside in."""
    notes: tuple[str, ...] = ()


def unpack(text: str) -> Unpacked:
    """Take off whatever encodings can be told for sure, and read what is inside; the text itself where that is nothing.

    Bytes that are no text become `{"base64": ...}`.
    """
    encodings: list[str] = []
    notes: list[str] = []
    while True:
        reading = read_json(text)
        notes += reading.notes
        value = reading.value if reading.found else text
        if type(value) is list and (pointer := _s3_pointer(value)):
            encodings.append("s3-pointer")
            notes.append(f"the payload lies in s3://{pointer['s3BucketName']}/{pointer['s3Key']}")
            return Unpacked(pointer, text, tuple(encodings), tuple(notes))
        if type(value) is not str or len(encodings) >= _MAX_ENCODINGS:
            return Unpacked(value, text, tuple(encodings), tuple(notes))
        if reading.found and _holds_json(value):
            encodings.append("json")
            text = value
            continue
        packed = _from_base64(value)
        if packed is None:
            return Unpacked(value, text, tuple(encodings), tuple(notes))
        if packed.note:
            notes.append(packed.note)
            return Unpacked(value, text, tuple(encodings), tuple(notes))
        encodings += packed.encodings
        try:
            text = packed.data.decode()
        except UnicodeDecodeError:
            coded = base64.b64encode(packed.data).decode("ascii")
            return Unpacked({"base64": coded}, text, tuple(encodings), tuple(notes))


class _Packed(NamedTuple):
    data: bytes
    encodings: tuple[str, ...]
    note: str = ""


def _from_base64(text: str) -> _Packed | None:
    """The bytes that base64 hides. Any word of the right length is base64, so what comes out must be recognisable."""
    if len(text) < _MIN_BASE64 or not _BASE64.fullmatch(text):
        return None
    plain = text.translate(_TO_STANDARD)
    try:
        data = binascii.a2b_base64(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return None
    name = "gzip" if data[:2] == _GZIP else "zlib" if _is_zlib(data) else ""
    if name:
        unpacked, complete = _decompressed(data, _GZIP_BITS if name == "gzip" else zlib.MAX_WBITS)
        if complete:
            return _Packed(unpacked, ("base64", name))
        if len(unpacked) > MAX_UNPACKED_BYTES:
            return _Packed(b"", (), f"{name} that {_TOO_LARGE}")
        return None
    if data.lstrip()[:1] in (b"{", b"[") and _is_text(data) and _holds_json(data.decode()):
        return _Packed(data, ("base64",))
    return None


def _decompressed(data: bytes, window_bits: int) -> tuple[bytes, bool]:
    """What was unpacked, and whether that is all of it. A gzip file may be several, one after the other."""
    parts: list[bytes] = []
    room = MAX_UNPACKED_BYTES + 1
    while data and room > 0:
        engine = zlib.decompressobj(window_bits)
        try:
            part = engine.decompress(data, room)
        except zlib.error:
            return b"".join(parts), False
        parts.append(part)
        room -= len(part)
        if not engine.eof:
            return b"".join(parts), False
        data = engine.unused_data
    unpacked = b"".join(parts)
    return unpacked, not data and len(unpacked) <= MAX_UNPACKED_BYTES


def _is_zlib(data: bytes) -> bool:
    """The header of RFC 1950: deflate, and a checksum over two bytes."""
    return len(data) > 6 and data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and (data[0] << 8 | data[1]) % 31 == 0


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _holds_json(text: str) -> bool:
    """Whether a text is a JSON object or array: a bare word or number inside would prove nothing."""
    return text.lstrip()[:1] in ("{", "[") and read_json(text).found


def _s3_pointer(value: list[JsonValue]) -> dict[str, JsonValue] | None:
    """The pointer that the SQS extended client leaves in place of a large payload."""
    if len(value) != 2:
        return None
    name, pointer = value
    if type(name) is not str or not name.endswith(_POINTER_CLASSES) or type(pointer) is not dict:
        return None
    bucket, key = pointer.get("s3BucketName"), pointer.get("s3Key")
    return pointer if type(bucket) is str and type(key) is str else None
