"""Screen 3 as an operator meets it: a real process in a pseudo-terminal, AWS's protocol behind it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.account import Account
from tests.emulator.latency import Latency
from tests.looks.conftest import Desk, seated
from tests.ui.terminals import Terminal

MESSAGES = 400
HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;owned\x07",
    "\x1b[31;1mred\x1b[2J\x1bc",
    "\x1bP+q544e\x1b\\",
    "\x9b31m\x9d52;c;ZXZpbA==\x9c",
    "\u202egnp.exe\u2066x\u2069",
    "[/foo] [@click=app.quit]x[/]",
)
_CODES = re.compile(rb"\x1b[^\[]|\x1b\[[0-9;?<>=]*[^0-9;?<>=]")


def environment(desk: Desk) -> dict[str, str]:
    """The variables that lead the dashboard to this account."""
    return desk.account.environment(desk.url)


def failed(number: int) -> str:
    """A function's failure; three causes."""
    kind = "KeyError" if number % 10 == 0 else "TypeError" if number % 4 else "ValueError"
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": "2026-10-07T02:41:19.137Z",
            "requestContext": {
                "requestId": str(number),
                "functionArn": "arn:aws:lambda:eu-central-1:1:function:process-order",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": {"orderId": f"ORD-{number:06d}"},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorType": kind, "errorMessage": f"order {number}"},
        }
    )


def test_hundreds_of_messages_are_read_grouped_and_released_and_cost_what_was_said(aws: Account) -> None:
    with seated(aws) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, [failed(number) for number in range(MESSAGES)])
        with Terminal(environment(desk)) as terminal:
            terminal.shows("orders-dlq", "▲ dead letters")
            terminal.press("d")
            terminal.shows("received once more", "read all, about")
            terminal.press("3")
            terminal.shows(f"seen {MESSAGES} of about {MESSAGES}, complete", "receives 0 → 1, all released")
            # TypeError where the number is no multiple of 4 nor of 10, KeyError where it is one of 10.
            for amount in (280, 40, 80):
                terminal.shows(str(amount))
            assert desk.depth(dlq) == (MESSAGES, 0)
            terminal.press("q")
            assert terminal.ends() == 0
        assert desk.receive_counts(dlq) == {1}


@pytest.mark.parametrize("way", ["q", "terminate", "hang up"])
def test_every_way_out_during_a_look_leaves_nothing_in_flight(aws: Account, way: str) -> None:
    with seated(aws, Latency(0.05)) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, [failed(number) for number in range(MESSAGES)])
        with Terminal(environment(desk)) as terminal:
            terminal.shows("orders-dlq", "▲ dead letters")
            terminal.press("d")
            terminal.shows("read all, about")
            terminal.press("3")
            terminal.shows("esc stops")
            assert desk.depth(dlq)[1] > 0
            if way == "q":
                terminal.press("q")
            elif way == "terminate":
                terminal.process.send_signal(signal.SIGTERM)
            else:
                terminal.hang_up()
                # As the kernel does it; the second has Textual begin anew with its terminal.
                terminal.process.send_signal(signal.SIGHUP)
                terminal.process.send_signal(signal.SIGCONT)
            code = terminal.ends()
        assert desk.depth(dlq) == (MESSAGES, 0)
        if way != "hang up":
            assert code == (0 if way == "q" else 130)


def test_hostile_messages_write_nothing_to_the_terminal_but_what_the_dashboard_writes(aws: Account) -> None:
    with seated(aws) as desk:
        dlq = desk.dlq()
        for text in HOSTILE:
            for body in hostile(text):
                desk.sqs.send_message(
                    QueueUrl=dlq,
                    MessageBody=body,
                    MessageAttributes={"note": {"DataType": "Binary", "BinaryValue": text.encode()}},
                )
        with Terminal(environment(desk), columns=160, lines=50) as terminal:
            terminal.shows("orders-dlq", "▲ dead letters")
            usual, usual_commands = codes(terminal.written), commands(terminal.written)
            terminal.press("d")
            terminal.shows("read all, about")
            terminal.press("3")
            terminal.shows("complete", "all released")
            terminal.press("\r")
            for _ in range(len(HOSTILE) * 3):
                terminal.press("jxxxa")
                terminal.look()
            terminal.press("q")
            assert terminal.ends() == 0
            written = terminal.written
        for text in HOSTILE[:-1]:
            assert text.encode() not in written
        for character in "\x9b\x9d\x9c\u202e\u2066\u2069":
            assert character.encode() not in written
        assert commands(written) <= usual_commands
        assert codes(written) - usual <= {b"l", b"h", b"u", b"m", b"H"}, (
            "only the ends of sequences that close a screen"
        )


def hostile(text: str) -> Iterator[str]:
    """Bodies that SQS takes and that hold this text, more or less hidden: it refuses the oldest control characters."""
    if min(text) >= " ":
        yield text
        yield json.dumps({"a": text}, ensure_ascii=False)
    failure = json.loads(failed(1))
    failure["responsePayload"] = {"errorType": text, "errorMessage": f"{text}\n{text}", text: text}
    failure["requestContext"]["functionArn"] += text
    yield json.dumps(failure)
    yield base64.b64encode(gzip.compress(json.dumps({text: [text]}, ensure_ascii=False).encode())).decode()


def commands(written: bytes) -> set[bytes]:
    """What was said to the terminal beside what it shows: titles, clipboard, links (OSC)."""
    return set(re.findall(rb"\x1b\][^\x07\x1b]*", written))


def codes(written: bytes) -> set[bytes]:
    """The last byte of every escape sequence."""
    return {found[-1:] for found in _CODES.findall(written)}


def test_the_pager_gets_inert_text_in_a_private_file_that_is_gone_afterwards(aws: Account, tmp_path: Path) -> None:
    pager, seen = tmp_path / "pager", tmp_path / "seen"
    pager.write_text(f'#!/bin/sh\nstat -c "mode %a" "$2"; echo "args $# $1"; cat "$2"; echo "$2" > {seen}; read line\n')
    pager.chmod(0o700)
    with seated(aws) as desk:
        dlq = desk.dlq()
        desk.fill(dlq, ["body \x9b]52;c;ZXZpbA== end"])
        with Terminal({**environment(desk), "PAGER": f"{pager} --flag"}) as terminal:
            terminal.shows("orders-dlq", "▲ dead letters")
            terminal.press("d")
            terminal.shows("read all, about")
            terminal.press("3")
            terminal.shows("complete")
            terminal.press("v")
            terminal.shows("mode 600", "args 2 --flag", "body \ufffd]52;c;ZXZpbA== end")
            terminal.forget()
            os.killpg(terminal.process.pid, signal.SIGINT)  # Ctrl-C, as the terminal sends it to both
            terminal.shows("Groups")
            assert not Path(seen.read_text().strip()).exists()
            terminal.press("q")
            assert terminal.ends() == 0
