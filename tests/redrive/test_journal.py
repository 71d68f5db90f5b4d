"""The journal decides who may be sent; it is on disk before anything is, and nobody else can read it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evwatch.deadletters.document import body_sha256
from evwatch.model.clock import Clock
from evwatch.model.deadletter import Message, MessageAttribute
from evwatch.model.fault import EvwatchError
from evwatch.model.run import Run, RunKind
from evwatch.redrive.journal import Claim, Claimed, Journal, Settled, undo_key
from evwatch.redrive.journal.lock import is_locked, locked

DLQ = "arn:aws:sqs:eu-central-1:1:orders-dlq"
TARGET = "arn:aws:sqs:eu-central-1:1:orders"


@dataclass
class Now:
    """A clock that a test sets."""

    at: datetime = field(default=datetime(2026, 11, 21, 3, 0, tzinfo=UTC))

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
async def journal(tmp_path: Path, now: Now) -> AsyncIterator[Journal]:
    opened = Journal(tmp_path / "state", Clock(now=lambda: now.at))
    yield opened
    await opened.close()


def run(name: str, now: Now) -> Run:
    return Run(name, "redrive", "journal", DLQ, "http://q", "orders-dlq", "test/here", None, now.at)


def claim(name: str, *, repeatable: bool = False, body: str = "x", known_as: tuple[str, ...] = ()) -> Claim:
    return Claim(Message(name, body), TARGET, "g", repeatable, known_as)


async def claimed(journal: Journal, name: str, *claims: Claim, incarnation: int = 1, **options: bool) -> list[str]:
    answers = await journal.claim(name, incarnation, DLQ, claims, **options)
    return [answer.answer for answer in answers]


async def begun(journal: Journal, name: str, now: Now, chosen: dict[str, str] | None = None) -> None:
    await journal.begin(run(name, now), chosen or {}, room=0)


async def test_a_message_is_sent_by_one_claim_alone_however_often_it_is_received(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    answers = await asyncio.gather(*(claimed(journal, "a", claim("1")) for _ in range(20)))
    assert sorted(answer for (answer,) in answers) == ["leave"] * 19 + ["send"]


async def test_what_any_run_has_sent_is_only_deleted_by_a_later_one(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    assert await claimed(journal, "a", claim("1")) == ["send"]
    await journal.settle("a", [Settled("1", "sent", sent_id="new")])
    now.pass_(13 * 86_400)
    await begun(journal, "b", now)
    assert await journal.claim("b", 1, DLQ, [claim("1")]) == [Claimed("delete", by_other_run=True)]
    await journal.deleted("b", DLQ, ["1"])
    report = (await journal.record("b")).report
    assert (report.sent, report.deleted, [(one.id, one.code) for one in report.skipped]) == (
        0,
        1,
        [("1", "sent-before")],
    )
    assert (await journal.memory(DLQ)).not_deleted == 0


async def test_what_was_on_its_way_when_the_process_died_is_undecided_for_every_later_run(
    journal: Journal, now: Now
) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1"))
    await journal.settle_the_dead(DLQ)
    assert (await journal.record("a")).report.status == "interrupted"
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("1"), claim("2")) == ["undecided", "send"]
    await journal.settle("b", [Settled("2", "sent", sent_id="n2")])
    incarnation = await journal.resume("a")
    assert await claimed(journal, "a", claim("1"), incarnation=incarnation) == ["undecided"]
    assert (await journal.memory(DLQ)).undecided == 1


async def test_what_is_undecided_is_sent_again_only_when_told_to(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1"))
    await journal.settle_the_dead(DLQ)
    incarnation = await journal.resume("a")
    again = await claimed(journal, "a", claim("1"), incarnation=incarnation, send_undecided=True)
    assert again == ["send"]
    # This attempt was refused; that says nothing of the first.
    assert await journal.settle("a", [Settled("1", "failed", "AccessDenied")]) == ["undecided"]


@pytest.mark.parametrize(("seconds", "answer"), [(200, "send"), (250, "undecided"), (-10, "undecided")])
async def test_a_target_that_knows_repetitions_decides_within_five_minutes(
    journal: Journal, now: Now, seconds: int, answer: str
) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1", repeatable=True))
    await journal.settle_the_dead(DLQ)
    now.pass_(seconds)
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("1", repeatable=True)) == [answer]


async def test_the_five_minutes_count_from_the_first_attempt(journal: Journal, now: Now) -> None:
    for name in ("a", "b"):
        await begun(journal, name, now)
        assert await claimed(journal, name, claim("1", repeatable=True)) == ["send"]
        await journal.settle_the_dead(DLQ)
        now.pass_(150)
    await begun(journal, "c", now)
    assert await claimed(journal, "c", claim("1", repeatable=True)) == ["undecided"]


@pytest.mark.parametrize("kinds", [("redrive", "edit"), ("edit", "redrive"), ("edit", "edit")])
async def test_a_target_does_not_know_a_repetition_that_was_edited_meanwhile(
    journal: Journal, now: Now, kinds: tuple[RunKind, RunKind]
) -> None:
    for name, kind, answer in zip("ab", kinds, ("send", "undecided"), strict=True):
        await journal.begin(replace(run(name, now), kind=kind), {}, room=0)
        assert await claimed(journal, name, claim("1", repeatable=True)) == [answer]
        await journal.settle_the_dead(DLQ)
    incarnation = await journal.resume("a")
    assert await claimed(journal, "a", claim("2", repeatable=True), incarnation=incarnation) == ["send"]
    await journal.settle_the_dead(DLQ)
    again = await journal.resume("a")
    assert await claimed(journal, "a", claim("2", repeatable=True), incarnation=again) == ["send"], "its own edit"


async def test_a_doubt_follows_a_message_through_every_undo(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1", repeatable=True))
    await journal.settle_the_dead(DLQ)
    for undo, before, after in (("u", "1", "2"), ("v", "2", "3")):
        await journal.begin(replace(run(undo, now), kind="undo"), {}, room=0)
        await claimed(journal, undo, claim(undo_key("d", before)))
        await journal.settle(undo, [Settled(undo_key("d", before), "sent", sent_id=after)])
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("3", repeatable=True), claim("other")) == ["undecided", "send"]
    again = await journal.resume("b")
    assert await claimed(journal, "b", claim("3"), incarnation=again, send_undecided=True) == ["send"]


async def test_a_refusal_frees_a_message_for_the_next_run_and_resume_but_not_for_this_one(
    journal: Journal, now: Now
) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1"), claim("2"))
    await journal.settle("a", [Settled("1", "failed", "TooLong", "too long"), Settled("2", "withdrawn")])
    assert await claimed(journal, "a", claim("1"), claim("2")) == ["leave", "send"]
    incarnation = await journal.resume("a")
    assert await claimed(journal, "a", claim("1"), incarnation=incarnation) == ["send"]


async def test_what_comes_back_under_the_id_that_the_target_gave_is_a_bounce_and_not_sent_again(
    journal: Journal, now: Now
) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1"))
    await journal.settle("a", [Settled("1", "sent", sent_id="new")])
    (answer,) = await journal.claim("a", 1, DLQ, [claim("new", known_as=("new",))])
    assert answer == Claimed("bounce", bounce_of="1")
    assert (await journal.record("a")).report.bounced == ("new",)
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("new", known_as=("new",))) == ["send"]  # a new run was asked for


async def test_a_message_that_is_not_what_was_chosen_is_left_out(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now, {"1": body_sha256("x"), "2": body_sha256("other"), "3": body_sha256("x")})
    assert await claimed(journal, "a", claim("1"), claim("2")) == ["send", "changed"]
    await journal.unmet("a", "gone")
    report = (await journal.record("a")).report
    assert {one.id: one.code for one in report.skipped} == {"2": "changed", "3": "gone"}


async def test_a_complete_reading_tells_what_is_not_there_any_more(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1"), claim("2"), claim("3"))
    await journal.settle("a", [Settled("1", "sent", sent_id="n1"), Settled("2", "undecided", "timeout")])
    assert (await journal.memory(DLQ)).not_deleted == 1
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("2")) == ["undecided"]
    await journal.read_whole("b", 1, DLQ)
    memory = await journal.memory(DLQ)
    assert (memory.undecided, memory.not_deleted) == (2, 0)  # 2 was met, and 3 is on its way


async def test_what_was_sent_or_is_in_doubt_is_not_forgotten_where_it_is_left_out_later(
    journal: Journal, now: Now
) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("sent"), claim("doubt"), claim("withdrawn"))
    outcomes = [Settled("sent", "sent", sent_id="s"), Settled("doubt", "undecided"), Settled("withdrawn", "withdrawn")]
    await journal.settle("a", outcomes)
    await journal.leave_out("a", 1, DLQ, ["sent", "doubt", "withdrawn"], "group-stopped")
    states = {each["id"]: each["outcome"] for each in await journal.messages("a")}
    assert states == {"sent": "sent", "doubt": "undecided", "withdrawn": "skipped"}
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("sent"), claim("doubt")) == ["delete", "undecided"]


async def test_everything_of_a_message_is_kept(journal: Journal, now: Now) -> None:
    message = Message(
        "1",
        "é\r\n\t\U0001f600" * 2000,
        attributes={
            "s": MessageAttribute("String.json", "{}"),
            "n": MessageAttribute("Number.float", "10.10"),
            "b": MessageAttribute("Binary.png", bytes(range(256))),
        },
        system={"AWSTraceHeader": "Root=1-2-3", "SentTimestamp": "1"},
    )
    await begun(journal, "a", now)
    await journal.claim("a", 1, DLQ, [Claim(message, TARGET, "g", False)])
    assert await journal.content("a", "1") == message


async def test_forgetting_takes_the_contents_from_the_disk_and_keeps_what_was_sent(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1", body="a secret that must go"))
    await journal.settle("a", [Settled("1", "sent", sent_id="new")])
    await journal.end("a", "completed", remaining=0)
    await journal.forget("a")
    assert await journal.records() == []
    for file in journal.path.parent.glob("journal*"):
        assert b"a secret that must go" not in file.read_bytes()
    await begun(journal, "b", now)
    assert await claimed(journal, "b", claim("1")) == ["delete"]


async def test_runs_are_dropped_once_no_message_of_them_can_be_met_again(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("1"))
    now.pass_(14 * 86_400 + 3_600)
    await begun(journal, "b", now)
    assert len(await journal.records()) == 2
    now.pass_(2 * 86_400)
    await begun(journal, "c", now)
    assert [record.run.id for record in await journal.records()] == ["c", "b"]


async def test_only_its_owner_can_read_the_journal(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    files = list(journal.path.parent.glob("journal*"))
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


async def test_a_journal_of_a_newer_evwatch_is_refused(journal: Journal, now: Now) -> None:
    await begun(journal, "a", now)
    await journal.close()
    with sqlite3.connect(journal.path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(EvwatchError) as refused:
        await journal.records()
    assert refused.value.fault.code == "journal"
    assert "newer evwatch" in refused.value.fault.message


@pytest.mark.parametrize("lacking", [("before", "after"), ()], ids=["first", "last"])
async def test_a_journal_of_version_1_is_brought_up_to_date_and_keeps_what_it_holds(
    journal: Journal, now: Now, lacking: tuple[str, ...]
) -> None:
    await begun(journal, "a", now)
    await claimed(journal, "a", claim("m1"))
    await journal.close()
    with sqlite3.connect(journal.path) as db:
        for column in lacking:
            db.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 1")
    db.close()
    await journal.begin(replace(run("b", now), kind="pause"), {}, 0, before="Enabled")
    kept, paused = (await journal.record("a")).report, (await journal.record("b")).report
    assert (len(kept.undecided), kept.before) == (1, "")
    assert (paused.kind, paused.before, paused.after) == ("pause", "Enabled", "")


async def test_a_folder_that_cannot_be_written_and_a_disk_without_room_are_journal_faults(
    journal: Journal, now: Now, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file stands where the folder should be")
    with pytest.raises(EvwatchError) as refused:
        await begun(journal, "a", now)
    assert refused.value.fault.code == "journal"
    (tmp_path / "state").unlink()
    with pytest.raises(EvwatchError) as refused:
        await journal.begin(run("a", now), {}, room=2**60)
    assert refused.value.fault.code == "journal"
    assert "MiB left" in refused.value.fault.message


async def test_a_file_that_could_not_be_opened_is_tried_again_by_whoever_asks_next(journal: Journal, now: Now) -> None:
    journal.path.mkdir(parents=True)
    for _ in range(2):
        with pytest.raises(EvwatchError) as refused:
            await begun(journal, "a", now)
        assert refused.value.fault.code == "journal"
    journal.path.rmdir()
    await begun(journal, "a", now)
    assert (await journal.record("a")).run.id == "a"


async def test_a_file_that_turns_unwritable_fails_what_is_asked_and_nothing_of_it_is_kept(
    journal: Journal, now: Now
) -> None:
    await begun(journal, "a", now)
    other = sqlite3.connect(journal.path)
    (pages,) = other.execute("PRAGMA page_count").fetchone()
    other.close()
    await journal._store.run(
        lambda db: db.execute(f"PRAGMA max_page_count = {pages}")
    )  # SQLITE_FULL, as of a full disk
    big = [claim(str(n), body=random.Random(n).randbytes(4000).hex()) for n in range(50)]
    with pytest.raises(EvwatchError) as refused:
        await journal.claim("a", 1, DLQ, big)
    assert refused.value.fault.code == "journal"
    assert (await journal.record("a")).report.planned == 0


def test_a_queue_has_one_run_and_a_kill_frees_it(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom evwatch.redrive.journal.lock import locked\n"
        f"with locked(pathlib.Path({str(tmp_path)!r}), {DLQ!r}, 'orders-dlq'):\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(tmp_path, DLQ)
        with pytest.raises(EvwatchError) as refused, locked(tmp_path, DLQ, "orders-dlq"):
            pass
        assert refused.value.fault.code == "refused"
        assert f"process {holder.pid}" in refused.value.fault.message
        with locked(tmp_path, DLQ + "-other", "other"):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert not is_locked(tmp_path, DLQ)
        with locked(tmp_path, DLQ, "orders-dlq"):
            pass
