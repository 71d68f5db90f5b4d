"""Commands over readings made by hand: what they print, where, and how they end."""

from __future__ import annotations

import json

import pytest

from evwatch.cli.framework import Command
from evwatch.model.fault import EvwatchError, Fault, FaultCode
from evwatch.model.snapshot import Snapshot
from tests.cli import snapshots as s
from tests.cli.conftest import Line
from tests.readme import every_command


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("--profile a --region r1 --filter x* -o json --read-only status", ""),
        ("status", "--profile a --region r1 --filter x* -o json --read-only"),
        ("--profile a -o json status", "--region r1 --filter x* --read-only"),
    ],
)
def test_options_count_the_same_before_and_after_the_command(line: Line, before: str, after: str) -> None:
    outcome = line(f"{before} {after}", s.calm)
    assert outcome.code == 0
    assert outcome.document["queues"] == []
    assert line.settings
    assert line.settings.read_only
    assert [(one.profile, one.region, one.read_only) for one in line.settings.contexts] == [("a", "r1", True)]


def test_repeated_options_add_up_across_the_command_and_of_others_the_last_counts(line: Line) -> None:
    outcome = line("-o json --region r1 --tag a=b dlq --region r2 list --region r3 --tag c -o jsonl", s.calm)
    assert outcome.out == ""
    assert line.settings
    assert [one.region for one in line.settings.contexts] == ["r1", "r2", "r3"]
    assert line.settings.tags == (("a", "b"), ("c", None))


def test_json_is_one_document_and_jsonl_one_element_of_the_main_list_a_line(line: Line) -> None:
    names = ["order-events-dlq", "orders", "plain.fifo", "target-dlq"]
    assert [one["name"] for one in line("status -o json", s.troubled).document["queues"]] == names
    for command in ("status", "queues"):
        lines = line(f"{command} -o jsonl", s.troubled).out.splitlines()
        assert [json.loads(one)["name"] for one in lines] == names
    assert [one["name"] for one in line("queues -o json", s.troubled).document] == names
    assert [one["name"] for one in line("alarms -o json", s.troubled).document] == ["OrderEventsDLQMessages", "slow"]
    assert [one["name"] for one in line("dlq list -o json", s.troubled).document] == ["order-events-dlq", "target-dlq"]


def test_every_command_takes_the_three_formats_table_being_what_it_prints_for_people(line: Line) -> None:
    printing = {name: each.command for name, each in every_command() if isinstance(each.command, Command)}
    assert {name for name, each in printing.items() if not {"json", "jsonl"} <= set(each.outputs)} == {"evwatch demo"}
    for command in ("iam-policy", "report"):
        assert line(f"{command} -o table", s.calm).out == line(command, s.calm).out
        assert len(line(f"{command} -o jsonl", s.calm).out.splitlines()) == 1
    assert "tree (the default), json, jsonl, mermaid or table." in line("flow --help").out
    assert "--output" not in line("demo --help").out


def test_a_bare_list_tells_what_could_not_be_read_on_standard_error_and_status_in_its_document(line: Line) -> None:
    for command in ("queues", "alarms", "dlq list"):
        outcome = line(f"{command} -o json", s.troubled)
        assert outcome.code == 0
        assert outcome.err == "evwatch: no permission: events:ListRules: allow events:ListRules\n"
    outcome = line("status -o json", s.troubled)
    assert (outcome.code, outcome.err, len(outcome.document["faults"])) == (0, "", 1)


@pytest.mark.parametrize("command", ["status", "queues", "alarms", "check", "dlq list"])
def test_where_nothing_could_be_read_the_command_ends_with_4_and_what_to_do(line: Line, command: str) -> None:
    outcome = line(f"{command} -o json", s.unreadable)
    assert outcome.code == 4
    assert outcome.err == "evwatch: the login has expired: run `aws sso login`\n"
    assert outcome.document == {
        "error": {"code": "credentials", "message": "the login has expired", "hint": "run `aws sso login`"}
    }
    assert line(command, s.unreadable).out == ""


def test_check_prints_a_line_for_each_thing_and_ends_with_1(line: Line) -> None:
    outcome = line("check", s.troubled)
    assert outcome.code == 1
    first, second = outcome.out.splitlines()
    assert first.startswith("critical  alarm  OrderEventsDLQMessages")
    assert second.startswith("critical  dlq    order-events-dlq")
    assert second.endswith("alarm OrderEventsDLQMessages fires; 3 dead letters")
    document = line("check -o json", s.troubled).document
    assert [one["name"] for one in document["attention"]] == ["OrderEventsDLQMessages", "order-events-dlq"]
    assert {"queues", "alarms", "faults", "taken_at"} <= set(document)
    assert len(line("check -o jsonl", s.troubled).out.splitlines()) == 2


def test_check_ends_with_0_in_silence_where_all_is_well(line: Line) -> None:
    outcome = line("check", s.calm)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_check_does_not_call_well_what_it_could_not_see(line: Line) -> None:
    def denied() -> Snapshot:
        return s.snapshot(s.context(s.ORDERS, faults=(s.DENIED,)))

    def unread() -> Snapshot:
        return s.snapshot(s.context(s.ORDERS, depths={}))

    for reading in (denied, unread):
        outcome = line("check", reading)
        assert (outcome.code, outcome.out) == (4, "")


def test_a_table_to_a_pipe_is_whole_and_plain(line: Line) -> None:
    long = "x" * 80

    def reading() -> Snapshot:
        return s.snapshot(s.context(s.queue(long), s.ORDERS))

    outcome = line("queues", reading)
    heading, first, second = outcome.out.splitlines()
    assert heading.startswith("HEALTH  QUEUE ")
    assert long in first
    assert "orders" in second
    assert "\x1b" not in outcome.out
    assert not any(one.endswith(" ") for one in outcome.out.splitlines())


def test_names_that_would_drive_a_terminal_are_made_visible(line: Line) -> None:
    evil = "a\x1b]0;b\x07\u202ec\nd"

    def reading() -> Snapshot:
        bad = Fault("aws", f"{evil} is odd", source="sqs:X")
        return s.snapshot(s.context(s.queue(evil), faults=(bad,)))

    outcome = line("queues", reading)
    assert len(outcome.out.splitlines()) == 2
    assert len(outcome.err.splitlines()) == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(outcome.out + outcome.err)
    exact = line("queues -o json", reading)
    assert exact.document[0]["name"] == evil
    assert "\u202e" in exact.out, "to a pipe JSON is exact"


def test_a_lone_surrogate_stays_json(line: Line) -> None:
    outcome = line("queues -o json", lambda: s.snapshot(s.context(s.queue("a\ud800é"))))
    assert outcome.document[0]["name"] == "a\ud800é"


EXITS: dict[FaultCode, int] = {
    "usage": 2,
    "settings": 2,
    "expression": 2,
    "input": 2,
    "refused": 3,
    "not-confirmed": 3,
    "journal": 3,
    "credentials": 4,
    "permission": 4,
    "region": 4,
    "network": 4,
    "throttled": 4,
    "not-found": 4,
    "aws": 4,
}


@pytest.mark.parametrize("code", EXITS)
def test_each_kind_of_error_has_its_exit_code_and_is_one_line(line: Line, code: FaultCode) -> None:
    def fail() -> Snapshot:
        raise EvwatchError(Fault(code, "it\nbroke", "mend it"))

    outcome = line("status", fail)
    assert (outcome.code, outcome.out, outcome.err) == (EXITS[code], "", "evwatch: it broke: mend it\n")
    assert line("status -o json", fail).document["error"] == {"code": code, "message": "it\nbroke", "hint": "mend it"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("stauts", 'no such command "stauts"; did you mean "status"?: see `evwatch --help`'),
        ("status --reed-only", 'no such option --reed-only; did you mean "--read-only"?: see `evwatch status --help`'),
        ("status extra", "unexpected extra argument (extra): see `evwatch status --help`"),
        ("--filter", "option '--filter' requires an argument"),
        ("status -o xml", "-o xml is no format of `evwatch status`; its formats are table json jsonl"),
        ("dlq show x --raw -o jsonl", "--raw prints bodies alone, and -o jsonl JSON: leave one of them out"),
        ("dlq", "missing command: see `evwatch dlq --help`"),
        ("dlq lst", 'no such command "lst"; did you mean "list"?: see `evwatch dlq --help`'),
        ("status --endpoint-url here", "--endpoint-url does not take this value: an address such as"),
        ("status --context nope", 'there is no context "nope"'),
        ("", "the dashboard needs a terminal: run `evwatch status`"),
        ("-o json", "the dashboard prints no result; `evwatch status` does"),
    ],
)
def test_a_wrong_command_line_ends_with_2_before_anything_is_called(line: Line, arguments: str, says: str) -> None:
    outcome = line(arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("evwatch: ")
    assert says in outcome.err
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", ["-o json status --nope", "status -ojson --nope", "--output=json nope"])
def test_json_is_answered_in_json_even_where_the_line_cannot_be_parsed(line: Line, arguments: str) -> None:
    outcome = line(arguments)
    assert (outcome.code, outcome.document["error"]["code"]) == (2, "usage")


def test_an_interrupted_reading_ends_with_130(line: Line) -> None:
    def interrupted() -> Snapshot:
        raise KeyboardInterrupt

    outcome = line("status", interrupted)
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "evwatch: interrupted\n")


def test_a_defect_is_one_line_and_its_traceback_is_kept_in_a_private_file(line: Line) -> None:
    from pathlib import Path

    def broken() -> Snapshot:
        raise ZeroDivisionError("AWS_SECRET_ACCESS_KEY=hunter2hunter2")

    outcome = line("status", broken)
    assert (outcome.code, outcome.out) == (70, "")
    assert len(outcome.err.splitlines()) == 1
    path = Path(outcome.err.split()[-1])
    assert path.stat().st_mode & 0o777 == 0o600
    kept = path.read_text()
    assert "ZeroDivisionError" in kept
    assert "hunter2" not in kept


def test_a_terminal_that_cannot_be_drawn_on_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    outcome = line("")
    assert outcome.code == 2
    assert "TERM=dumb: set TERM to what yours is, or run `evwatch status`" in outcome.err
