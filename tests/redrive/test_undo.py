"""Deleted messages are saved first and come back once, with what they were; files are sent once, to the byte."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from evwatch.deadletters.document import document, dumps
from evwatch.model.fault import EvwatchError
from evwatch.model.plan import RedriveRequest
from evwatch.redrive.control import Control
from evwatch.redrive.files import read_file
from tests.emulator.account import Account
from tests.emulator.faults import Faults, refused, reset_after
from tests.redrive.conftest import Operating
from tests.redrive.seeding import Dead, dead_letter_queue, texts

RICH: dict[str, Any] = {
    "MessageBody": '{"number": 99, "amount": 10.10, "é": "\\u00e9"}',
    "MessageAttributes": {
        "s": {"DataType": "String.json", "StringValue": "{}"},
        "n": {"DataType": "Number.float", "StringValue": "10.10"},
        "b": {"DataType": "Binary.png", "BinaryValue": bytes(range(256))},
    },
}


def held(dead: Dead) -> dict[int, dict[str, Any]]:
    """What the DLQ holds, by number, taken out."""
    return {json.loads(message["Body"])["number"]: message for message in dead.drain(dead.dlq_url)}


async def test_what_was_deleted_comes_back_once_as_it_was_and_still_knows_its_source(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail([*texts(15), RICH])
    async with operating() as operator:
        look = await operator.look(dead.name)
        chosen = tuple(letter for letter in look.letters if json.loads(letter.message.body)["number"] >= 10)
        report = await operator.delete(dead.name, chosen)
        assert (report.kind, report.status, report.deleted, report.planned, report.remaining) == (
            "delete",
            "completed",
            6,
            6,
            10,
        )
        assert operator.told[-1].rate > 0  # a delete gets on by what it deletes
        undone = await operator.undo(report.run)
        assert (undone.kind, undone.status, undone.sent, undone.clean) == ("undo", "completed", 6, True)
        with pytest.raises(EvwatchError) as refused_:
            await operator.undo(report.run)
        assert refused_.value.fault.code == "refused"
        assert "was undone by" in refused_.value.fault.message
        again = await operator.look(dead.name)
        assert {letter.target_arn for letter in again.letters} == {dead.source_arn}
        plan = await operator.plan(dead.name, RedriveRequest())
        assert plan.engine == "journal"  # SQS would not know where they came from
        back = await operator.redrive(dead.name)
    assert (back.sent, back.skipped, back.remaining) == (16, (), 0)
    arrived = {json.loads(message["Body"])["number"]: message for message in dead.drain()}
    assert sorted(arrived) == [*range(15), 99]
    assert arrived[99]["Body"] == RICH["MessageBody"]
    assert arrived[99]["MessageAttributes"] == RICH["MessageAttributes"]


async def test_all_of_a_queue_is_deleted_and_put_back(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(45))
    async with operating() as operator:
        report = await operator.delete(dead.name)
        assert (report.deleted, report.remaining) == (45, 0)
        undone = await operator.undo(report.run)
    assert undone.sent == 45
    assert sorted(held(dead)) == list(range(45))


async def test_a_delete_that_is_denied_names_what_is_still_there(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(5))
    async with operating(Faults().on("sqs:DeleteMessageBatch", refused("denied"), times=None)) as operator:
        report = await operator.delete(dead.name)
        assert (report.status, report.deleted, len(report.failed)) == ("stopped", 0, 5)
        assert {each.code for each in report.failed} == {"not-deleted"}
        undone = await operator.undo(report.run)  # nothing was deleted, so nothing comes back
    assert undone.sent == 0
    assert sorted(held(dead)) == list(range(5))


async def test_an_undo_whose_answer_was_lost_leaves_it_named_and_puts_nothing_back_twice(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(25))
    faults = Faults()
    async with operating(faults) as operator:
        report = await operator.delete(dead.name)
        faults.on("sqs:SendMessageBatch", reset_after)
        undone = await operator.undo(report.run)
        assert (undone.sent, len(undone.undecided), undone.clean) == (15, 10, False)
        more = await operator.session.redriver.resume(undone.run, Control(), operator.tell)
        assert (more.sent, len(more.undecided)) == (15, 10)
    assert sorted(held(dead)) == list(range(25))


async def test_only_a_delete_can_be_undone(aws: Account, operating: Operating) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(2))
    async with operating() as operator:
        report = await operator.redrive(dead.name)
        with pytest.raises(EvwatchError) as refused_:
            await operator.undo(report.run)
    assert refused_.value.fault.code == "refused"


async def test_an_exported_file_goes_back_byte_for_byte_and_each_line_once(
    aws: Account, operating: Operating, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail([*texts(12), RICH])
    file = tmp_path / "letters.jsonl"
    async with operating() as operator:
        look = await operator.look(dead.name)
        file.write_text("".join(dumps(document(letter)) + "\n" for letter in look.letters))
        dead.drain(dead.dlq_url)
        report = await operator.import_file(file, dead.name)
        assert (report.kind, report.status, report.sent, report.planned) == ("import", "completed", 13, 13)
        repeated = await operator.import_file(file, dead.name)
        assert (repeated.sent, {each.code for each in repeated.skipped}) == (0, {"sent-before"})
        assert repeated.clean
        forced = await operator.import_file(file, dead.name, again=True)
        assert forced.sent == 13
        again = await operator.look(dead.name)
        assert {letter.target_arn for letter in again.letters} == {dead.source_arn}
    messages = dead.drain(dead.dlq_url)
    assert len(messages) == 26
    rich = [message for message in messages if "99" in message["Body"]]
    assert [message["Body"] for message in rich] == [RICH["MessageBody"]] * 2
    assert [message["MessageAttributes"] for message in rich] == [RICH["MessageAttributes"]] * 2


async def test_a_file_is_read_again_beside_the_screen_and_not_by_the_thread_that_paints_it(
    aws: Account, operating: Operating, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = dead_letter_queue(aws)
    file = tmp_path / "letters.jsonl"
    file.write_text('{"body": "one"}\n{"body": "two"}\n')
    letters, stopped = read_file(file), Control()
    stopped.end("interrupt")
    readers: list[int] = []
    opened = Path.open

    def noted(path: Path, *args: Any, **options: Any) -> Any:
        if path == file:
            readers.append(threading.get_ident())
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", noted)
    async with operating() as operator:
        found = await operator.session.find(dead.name)
        redriver = operator.session.redriver
        report = await redriver.import_file(found.context, found.queue, letters, stopped, operator.tell)
        assert report.status == "interrupted"
        again = await redriver.resume(report.run, Control(), operator.tell)
    assert (again.status, again.sent) == ("completed", 2)
    assert len(readers) >= 3
    assert threading.get_ident() not in readers


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not JSON"),
        ('{"id": "1"}', "line 2: `body` is not text"),
        ('{"body": "x", "body_sha256": "0"}', "line 2: the body does not match `body_sha256`"),
    ],
)
def test_a_file_is_checked_as_a_whole_before_anything_of_it_is_sent(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "letters.jsonl"
    file.write_text('{"body": "good"}\n' + line + "\n")
    with pytest.raises(EvwatchError) as wrong:
        read_file(file)
    assert wrong.value.fault.code == "input"
    assert said in wrong.value.fault.message


async def test_an_edited_copy_goes_to_the_target_and_the_original_is_kept_in_the_journal(
    aws: Account, operating: Operating
) -> None:
    dead = dead_letter_queue(aws)
    dead.fail(texts(3))
    async with operating() as operator:
        look = await operator.look(dead.name)
        letter = look.letters[0]
        edits = ((letter.id, '{"number": 0, "edited": true}'),)
        request = RedriveRequest(engine="journal", watch_seconds=0, edits=edits)
        plan = await operator.plan(dead.name, request, (letter,), look)
        assert plan.targets[0].example == edits[0][1]
        report = await operator.start(plan)
        kept = await operator.session.redriver.journal.content(report.run, letter.id)
    assert (report.kind, report.sent, report.remaining) == ("edit", 1, 2)
    assert dead.bodies() == [edits[0][1]]
    assert kept
    assert kept.body == letter.message.body
