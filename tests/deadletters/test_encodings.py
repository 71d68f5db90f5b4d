"""Encoded bodies are shown decoded and named; the body itself stays as it was."""

from __future__ import annotations

import base64
import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.deadletters.decode.encodings import MAX_UNPACKED_BYTES, unpack

EVENT = {"orderId": "ord-1001", "amount": 10.5, "name": "Zoë"}
PLAIN = json.dumps(EVENT, ensure_ascii=False)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _gzip(data: bytes) -> bytes:
    """The same at every time: it stands in the names of tests, which must be the same in every process."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (_b64(PLAIN.encode()), ("base64",)),
        (_b64(_gzip(PLAIN.encode())), ("base64", "gzip")),
        (_b64(zlib.compress(PLAIN.encode())), ("base64", "zlib")),
        (base64.urlsafe_b64encode(_gzip(PLAIN.encode())).decode().rstrip("="), ("base64", "gzip")),
        (base64.encodebytes(PLAIN.encode() * 1).decode(), ("base64",)),
        (
            _b64(_gzip(PLAIN[:10].encode()) + _gzip(PLAIN[10:].encode())),
            ("base64", "gzip"),
        ),
        (json.dumps(PLAIN), ("json",)),
        (json.dumps(_b64(_gzip(PLAIN.encode()))), ("base64", "gzip")),
        (
            _b64(_gzip(_b64(zlib.compress(PLAIN.encode())).encode())),
            ("base64", "gzip", "base64", "zlib"),
        ),
    ],
)
def test_what_is_inside_is_shown_and_named(body: str, encodings: tuple[str, ...], letter_of: Any) -> None:
    letter = letter_of(body)
    assert letter.event == EVENT
    assert letter.encodings == encodings
    assert letter.message.body == body


@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: _b64(_gzip(text.encode()))])
def test_an_event_is_found_within_an_encoding_within_an_envelope(wrap: Callable[[str], str], letter_of: Any) -> None:
    event = {"detail-type": "OrderCreated", "source": "order-service", "detail": EVENT}
    envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:111122223333:t"}
    letter = letter_of(wrap(json.dumps({**envelope, "Message": wrap(json.dumps(event))})))
    assert letter.event == event
    assert letter.envelope == ("sns", "eventbridge")


@pytest.mark.parametrize(
    "text",
    [
        "abcdefghijklmnop",  # base64 by its letters
        "0123456789abcdef0123456789abcdef",
        "order-123-created-now",
        _b64(b"just some words, nothing more"),
        _b64(bytes(range(256))),
        _b64(_gzip(b"x" * 1000)[:-4]),  # cut off
        _b64(b"\x78\x9cnot zlib after all, to be sure"),
        _b64(b"{not json}" * 3),
        _b64(b'{"name": "\xff\xfe\xfd"}'),
        "H4sI" + "!" * 20,
    ],
)
def test_what_only_looks_encoded_is_left_alone(text: str, letter_of: Any) -> None:
    letter = letter_of(text)
    assert letter.event == text
    assert letter.encodings == ()


def test_bytes_that_are_no_text_are_shown_as_base64(letter_of: Any) -> None:
    letter = letter_of(_b64(_gzip(b"\xff\xfe\x00binary")))
    assert letter.event == {"base64": _b64(b"\xff\xfe\x00binary")}
    assert letter.encodings == ("base64", "gzip")


@pytest.mark.parametrize("pack", [_gzip, zlib.compress])
def test_a_bomb_is_shown_packed_and_said_to_be_one(pack: Callable[[bytes], bytes], letter_of: Any) -> None:
    body = _b64(pack(b" " * (MAX_UNPACKED_BYTES * 4)))
    letter = letter_of(body)
    assert letter.event == body
    assert letter.encodings == ()
    assert len(letter.notes) == 1
    assert "unpacks to more than 8 MiB" in letter.notes[0]


def test_a_bomb_is_never_unpacked_whole() -> None:
    body = _b64(_gzip(b" " * (MAX_UNPACKED_BYTES * 16)))
    tracemalloc.start()
    try:
        unpack(body)
        assert tracemalloc.get_traced_memory()[1] < MAX_UNPACKED_BYTES * 4
    finally:
        tracemalloc.stop()


def test_what_unpacks_to_just_the_limit_is_shown(letter_of: Any) -> None:
    body = _b64(_gzip(b"a" * MAX_UNPACKED_BYTES))
    assert len(letter_of(body).event) == MAX_UNPACKED_BYTES


@pytest.mark.parametrize(
    "name", ["software.amazon.payloadoffloading.PayloadS3Pointer", "com.amazon.sqs.javamessaging.MessageS3Pointer"]
)
def test_the_extended_clients_pointer_is_named_with_where_it_points(name: str, letter_of: Any) -> None:
    body = json.dumps([name, {"s3BucketName": "payloads", "s3Key": "8b79b963"}])
    letter = letter_of(body)
    assert letter.event == {"s3BucketName": "payloads", "s3Key": "8b79b963"}
    assert letter.encodings == ("s3-pointer",)
    assert letter.notes == ("the payload lies in s3://payloads/8b79b963",)
    assert letter.message.body == body


@pytest.mark.parametrize(
    "body",
    [
        '["PayloadS3Pointer"]',
        '["PayloadS3Pointer", {}]',
        '["PayloadS3Pointer", {"s3BucketName": 1, "s3Key": []}]',
        "[]",
    ],
)
def test_a_malformed_pointer_is_an_array(body: str, letter_of: Any) -> None:
    letter = letter_of(body)
    assert letter.event == json.loads(body)
    assert letter.encodings == ()


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([lambda data: data, _gzip, zlib.compress]))
def test_no_bytes_behind_base64_raise(data: bytes, pack: Callable[[bytes], bytes]) -> None:
    unpacked = unpack(_b64(pack(data)))
    assert unpacked.value is None or unpacked.value == unpacked.value
