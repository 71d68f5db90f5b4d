"""Bodies that would act on a terminal: whatever a command prints there, they stay text."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest

from tests.commands import on_terminal
from tests.looks.conftest import Desk

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07",
    "[/foo][@click=app.quit]x[/]",
    "\u202egnp.exe\u2066\u200f\u061c",
    "\x9b31m\x85\x90 c1",
    "a\rb\x08\x08c\x7f\u2028d",
)
COMMANDS = (("show",), ("show", "--raw"), ("groups",), ("show", "-o", "json"))
_COLOUR = re.compile(r"\x1b\[\d*m")


@pytest.fixture
def hostile(desk: Desk) -> Desk:
    """A DLQ of hostile bodies, attributes and events; JSON carries what SQS itself would refuse as a body."""
    dlq = desk.dlq()
    for text in HOSTILE:
        body = json.dumps({"source": text, "detail-type": text, "version": "0", "detail": {text: text}})
        attributes = {
            name: {"DataType": "String", "StringValue": json.dumps(text)} for name in ("ERROR_MESSAGE", "ErrorMessage")
        }
        desk.sqs.send_message(QueueUrl=dlq, MessageBody=body, MessageAttributes=attributes)
    desk.sqs.send_message(QueueUrl=dlq, MessageBody=HOSTILE[1] + HOSTILE[2] + "\u0085\u009b")
    return desk


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_that_a_message_holds_reaches_the_terminal_as_more_than_text(
    hostile: Desk, command: tuple[str, ...]
) -> None:
    name, *options = command
    environment = hostile.account.environment(hostile.url)
    outcome = on_terminal(["dlq", name, "orders-dlq", *options], environment, 160, errors_too=True)
    assert outcome.code == 0
    written = outcome.out
    assert "orders-dlq" in written or "source" in written
    # The progress line clears itself, and that alone is evwatch's own.
    shown = _COLOUR.sub("", written.replace("\r\x1b[K", "").replace("\r\n", "\n"))
    acting = {sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") and sign != "\n"}
    assert not acting
