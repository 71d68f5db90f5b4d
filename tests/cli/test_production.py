"""A context that is marked as production is read-only for every command, down to the calls, unless `--write`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Line
from tests.emulator.account import Account
from tests.emulator.recording import Recording


def test_nothing_is_sent_to_production_unless_write_is_given(
    aws: Account, line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = aws.boto("sqs")
    target = sqs.create_queue(QueueName="orders")["QueueUrl"]
    dlq = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    policy = f'{{"deadLetterTargetArn": "{aws.arn("sqs", "orders-dlq")}", "maxReceiveCount": "3"}}'
    sqs.set_queue_attributes(QueueUrl=target, Attributes={"RedrivePolicy": policy})
    sqs.send_message(QueueUrl=dlq, MessageBody="{}")
    recording = Recording()
    with aws.threaded_gateway(recording) as url:
        for name, value in aws.environment(url).items():
            monkeypatch.setenv(name, value)
        settings = tmp_path / "settings.toml"
        settings.write_text("[contexts.prd]\nproduction = true\n")
        command = f"dlq delete orders-dlq --all --yes --config {settings} --context prd"
        refused = line(command)
        sent = {name for name in recording.names if name not in ("sqs:ReceiveMessage",)}
        allowed = line(f"{command} --write")
        both = line(f"{command} --write --read-only")
    assert refused.code == 3
    assert "production: start with --write" in refused.err
    assert not {"sqs:DeleteMessageBatch", "sqs:SendMessageBatch"} & sent
    assert (allowed.code, recording.count("sqs:DeleteMessageBatch")) == (0, 1), allowed.err
    assert both.code == 3
