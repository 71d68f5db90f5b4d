"""An operator's account with functions that have logged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime

import pytest

from tests.emulator.account import Account

MakeFunction = Callable[..., str]
Write = Callable[..., None]


@pytest.fixture(autouse=True)
def credentials(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's keys in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", aws.region)


@pytest.fixture
def function(aws: Account) -> MakeFunction:
    """Makes a function, which consumes the queue where one is given; gives its ARN."""

    def make(name: str, queue_arn: str = "", log_group: str = "") -> str:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("index.py", "def handler(event, context): pass")
        client = aws.boto("lambda")
        made = client.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=aws.arn("iam", "role/r"),
            Handler="index.handler",
            Code={"ZipFile": content.getvalue()},
            **({"LoggingConfig": {"LogGroup": log_group}} if log_group else {}),
        )
        if queue_arn:
            # Switched off, or the emulator would consume what the test put there.
            client.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName=name, Enabled=False)
        return str(made["FunctionArn"])

    return make


@pytest.fixture
def write(aws: Account) -> Write:
    """Writes lines to a stream of a log group, which is made where it is missing."""
    client = aws.boto("logs")

    def put(group: str, lines: Iterable[tuple[datetime, str]], stream: str = "one") -> None:
        for made, names in (
            (client.create_log_group, {"logGroupName": group}),
            (client.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
        ):
            try:
                made(**names)
            except client.exceptions.ResourceAlreadyExistsException:
                continue
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in lines]
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    return put
