"""Which line of a log says why, and which lines belong to one invocation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evwatch.model.log_lines import LogLine
from evwatch.model.log_reason import invocation, reason, reason_in, request_id

ID = "a0b4a296-9d80-45a9-b03f-2d71581d8e83"
OTHER = "0f0f0f0f-9d80-45a9-b03f-2d71581d8e83"
AT = datetime(2026, 11, 1, tzinfo=UTC)


def line(text: str, second: int = 0, *, matched: bool = False) -> LogLine:
    return LogLine(AT + timedelta(seconds=second), text, "s", "/aws/lambda/f", matched)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("[ERROR] KeyError: 'amount'\nTraceback (most recent call last):\n  File x", "KeyError", "'amount'"),
        (f"[ERROR]\t2026-11-01T00:00:00.000Z\t{ID}\tcould not pay", None, "could not pay"),
        ("[ERROR] app.errors.PaymentError: declined", "app.errors.PaymentError", "declined"),
        # A dead letter that says the same has the same type, so that both can be told to be one failure.
        (
            "[ERROR] SMTPServerDisconnected: Connection unexpectedly closed\nTraceback (most recent call last):",
            "SMTPServerDisconnected",
            "Connection unexpectedly closed",
        ),
        (f"[ERROR]\t2026-11-01T00:00:00.000Z\t{ID}\tOrderService: no answer", None, "OrderService: no answer"),
        (
            f"2026-11-01T00:00:00.000Z {ID} Task timed out after 3.00 seconds",
            "Timeout",
            "Task timed out after 3.00 seconds",
        ),
        ("java.lang.IllegalStateException: no stock", "java.lang.IllegalStateException", "no stock"),
        ("x: java.io.IOException: a\nCaused by: java.net.SocketException: reset", "java.net.SocketException", "reset"),
        (
            f"RequestId: {ID} Error: Runtime exited with error: signal: killed",
            None,
            "Runtime exited with error: signal: killed",
        ),
        ('{"level":"ERROR","errorType":"KeyError","errorMessage":"no total"}', "KeyError", "no total"),
        ('{"type":"platform.runtimeDone","record":{"status":"timeout"}}', None, "the runtime ended with timeout"),
    ],
)
def test_a_line_that_tells_of_a_failure_is_read(text: str, kind: str | None, message: str) -> None:
    found = reason_in(text)
    assert found is not None
    assert (found.type, found.message) == (kind, message)


@pytest.mark.parametrize(
    "text",
    [
        "[INFO] wrote 12 orders",
        f"START RequestId: {ID} Version: $LATEST",
        '{"level":"INFO","message":"no error here"}',
        '{"type":"platform.runtimeDone","record":{"status":"success"}}',
        "[" * 20_000,
        '{"a":' * 20_000,
    ],
)
def test_a_line_that_tells_of_none_gives_no_reason(text: str) -> None:
    assert reason_in(text) is None


def test_the_last_failure_counts_and_one_that_matched_before_all() -> None:
    lines = [line("[ERROR] KeyError: mine", matched=True), line("[ERROR] OSError: of another")]
    assert reason(lines) == reason_in("[ERROR] KeyError: mine")
    assert reason([line("[ERROR] KeyError: a"), line("[ERROR] OSError: b")]) == reason_in("[ERROR] OSError: b")


def test_an_invocation_is_cut_out_of_its_stream_whichever_of_its_lines_was_found() -> None:
    lines = [
        line(f"START RequestId: {OTHER} Version: 1"),
        line(f"END RequestId: {OTHER}"),
        line(f"START RequestId: {ID} Version: 1"),
        line("loading"),
        line("[ERROR] KeyError: 'amount'"),
        line(f"REPORT RequestId: {ID} Duration: 1 ms"),
        line(f"START RequestId: {OTHER} Version: 1"),
    ]
    for at in range(2, 6):
        assert list(invocation(lines, at)) == lines[2:6]
    assert list(invocation(lines, 0)) == lines[:2]
    assert list(invocation(lines, 6)) == lines[6:]


def test_a_request_id_is_read_from_text_and_from_json() -> None:
    assert request_id(f"END RequestId: {ID}") == ID
    assert request_id(f"[INFO]\t2026-11-01T00:00:00Z\t{ID}\thello") == ID
    assert request_id(f'{{"type":"platform.start","record":{{"requestId":"{ID}"}}}}') == ID
    assert request_id(f'{{"AWSRequestId":"{ID}","message":"x"}}') == ID
    assert request_id(f"order {ID} is paid") is None
