"""The commands that act: their documents, and each exit code of theirs provoked."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from evwatch.cli.entry import run
from evwatch.demo.gateway.operation import Operation
from evwatch.redrive.journal.lock import locked
from tests.emulator.account import Account
from tests.emulator.faults import Faults, partial, refused
from tests.emulator.recording import Recording
from tests.redrive.seeding import Dead, dead_letter_queue, texts
from tests.ui.terminals import Terminal

PLAN = {"queue", "engine", "engine_reason", "exact", "messages", "bytes", "targets", "rate", "batches"} | {
    "estimated_seconds",
    "estimated_usd",
    "warnings",
}
REPORT = {"run", "queue", "engine", "status", "planned", "sent", "deleted", "failed", "skipped", "undecided"} | {
    "bounced",
    "probably_bounced",
    "verdict",
    "remaining",
    "started_at",
    "ended_at",
    "journal",
}
JOURNAL = ("--engine", "journal", "--watch", "0", "--yes")


@dataclass
class Line:
    """The command line, with what it called."""

    capture: pytest.CaptureFixture[str]
    recording: Recording
    faults: Faults
    folder: Path
    err: str = ""

    def __call__(self, *words: str) -> int:
        """Run it; returns the exit code. What it printed is in `document` and `err`."""
        self.capture.readouterr()
        code = run([*words, "-o", "json"])
        printed = self.capture.readouterr()
        self.err = printed.err
        self.out = printed.out
        return code

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def line(
    aws: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Iterator[Line]:
    recording, faults = Recording(), Faults()
    folder = tmp_path / "state"
    with aws.threaded_gateway(recording, faults) as url:
        for name, value in {**aws.environment(url), "EVWATCH_STATE_FOLDER": str(folder)}.items():
            monkeypatch.setenv(name, value)
        yield Line(capfd, recording, faults, folder)


@pytest.fixture
def dead(aws: Account) -> Dead:
    dead = dead_letter_queue(aws)
    dead.fail(texts(12))
    return dead


def test_a_plan_for_the_whole_queue_receives_nothing_and_one_for_a_choice_leaves_nothing_hidden(
    line: Line, dead: Dead
) -> None:
    assert line("dlq", "redrive", dead.name, "--dry-run") == 0
    whole = line.document["plan"]
    assert whole.keys() >= PLAN
    assert (whole["exact"], whole["messages"], whole["bytes"], whole["engine"]) == (False, 12, None, "native")
    assert line.recording.count("sqs:ReceiveMessage") == 0
    assert line("dlq", "redrive", dead.name, "--dry-run", "--where", "event.number < `5`") == 0
    some = line.document["plan"]
    assert (some["exact"], some["messages"], some["engine"]) == (True, 5, "journal")
    assert some["targets"][0]["arn"] == dead.source_arn
    assert dead.depth() == (12, 0)
    assert not line.folder.exists(), "a plan writes nothing"


def test_no_rate_and_a_watch_as_long_as_it_takes_can_be_said_over_what_the_settings_have(
    line: Line, dead: Dead, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[redrive]\nrate = 5\nwatch_seconds = 3\n")

    def planned(*words: str) -> tuple[object, object]:
        assert (
            line("dlq", "redrive", dead.name, "--dry-run", "--engine", "journal", "--config", str(settings), *words)
            == 0
        )
        return line.document["plan"]["rate"], line.document["plan"]["watch_seconds"]

    assert planned() == (5, 3)
    rate, watch = planned("--rate", "0", "--watch", "auto")
    assert rate is None
    assert isinstance(watch, float)
    assert watch > 3
    assert planned("--watch", "0") == (5, 0)


def test_0_all_was_done_and_its_report_says_by_whom_and_why(line: Line, dead: Dead) -> None:
    assert line("dlq", "redrive", dead.name, *JOURNAL, "--reason", "ticket 7") == 0
    report = line.document
    assert report.keys() >= REPORT
    assert (report["status"], report["planned"], report["sent"], report["remaining"]) == ("completed", 12, 12, 0)
    assert report["journal"] == str(line.folder / "journal.sqlite3")
    assert (report["reason"], report["caller_arn"][:8]) == ("ticket 7", "arn:aws:")
    assert line("dlq", "runs") == 0
    assert [each["run"] for each in line.document] == [report["run"]]
    assert line("dlq", "run", report["run"]) == 0
    assert {each["outcome"] for each in line.document["messages"]} == {"sent"}
    assert line("dlq", "redrive", dead.name, *JOURNAL) == 0, "nothing to do is done"
    assert line.document["planned"] == 0


def test_1_what_failed_is_named(line: Line, dead: Dead) -> None:
    line.faults.on("sqs:SendMessageBatch", partial({0}, "InvalidMessageContents", sender=True))
    assert line("dlq", "redrive", dead.name, *JOURNAL) == 1
    (failed,) = line.document["failed"]
    assert failed["code"] == "InvalidMessageContents"
    assert line.document["planned"] == 12 == line.document["sent"] + 1


def test_2_what_is_wrong_is_told_before_anything_is_called(line: Line, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n")
    for words in (
        ("redrive", "q", "--yes", "--where", "a ["),
        ("redrive", "q", "--yes", "--rate", "-1"),
        ("redrive", "q", "--yes", "--watch", "nan"),
        ("redrive", "q", "--yes", "--watch", "soon"),
        ("redrive", "q", "--yes", "--engine", "fast"),
        ("delete", "q", "--yes"),
        ("delete", "q", "--yes", "--all", "--id", "x"),
        ("import", str(broken), "--to", "q", "--yes"),
        ("import", str(tmp_path / "none.jsonl"), "--to", "q", "--yes"),
        ("import", "-", "--to", "q", "--yes"),
        ("import", "/dev/fd/0", "--to", "q", "--yes"),
    ):
        assert line("dlq", *words) == 2, words
        assert "Traceback" not in line.err
    assert line.recording.names == []


def test_2_a_topic_is_no_queue_to_redrive_to(line: Line, dead: Dead, aws: Account) -> None:
    aws.boto("sqs").create_queue(QueueName="news")
    assert line("dlq", "redrive", dead.name, *JOURNAL, "--to", aws.arn("sns", "news")) == 2
    assert line.document["error"]["code"] == "usage"
    assert dead.depth() == (12, 0)


def test_3_nothing_is_changed_where_it_is_refused(
    line: Line, dead: Dead, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def code(*words: str) -> str:
        assert line("dlq", *words) == 3, words
        return str(line.document["error"]["code"])

    yes = ("--yes", "--watch", "0")
    assert code("redrive", dead.name) == "not-confirmed"
    assert code("delete", dead.name, "--all") == "not-confirmed"
    assert code("redrive", dead.name, *yes, "--read-only") == "refused"
    for acting in (
        ("redrive", "none"),
        ("delete", "none", "--all"),
        ("import", str(tmp_path / "none"), "--to", "none"),
        *((words, "none") for words in ("resume", "undo", "cancel")),
        ("runs", "--forget", "none"),
    ):
        assert code(*acting, "--read-only") == "refused", "whether or not there is what was named"
    assert code("redrive", "orders", *yes) == "refused", "a source queue"
    assert code("redrive", dead.name, *yes, "--to", dead.name) == "refused"
    assert code("redrive", dead.name, *yes, "--engine", "native", "--canary", "1") == "refused"
    with locked(line.folder, dead.dlq_arn, dead.name):
        assert code("redrive", dead.name, *yes) == "refused", "another run is under way"
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("EVWATCH_STATE_FOLDER", str(blocked))
    assert code("redrive", dead.name, *yes, "--engine", "journal") == "journal"
    moving = {"sqs:SendMessageBatch", "sqs:DeleteMessageBatch", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"}
    assert not moving & set(line.recording.names)


def test_3_a_journal_that_is_damaged_is_told_of_and_nothing_is_sent(line: Line, dead: Dead) -> None:
    line.folder.mkdir()
    (line.folder / "journal.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    for words in (("redrive", dead.name, *JOURNAL), ("delete", dead.name, "--all", "--yes")):
        assert line("dlq", *words) == 3
        assert line.document["error"]["code"] == "journal"
    assert not {"sqs:SendMessageBatch", "sqs:DeleteMessageBatch"} & set(line.recording.names)
    assert dead.depth() == (12, 0)


def test_4_what_aws_refuses_is_told_with_its_action(line: Line, dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    assert line("dlq", "redrive", "nobody", *JOURNAL) == 4
    assert line.document["error"]["code"] == "not-found"
    line.faults.on("sqs:ReceiveMessage", refused("denied"), times=None)
    assert line("dlq", "redrive", dead.name, *JOURNAL) == 4
    assert "sqs:ReceiveMessage" in line.err
    assert (line.document["status"], line.document["planned"]) == ("stopped", 0)
    for words in (("run", "none"), ("resume", "none", "--yes"), ("cancel", "none"), ("undo", "none", "--yes")):
        assert line("dlq", *words) == 4, words
        assert line.document["error"]["code"] == "not-found"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert line("dlq", "redrive", dead.name, *JOURNAL) == 4
    assert line.document["error"]["code"] == "network"


def adds_up(report: dict[str, Any]) -> int:
    """The sum that holds for every report, whatever its run was."""
    parts = (report["sent"], *(len(report[name]) for name in ("failed", "skipped", "undecided")))
    assert report["planned"] == sum(parts)
    return int(report["planned"])


def test_a_delete_tells_what_it_took_out_and_what_it_could_not_and_that_is_all_that_it_was_about(
    line: Line, dead: Dead
) -> None:
    line.faults.on("sqs:DeleteMessageBatch", refused("denied"), after=1)
    assert line("dlq", "delete", dead.name, "--all", "--yes") == 4
    report = line.document
    assert (adds_up(report), report["sent"], report["deleted"], len(report["failed"])) == (12, 10, 10, 2)
    assert line("dlq", "resume", report["run"], "--yes") == 0
    assert (adds_up(line.document), line.document["deleted"]) == (12, 12)


def test_a_look_that_chooses_hides_as_long_as_the_settings_say_and_what_acts_as_long_as_it_is_told(
    line: Line, dead: Dead, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("lease_seconds = 7\n")
    some = ("--config", str(settings), "--where", "event.number < `2`", "--lease", "33", "--yes")
    for words in (("delete", dead.name, *some), ("redrive", dead.name, *some, "--watch", "0")):
        line.recording.clear()
        assert line("dlq", *words) == 0
        seconds = [each.parameters["VisibilityTimeout"] for each in line.recording.of("sqs:ReceiveMessage")]
        assert [second for place, second in enumerate(seconds) if second != seconds[place - 1]] == [7, 33]
        dead.fail(texts(2))


@pytest.mark.parametrize("words", [("redrive", *JOURNAL), ("delete", "--all", "--yes")], ids=["redrive", "delete"])
def test_what_could_not_be_shown_again_at_once_is_said_though_all_went_well(
    line: Line, dead: Dead, words: tuple[str, ...]
) -> None:
    line.faults.on("sqs:ChangeMessageVisibilityBatch", refused("denied"), times=None)
    assert line("dlq", words[0], dead.name, *words[1:]) == 0
    assert line.document["deleted"] == 12
    assert "sqs:ChangeMessageVisibility" in line.err


def test_deleted_undone_and_forgotten(line: Line, dead: Dead) -> None:
    assert line("dlq", "delete", dead.name, "--where", "event.number == `3`", "--yes") == 0
    deleted = line.document
    assert (deleted["deleted"], deleted["remaining"]) == (1, 11)
    assert adds_up(deleted) == 1
    assert line("dlq", "undo", deleted["run"], "--yes") == 0
    assert dead.depth() == (12, 0)
    assert line("dlq", "undo", deleted["run"], "--yes") == 3, "once"
    undone = deleted["run"]

    def written() -> bool:
        return any(rb"{\"number\": 3}" in path.read_bytes() for path in line.folder.glob("journal*"))

    assert written()
    assert line("dlq", "runs") == 0
    for each in line.document:
        adds_up(each)
        assert line("dlq", "runs", "--forget", each["run"]) == 0
    assert line("dlq", "run", undone) == 4
    assert not written(), "nothing of a message is left on the disk"


@pytest.fixture
def process(line: Line) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start evwatch as a process of its own."""
    with ExitStack() as stack:

        def start(*words: str) -> subprocess.Popen[str]:
            found = subprocess.Popen(
                [sys.executable, "-m", "evwatch", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(found)
            stack.callback(found.kill)
            return found

        yield start


def test_130_a_signal_ends_it_at_a_safe_point_and_resume_does_the_rest(
    process: Callable[..., subprocess.Popen[str]], line: Line, dead: Dead
) -> None:
    evwatch = process("dlq", "redrive", dead.name, *JOURNAL, "--rate", "4", "-o", "jsonl")
    assert evwatch.stdout
    while json.loads(evwatch.stdout.readline())["sent"] == 0:
        pass
    evwatch.send_signal(signal.SIGTERM)
    out, err = evwatch.communicate(timeout=30)
    report = json.loads(out.splitlines()[-1])
    assert evwatch.returncode == 130
    assert "safe point" in err
    assert report["status"] == "interrupted"
    assert 0 < report["sent"] == report["deleted"] < 12
    assert (report["undecided"], dead.depth()) == ([], (12 - report["sent"], 0))
    assert line("dlq", "resume", report["run"], "--yes") == 0
    assert (line.document["status"], line.document["sent"]) == ("completed", 12)
    assert sorted(json.loads(body)["number"] for body in dead.bodies()) == list(range(12))


def test_130_a_terminal_that_is_gone_ends_it_at_a_safe_point_too(line: Line, dead: Dead) -> None:
    redrive = ("-m", "evwatch", "dlq", "redrive", dead.name, *JOURNAL, "--rate", "4")
    with Terminal({}, program=redrive) as terminal:
        while not dead.depth(dead.source_url)[0]:
            terminal.look()
        terminal.hang_up()
        terminal.process.send_signal(signal.SIGHUP)
        assert terminal.process.wait(30) == 130
    assert line("dlq", "runs") == 0
    (report,) = line.document
    assert (report["status"], report["undecided"], report["fault"]) == ("interrupted", [], None)
    assert (dead.depth(), dead.depth(dead.source_url)) == ((12 - report["sent"], 0), (report["sent"], 0))


def test_130_a_second_signal_ends_it_at_once_and_what_was_on_its_way_is_named(
    process: Callable[..., subprocess.Popen[str]], line: Line, dead: Dead
) -> None:
    hung = threading.Event()

    async def hang(_: web.Request, __: Operation, ___: Handler) -> web.StreamResponse:
        hung.set()
        for_ever: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
        return await for_ever

    line.faults.on("sqs:SendMessageBatch", hang, times=None)
    evwatch = process("dlq", "redrive", dead.name, *JOURNAL, "-o", "json")
    assert hung.wait(20)
    evwatch.send_signal(signal.SIGINT)
    assert evwatch.stderr
    assert "once more" in evwatch.stderr.readline()
    evwatch.send_signal(signal.SIGINT)
    _, err = evwatch.communicate(timeout=20)
    assert evwatch.returncode == 130
    assert "evwatch dlq runs" in err
    assert dead.depth() == (12, 0), "nothing stays hidden"
    line.faults.clear()
    assert line("dlq", "runs") == 0
    (report,) = line.document
    assert (report["status"], report["sent"], len(report["undecided"])) == ("interrupted", 0, 10)


def test_1_a_disk_that_fills_in_the_middle_loses_nothing_and_a_resume_does_the_rest(line: Line, aws: Account) -> None:
    dead = dead_letter_queue(aws, "large")
    noise = Random(1)
    dead.fail({"MessageBody": f"{number:02d}{noise.randbytes(9_000).hex()}"} for number in range(60))

    def filled(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    redrive = [sys.executable, "-m", "evwatch", "dlq", "redrive", dead.name, *JOURNAL, "-o", "json"]
    done = subprocess.run(
        redrive, stdin=subprocess.DEVNULL, capture_output=True, text=True, preexec_fn=lambda: filled(400_000)
    )
    report = json.loads(done.stdout)
    assert (done.returncode, report["fault"]["code"]) == (1, "journal")
    assert report["status"] in ("stopped", "interrupted"), "by whether its end could be written still"
    assert report["sent"] < 60
    assert dead.depth()[1] == 0, "nothing stays hidden"
    assert line("dlq", "resume", report["run"], "--yes") == (1 if report["undecided"] else 0)
    rest = line.document
    assert (rest["status"], set(rest["undecided"])) == ("completed", set(report["undecided"]))
    arrived = [body[:2] for body in dead.bodies()]
    left = {message["MessageId"]: message["Body"][:2] for message in dead.drain(dead.dlq_url)}
    assert len(arrived) == len(set(arrived)), "none is there twice"
    assert set(arrived) | set(left.values()) == {f"{number:02d}" for number in range(60)}, "none is lost"
    assert left.keys() == set(rest["undecided"])
