"""Acting on dead letters from the dashboard: planned in full, begun by a typed name, and right whatever happens."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from evwatch.config import ContextRequest
from tests.aws.answering import Answering
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.faults import Faults, reset_after
from tests.redrive.seeding import dead_letter_queue
from tests.ui.acting import dashboard, two_kinds
from tests.ui.reading import lacks, until, whole


@pytest.fixture(autouse=True)
def credentials(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account is its access key."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def numbers(bodies: list[str], kind: str) -> list[int]:
    """What the bodies are numbered with."""
    return sorted(json.loads(body)[kind] for body in bodies)


async def test_a_group_is_planned_in_full_begun_by_its_queues_name_and_gone_afterwards(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 12, 5)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(17)
        await seen.press("j", "r")
        await seen.shows("12 messages", "only some messages are meant", "other-hosts", aws.arn("sqs", "orders"))
        await seen.shows("queue in which it failed", "about $0.0000", "account", aws.number, "dlq redrive orders-dlq")
        await seen.change(4, "Watch for what comes back", "0")
        await seen.change(6, "Why, for the record", "fixed it's deploy")
        await seen.press("c")
        command = shlex.split(seen.app.clipboard)
        assert command[:5] == ["evwatch", "dlq", "redrive", "orders-dlq", "--group"]
        assert command[6:10] == ["--watch", "0", "--reason", "fixed it's deploy"]
        assert command[10:13] == ["--region", aws.region, "--endpoint-url"]
        await seen.press("b")
        await seen.shows("Type orders-dlq and press enter")
        await seen.type("orders")
        await seen.shows("that is not its name")
        assert dead.depth() == (17, 0)
        await seen.type("orders-dlq")
        await seen.shows("redrive of orders-dlq  ✓ completed", "fixed it's deploy", "↗ sent")
        assert dead.depth() == (5, 0)
        await seen.press("escape")
        await seen.shows("of these 17: 12 sent since", "12 gone", "sent by run")
        await seen.press("r")
        await seen.shows("nothing of that is in the queue any more")
        await seen.press("escape", "1")
        await seen.shows("5 dead letters in 1 DLQ")
    assert numbers(dead.bodies(), "order") == list(range(12))
    assert numbers(dead.bodies(dead.dlq_url), "payment") == list(range(5))


async def test_what_is_being_read_alone_is_meant_and_not_the_whole_queue_behind_it(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 2, 1)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(3)
        await seen.press("enter", "enter", "ctrl+d")
        await seen.shows("Delete messages of", "message ")
        await seen.type("orders-dlq")
        await seen.shows("delete of orders-dlq  ✓ completed")
        assert dead.depth() == (2, 0)


async def test_a_run_is_paused_left_alone_beside_another_ended_and_taken_up_with_nothing_doubled(
    aws: Account, tmp_path: Path
) -> None:
    dead, other = dead_letter_queue(aws), dead_letter_queue(aws, "mails")
    two_kinds(dead, 30, 0)
    two_kinds(other, 3, 0)
    async with dashboard(aws, tmp_path) as seen:
        await seen.shows("orders-dlq", "mails-dlq", "▲ dead letters")
        await seen.press("slash", *"orders", "enter", "d")
        await seen.shows("Look into orders-dlq")
        await seen.press("3")
        await seen.shows("complete", "all released")
        await seen.press("asterisk", "r")
        await seen.shows("30 messages", "30 marked messages")
        await seen.change(1, "Messages a second at most", "10")
        await seen.change(4, "Watch for what comes back", "0")
        await seen.shows("at most 10 messages a second", "c copies the whole")
        await seen.begin("orders-dlq")
        await seen.shows("▶ under way", "of about 30")
        await seen.press("p")
        await seen.shows("paused", "‖ redrive")
        await until(seen.pilot, lambda: dead.depth()[1] == 0)
        await seen.press("escape", "1")
        await seen.shows("‖ redrive", "Queues")
        await seen.press("escape", "slash", "ctrl+u", *"mails", "enter", "d")
        await seen.shows("Look into mails-dlq")
        await seen.press("1")
        await seen.shows("complete", "all released")
        await seen.press("asterisk", "r")
        await seen.shows("3 marked messages", "3 messages")
        await seen.change(4, "Watch for what comes back", "0")
        await seen.begin("mails-dlq")
        await seen.shows("redrive of mails-dlq  ✓ completed")
        await seen.press("6")
        await seen.shows("▶ running", "✓ completed")
        await seen.press("g", "j", "enter")
        await seen.shows("redrive of orders-dlq  ▶ under way")
        await seen.press("x")
        await seen.shows("End this run?")
        await seen.press("y")
        await seen.shows("redrive of orders-dlq  ○ cancelled", "takes it up where it ended")
        assert 0 < dead.depth()[0] <= 30
        await seen.press("r")
        await seen.shows("Take up the run of orders-dlq?")
        await seen.type("orders-dlq")
        await seen.shows("redrive of orders-dlq  ✓ completed", "everything that was meant")
    assert numbers(dead.bodies(), "order") == list(range(30))
    assert numbers(other.bodies(), "order") == list(range(3))
    assert dead.depth() == (0, 0)


async def test_quitting_asks_ends_at_a_safe_point_and_says_how_to_go_on_and_the_next_dashboard_does(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 25, 0)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(25)
        await seen.press("r")
        await seen.shows("about 25 messages", "native")
        await seen.change(1, "Messages a second at most", "5")
        await seen.change(5, "Who moves the messages", "journal")
        await seen.shows("--engine journal")
        await seen.begin("orders-dlq")
        await seen.shows("▶ under way", "of about 25")
        await seen.press("p")
        await seen.shows("paused")
        await seen.press("q")
        await seen.shows("1 run under way. Quit?", "nothing is lost")
        await seen.press("escape")
        await lacks(seen.pilot, "Quit?")
        await seen.press("q")
        await seen.shows("Quit?")
        await seen.press("y")
        await until(seen.pilot, lambda: not seen.app.is_running)
    (said,) = seen.app.last_words
    assert "evwatch dlq resume " in said
    assert f"--region {aws.region}" in said
    assert 0 < dead.depth()[0] <= 25
    assert dead.depth()[1] == 0
    async with dashboard(aws, tmp_path) as seen:
        await seen.shows("1 run interrupted (6)")
        await seen.press("6")
        await seen.shows("▲ interrupted", "1 interrupted")
        await seen.press("enter")
        await seen.shows("It was interrupted and is still open")
        await seen.press("r")
        await seen.type("orders-dlq")
        await seen.shows("everything was moved; watching for what comes back", "◉ watch")
        await seen.press("x")
        await seen.shows("redrive of orders-dlq  ✓ completed", "unproven")
        await seen.press("escape", "escape")
        await lacks(seen.pilot, "interrupted")
    assert numbers(dead.bodies(), "order") == list(range(25))


async def test_turning_elsewhere_asks_ends_a_run_at_a_safe_point_and_tells_there_what_is_open(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 25, 0)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(25)
        await seen.press("r")
        await seen.shows("about 25 messages")
        await seen.change(1, "Messages a second at most", "3")
        await seen.change(4, "Watch for what comes back", "0")
        await seen.change(5, "Who moves the messages", "journal")
        await seen.begin("orders-dlq")
        await until(seen.pilot, lambda: dead.depth(dead.source_url)[0] > 0)
        await seen.press("p")
        await seen.shows("paused")
        for key, answer in (("P", "escape"), ("R", "y")):
            await seen.press(key)
            await seen.shows("look at another", "again")
            await seen.press("enter")
            await seen.shows("1 run under way. Turn elsewhere?", "nothing is lost")
            await seen.press(answer)
            await lacks(seen.pilot, "Turn elsewhere?")
        await seen.shows("Queues", "1 run interrupted (6)")
        sent = dead.depth(dead.source_url)[0]
        assert dead.depth() == (25 - sent, 0), "nothing stays hidden"
        await seen.press("6", "enter")
        await seen.shows("It was interrupted and is still open")
    assert numbers([*dead.bodies(), *dead.bodies(dead.dlq_url)], "order") == list(range(25))


async def test_what_is_undecided_is_taken_out_sent_again_when_told_to_and_forgotten(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 4, 0)
    file = tmp_path / "outcomes.jsonl"
    async with dashboard(aws, tmp_path / "state", Faults().on("sqs:SendMessageBatch", reset_after)) as seen:
        await seen.read_dead_letters(4)
        await seen.press("asterisk", "r")
        await seen.shows("4 marked messages")
        await seen.change(4, "Watch for what comes back", "0")
        await seen.begin("orders-dlq")
        await seen.shows("redrive of orders-dlq", "may have been sent", "undecided 4")
        await seen.press("w")
        await seen.shows("4 outcomes of run")
        await seen.type(str(file))
        await seen.shows("4 outcomes written to")
        await seen.press("S")
        await seen.shows("Send again what is undecided of orders-dlq?", "TWICE")
        await seen.press("escape")
        await lacks(seen.pilot, "TWICE")
        assert dead.depth(dead.source_url) == (4, 0)
        await seen.press("S")
        await seen.shows("TWICE")
        await seen.type("orders-dlq")
        await seen.shows("✓ completed", "sent 4", "everything that was meant")
        await seen.press("ctrl+d")
        await seen.shows("Forget the run of orders-dlq?")
        await seen.type("orders-dlq")
        await lacks(seen.pilot, "✓ completed")
        await seen.press("6")
        await seen.shows("nothing was redriven or deleted yet")
    assert {json.loads(line)["outcome"] for line in file.read_text().splitlines()} == {"undecided"}
    assert numbers(dead.bodies(), "order") == sorted([*range(4), *range(4)]), "twice, as was told"
    assert not any(b"amount" in path.read_bytes() for path in (tmp_path / "state").glob("journal*"))


async def test_what_is_deleted_is_saved_first_and_put_back_once(aws: Account, tmp_path: Path) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 6, 2)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(8)
        await seen.press("j", "ctrl+d")
        await seen.shows("Delete messages of orders-dlq?", "saved in the journal first", "puts them back")
        await seen.press("escape")
        await lacks(seen.pilot, "Delete messages")
        assert dead.depth() == (8, 0)
        await seen.press("ctrl+d")
        await seen.shows("Type orders-dlq")
        await seen.type("orders-dlq")
        await seen.shows("delete of orders-dlq  ✓ completed", "6 messages were saved first")
        assert dead.depth() == (2, 0)
        await seen.press("u")
        await seen.shows("Put back what was deleted of orders-dlq?")
        await seen.type("orders-dlq")
        await seen.shows("undo of orders-dlq  ✓ completed")
        await seen.press("escape")
        await seen.shows("delete of orders-dlq", "It was undone by")
        assert "u undo" not in whole(seen.app)
    bodies = dead.bodies(dead.dlq_url)
    assert numbers([body for body in bodies if "order" in body], "order") == list(range(6))
    assert len(bodies) == 8


async def test_what_cannot_be_done_is_a_sentence_and_can_be_changed(aws: Account, tmp_path: Path) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 4, 1)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(5)
        await seen.press("j", "r")
        await seen.shows("only some messages are meant")
        await seen.change(5, "Who moves the messages", "native")
        await seen.shows("SQS's own redrive cannot do this", "--engine journal can")
        await seen.press("b")
        await seen.change(5, "Who moves the messages", "nonsense")
        await seen.shows("one of auto, native, journal")
        await seen.type("journal")
        await seen.change(0, "Send all to one queue", "no-such-queue")
        await seen.shows('there is no queue "no-such-queue"')
        await seen.change(0, "Send all to one queue", "orders")
        await seen.shows("1 warning", "with --to")
        await seen.press("escape")
        await seen.shows("Groups")
    assert dead.depth() == (5, 0)


@pytest.mark.parametrize("way", ["flag", "context", "production"])
async def test_read_only_turns_the_keys_off_with_the_reason_and_aws_refuses_underneath(
    aws: Account, tmp_path: Path, way: str
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 3, 0)
    settings_of: dict[str, dict[str, Any]] = {
        "flag": {"read_only": True},
        "context": {"context": ContextRequest(read_only=True)},
        "production": {"context": ContextRequest(read_only=True, production=True)},
    }
    reasons = {"flag": "--read-only", "context": "read-only context", "production": "production, which wants --write"}
    reason = reasons[way]
    async with dashboard(aws, tmp_path, size=(120, 50), **settings_of[way]) as seen:
        await seen.read_dead_letters(3)
        for key in ("r", "e", "ctrl+d"):
            await seen.press(key)
            await seen.shows(f"{reason}: nothing was done")
            assert "Type orders-dlq" not in whole(seen.app)
            seen.app.clear_notifications()
            await lacks(seen.pilot, "nothing was done")
        await seen.press("question_mark")
        short = reason.split(",")[0]
        await seen.shows(f"Redrive: off, {short}", f"Edit a copy: off, {short}", f"Delete: off, {short}")
        await seen.press("escape", "6")
        await seen.shows("nothing was redriven or deleted yet")
    assert dead.depth() == (3, 0)


async def test_a_queue_that_is_no_dlq_is_planned_only_when_asked_twice(aws: Account, tmp_path: Path) -> None:
    sqs = aws.boto("sqs")
    url = sqs.create_queue(QueueName="mails")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    async with dashboard(aws, tmp_path) as seen:
        await seen.shows("mails", "Chart  mails")
        await seen.press("r")
        await seen.shows("live consumer", "a plans it all the same")
        await seen.press("b")
        assert "Type mails" not in whole(seen.app)
        await seen.press("a")
        await seen.shows("nowhere: no target is known", "--source-queue-too")
        await seen.press("escape")
        await seen.shows("Queues")


async def test_what_cannot_be_seen_of_a_queue_is_told_before_its_messages_are_deleted(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 2, 0)
    async with dashboard(aws, tmp_path, Denying("sqs:ListMessageMoveTasks")) as seen:
        await seen.read_dead_letters(2)
        await seen.press("ctrl+d")
        await seen.shows(
            "Type orders-dlq and press enter", "no permission: sqs:ListMessageMoveTasks; whether SQS itself"
        )
        await seen.type("orders-dlq")
        await seen.shows("delete of orders-dlq  ✓ completed")
    assert dead.depth() == (0, 0)


async def test_nothing_is_deleted_beside_a_redrive_of_sqs_itself(aws: Account, tmp_path: Path) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 2, 0)
    task = {"TaskHandle": "t", "Status": "RUNNING", "SourceArn": dead.dlq_arn, "StartedTimestamp": 1}
    async with dashboard(aws, tmp_path, Answering("sqs:ListMessageMoveTasks", {"Results": [task]})) as seen:
        await seen.read_dead_letters(2)
        await seen.press("ctrl+d")
        await seen.shows("SQS itself is redriving orders-dlq now", "nothing was done")
    assert dead.depth() == (2, 0)


async def test_what_is_watched_still_is_not_called_too_short_and_a_group_keeps_its_name_in_the_list_of_runs(
    aws: Account, tmp_path: Path
) -> None:
    dead = dead_letter_queue(aws)
    two_kinds(dead, 3, 1)
    async with dashboard(aws, tmp_path) as seen:
        await seen.read_dead_letters(4)
        await seen.press("j", "r")
        await seen.shows("3 messages", "only some messages are meant")
        await seen.begin("orders-dlq")
        await seen.shows("everything was moved; watching", "nothing came back so far")
        await seen.press("x")
        await seen.shows("redrive of orders-dlq  ✓ completed", "it was not", "3 sent  ")
        called = re.search(r"3 sent  (\S+)", whole(seen.app))
        assert called
        await seen.press("6")
        await seen.shows("of this host's journal", called[0])
