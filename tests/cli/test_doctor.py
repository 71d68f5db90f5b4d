"""`doctor`: what works, what does not and what to do; nothing is changed to find out, and no credential is printed."""

from __future__ import annotations

import json
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evwatch.aws.catalogue import CALLS
from tests.cli.conftest import Line
from tests.commands import Outcome
from tests.emulator.account import Account
from tests.emulator.clock import AtAnotherTime
from tests.emulator.denying import Denying
from tests.emulator.faults import Faults, refused
from tests.emulator.recording import Recording
from tests.faults.trying import tried

SECRET, TOKEN = "MARKED-secret-4f1d9c", "MARKED-token-77aa01"


@pytest.fixture
def operator(aws: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account with one of everything that a trial needs, and its keys in the environment."""
    sqs, events = aws.boto("sqs"), aws.boto("events")
    sqs.create_queue(QueueName="orders")
    sqs.create_queue(QueueName="orders-dlq")
    aws.boto("sns").create_topic(Name="news")
    events.put_rule(Name="every", EventPattern='{"source": ["shop"]}')
    for name, value in {"AWS_ACCESS_KEY_ID": aws.number, "AWS_SECRET_ACCESS_KEY": SECRET}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_REGION", aws.region)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    return aws


def examined(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {check["subject"]: check for check in outcome.document["checks"]}


def test_every_action_has_its_line_and_nothing_that_changes_anything_is_called(operator: Account, line: Line) -> None:
    recording = Recording()
    with operator.threaded_gateway(recording) as url:
        outcome = line(f"doctor --endpoint-url {url} -o json")
    found = examined(outcome)
    assert outcome.code == 0, outcome.out
    assert {call.iam_action for call in CALLS} <= set(found)
    reading = [call for call in CALLS if call.reads and call.name != "sqs:ReceiveMessage"]
    harmless = {name for call in reading for name in (call.name, call.iam_action)}
    assert set(recording.names) <= harmless | {"iam:GetRole", "iam:SimulatePrincipalPolicy"}
    assert found["sqs:GetQueueAttributes"] | {"context": ""} == {
        "subject": "sqs:GetQueueAttributes",
        "state": "ok",
        "said": "allowed",
        "hint": "",
        "context": "",
    }
    assert recording.of("sqs:GetQueueAttributes")[0].parameters["QueueUrl"].endswith("/orders-dlq")
    assert found["sqs:DeleteMessage"]["state"] == "untried"
    assert operator.number in found["identity"]["said"]
    assert url in found["place"]["said"]


def test_what_is_denied_is_named_and_ends_with_4(operator: Account, line: Line) -> None:
    with operator.threaded_gateway(Denying("events:ListRules", "sqs:ChangeMessageVisibilityBatch")) as url:
        outcome = line(f"doctor --endpoint-url {url} -o json")
        narrow = line(f"doctor --tier observe --endpoint-url {url} -o json")
    found = examined(outcome)
    assert outcome.code == 4
    wrong = {subject for subject, check in found.items() if check["state"] == "wrong"}
    assert wrong == {"events:ListRules", "sqs:ChangeMessageVisibility"}
    assert found["events:ListRules"]["hint"] == "allow events:ListRules for this caller"
    assert "sqs:ChangeMessageVisibility" not in examined(narrow)


def test_acting_is_simulated_for_the_role_that_is_used(operator: Account, line: Line, tmp_path: Path) -> None:
    iam = operator.boto("iam")
    iam.create_role(RoleName="on-call", AssumeRolePolicyDocument="{}")
    allow = {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="on-call", PolicyName="p", PolicyDocument=document)
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[contexts.ops]\nrole_arn = "arn:aws:iam::{operator.number}:role/on-call"\n')
    with operator.threaded_gateway() as url:
        outcome = line(f"doctor --config {settings} --context ops --endpoint-url {url} -o json")
    found = examined(outcome)
    queue = operator.arn("sqs", "orders-dlq")
    assert found["sqs:SendMessage"]["said"] == f"simulated: allowed on {queue}"
    assert found["sqs:DeleteMessage"]["said"] == f"simulated: no permission on {queue}"
    assert (found["sqs:DeleteMessage"]["state"], outcome.code) == ("wrong", 4)


@pytest.mark.parametrize(("ahead", "word"), [(20, "behind"), (-20, "ahead")])
def test_a_clock_that_is_wrong_is_told_with_how_much(operator: Account, line: Line, ahead: int, word: str) -> None:
    with operator.threaded_gateway(AtAnotherTime(timedelta(minutes=ahead))) as url:
        outcome = line(f"doctor --tier observe --endpoint-url {url} -o json")
        status = tried(["status", "--endpoint-url", url], os.environ)
    clock = examined(outcome)["clock"]
    assert (outcome.code, clock["state"]) == (4, "wrong")
    assert re.fullmatch(rf"(20 m|19 m 5\d s|20 m \d s) {word}( of)? the server's", clock["said"])
    said = f"this machine's clock is 20 min {word}, which AWS refuses"
    assert examined(outcome)["identity"]["said"] == said
    assert status.code == 4
    assert f"{said}: set this machine's clock right" in status.err


def test_a_session_that_has_expired_is_told_with_what_to_do(operator: Account, line: Line) -> None:
    with operator.threaded_gateway(Faults().on("*", refused("expired"), times=None)) as url:
        outcome = line(f"doctor --endpoint-url {url} -o json")
    found = examined(outcome)
    assert outcome.code == 4
    assert found["identity"]["said"] == "the AWS credentials have expired"
    assert "log in again" in found["identity"]["hint"]
    assert found["permissions"]["state"] == "untried"


def test_without_credentials_network_or_a_known_region_it_says_which(
    operator: Account, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable = examined(line("doctor --endpoint-url http://127.0.0.1:9 -o json"))
    assert unreachable["identity"]["said"] == "http://127.0.0.1:9 cannot be reached"
    assert unreachable["clock"]["state"] == "untried"
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    misspelt = examined(line("doctor --region eu-centrl-1 -o json"))
    assert misspelt["region"]["said"].endswith('did you mean "eu-central-1"?')
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    nobody = line("doctor -o json")
    assert nobody.code == 4
    assert examined(nobody)["credentials"]["said"] == "no AWS credentials were found"
    assert examined(nobody)["place"]["said"] == operator.region, "where it leads was not found out"
    monkeypatch.delenv("AWS_REGION")
    assert examined(line("doctor -o json"))["region"]["said"] == "no AWS region is set"


def test_wrong_settings_are_a_line_with_the_rest_still_told(operator: Account, line: Line, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("them = 'dark'\n")
    outcome = line(f"doctor --config {settings} -o json")
    assert outcome.code == 4
    assert examined(outcome)["settings"]["said"].endswith('settings.toml:1: unknown setting "them"')
    assert examined(outcome)["versions"]["state"] == "ok"


def test_no_credential_is_printed_wherever_it_came_from(
    operator: Account, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_files = tmp_path / "config"
    telling = f"/bin/sh -c 'echo >&2 wrong {SECRET} aws_session_token={TOKEN}; exit 1'"
    aws_files.write_text(f"[profile p]\ncredential_process = {telling}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(aws_files))
    monkeypatch.setenv("HTTPS_PROXY", "http://me:MARKED-proxy@proxy.example:3128")
    with operator.threaded_gateway() as url:
        shown = line(f"doctor --tier observe --endpoint-url {url}")
        failing = line(f"doctor --profile p --endpoint-url {url}")
    assert (shown.code, failing.code) == (0, 4)
    for text in (shown.out, shown.err, failing.out, failing.err):
        assert "MARKED" not in text
