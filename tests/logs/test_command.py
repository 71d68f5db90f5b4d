"""`evwatch logs` as a script and as a person see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from evwatch.cli.entry import run
from tests.emulator.account import Account
from tests.logs.conftest import MakeFunction, Write
from tests.logs.test_trail import ID, invocation

Captured = pytest.CaptureFixture[str]
NOW = datetime.now(UTC)


@pytest.fixture
def endpoint(aws: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with aws.threaded_gateway() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        yield


@pytest.mark.usefixtures("endpoint")
def test_a_functions_lines_of_the_last_minutes(function: MakeFunction, write: Write, capfd: Captured) -> None:
    function("pay")
    old = [(NOW - timedelta(hours=2), "old")]
    write("/aws/lambda/pay", [*old, (NOW - timedelta(minutes=5), "one"), (NOW - timedelta(minutes=4), "two\n  more")])
    assert run(["logs", "pay", "-o", "json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert [line["message"] for line in document["lines"]] == ["one", "two\n  more"]
    assert document["searched"][0]["group"] == "/aws/lambda/pay"
    assert document["complete"] is True
    assert run(["logs", "pay", "--since", "3h", "--until", "1h", "-o", "jsonl"]) == 0
    assert json.loads(capfd.readouterr().out)["message"] == "old"
    assert run(["logs", "pay", "--grep", "two"]) == 0
    shown = capfd.readouterr().out
    assert "two\n" in shown
    assert "one" not in shown.splitlines()[-3:]
    assert 'for "two"' in shown


@pytest.mark.usefixtures("endpoint")
def test_a_dead_letter_is_followed_into_the_log_of_its_function(
    aws: Account, function: MakeFunction, write: Write, capfd: Captured
) -> None:
    sqs = aws.boto("sqs")
    url = sqs.create_queue(QueueName="failures")["QueueUrl"]
    function("pay")
    aws.boto("lambda").update_function_configuration(
        FunctionName="pay", DeadLetterConfig={"TargetArn": aws.arn("sqs", "failures")}
    )
    attributes = {"RequestID": ID, "ErrorCode": "200", "ErrorMessage": "boom"}
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="{}",
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )
    write("/aws/lambda/pay", invocation(ID, "[ERROR] KeyError: 'amount'", NOW - timedelta(seconds=5)))
    assert run(["logs", "failures", "--id", sent["MessageId"], "-o", "json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["found_by"] == "request-id"
    assert document["proven"] is True
    assert document["reason"]["type"] == "KeyError"
    assert len(document["lines"]) == 4


@pytest.mark.usefixtures("endpoint")
def test_what_is_neither_function_nor_queue_is_told(capfd: Captured) -> None:
    assert run(["logs", "nope"]) == 4
    assert 'neither a function nor a queue "nope"' in capfd.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("logs pay --since 2x", "neither a time"),
        ("logs pay --since 1h --until 2h", "not before"),
        ("logs pay --since 99999999w", "too long ago"),
        ("logs dlq --id a --since 1h", "do not go with --id"),
    ],
)
def test_a_wrong_line_calls_nothing(line: str, said: str, capfd: Captured) -> None:
    assert run(line.split()) == 2
    assert said in capfd.readouterr().err
