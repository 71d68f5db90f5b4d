"""Read-only over every command: nothing but reading reaches AWS, no look but into a DLQ, and nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.emulator.account import Account
from tests.emulator.recording import Recording
from tests.faults.commands import every_command
from tests.faults.hostile import act_before, create, depths
from tests.faults.keys import READING
from tests.faults.trying import shared_models, tried

ACTING = {
    "dlq redrive",
    "dlq delete",
    "dlq undo",
    "dlq import",
    "dlq resume",
    "dlq cancel",
    "dlq runs --forget",
    "pause",
    "resume",
}


def test_no_command_does_anything_but_read_and_those_that_act_are_refused(aws: Account, tmp_path: Path) -> None:
    dead, recording = create(aws), Recording()
    act_before(aws, tmp_path)
    before = depths(dead)
    (tmp_path / "import.jsonl").write_text(
        json.dumps({"id": "1", "body": "{}", "attributes": {}, "system": {}, "message_group_id": None}) + "\n"
    )
    made = every_command(
        tmp_path, queue=dead.name, function="process-orders", rule=aws.arn("events", "rule/paid"), to="orders"
    )
    home = {"EVWATCH_STATE_FOLDER": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    with shared_models(), aws.threaded_gateway(recording) as url:
        environment = aws.environment(url) | home
        listed = tried(["dlq", "runs", "-o", "json"], environment)
        left, gone, doubtful = (each["run"] for each in json.loads(listed.out))
        made |= {
            "dlq undo": ["dlq", "undo", gone, "--yes"],
            "dlq run": ["dlq", "run", doubtful],
            "dlq resume": ["dlq", "resume", doubtful, "--yes", "--send-undecided"],
            "dlq cancel": ["dlq", "cancel", left],
            "dlq runs --forget": ["dlq", "runs", "--forget", doubtful],
        }
        recording.clear()
        ended = {name: tried([*words, "--read-only"], environment) for name, words in made.items()}
    assert {name for name, each in ended.items() if each.code == 3} == ACTING, {n: e.err for n, e in ended.items()}
    assert not [wrong for each in ended.values() if (wrong := each.wrong())]
    assert set(recording.names) <= READING
    looked = {call.parameters["QueueUrl"].rpartition("-")[2] for call in recording.of("sqs:ReceiveMessage")}
    assert looked == {"dlq"}, "looks into dead-letter queues were taken, and no others"
    assert depths(dead) == before
    assert len(set(recording.names)) > 20, "most of what reads was called"
