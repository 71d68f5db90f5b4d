"""Files of dead letters: whole or not at all, exact, and private."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evwatch.deadletters.decode import Surroundings, decode
from evwatch.deadletters.document import loads, message_of
from evwatch.deadletters.export import check_writable, write_letters
from evwatch.model.deadletter import DeadLetter, Message, MessageAttribute
from evwatch.model.fault import EvwatchError
from evwatch.model.flow import Flow
from evwatch.model.queue import Queue

NOW = datetime(2026, 10, 7, 3, 12, 40, tzinfo=UTC)
QUEUE = Queue(
    "arn:aws:sqs:eu-central-1:123456789012:dlq", "https://x/dlq", "dlq", "123456789012", "eu-central-1", False
)
MESSAGES = (
    Message("one", '{"price": 10.10, "price": 1e400}', attributes={"b": MessageAttribute("Binary", b"\x00\xff")}),
    Message("two", "line\u2028separator \ud83d\n\x85 [/foo]", system={"SentTimestamp": "1"}),
)


def letters() -> list[DeadLetter]:
    return [decode(message, Surroundings(QUEUE, Flow(), NOW)) for message in MESSAGES]


def test_what_is_written_brings_each_message_back_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "letters.jsonl"
    write_letters(file, letters())
    lines = file.read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert [message_of(loads(line)) for line in lines] == list(MESSAGES)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_fails_half_way_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    file = folder / "letters.jsonl"
    file.write_text("older")

    def failing() -> Iterator[DeadLetter]:
        yield from letters()
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_letters(file, failing())
    assert [each.name for each in folder.iterdir()] == ["letters.jsonl"]
    assert file.read_text() == "older"


@pytest.mark.parametrize("where", ["missing/letters.jsonl", "."])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path, where: str) -> None:
    with pytest.raises(EvwatchError, match=r"cannot write to|is a folder"):
        check_writable(tmp_path / where)
