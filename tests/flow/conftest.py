"""Every test here is the operator of its own account."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.account import Account

TEMPLATES = Path(__file__).parent / "templates"
Deploy = Callable[[str], None]
Client = Callable[[str], Any]


def _left_out(name: str, client: Client, account: str, region: str) -> None:
    """Put in by the API what the templates say and the emulator's CloudFormation does not carry out."""
    if name == "fan_out":
        mapping = client("lambda").list_event_source_mappings(FunctionName="fan-bill")["EventSourceMappings"][0]
        client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    if name == "claim_check":
        mapping = client("lambda").list_event_source_mappings(FunctionName="claim-fetch")["EventSourceMappings"][0]
        client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    if name == "stream_failures":
        mapping = client("lambda").list_event_source_mappings(FunctionName="stream-project")["EventSourceMappings"][0]
        client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    if name == "scheduled_pipeline":
        dlq = {"TargetArn": f"arn:aws:sqs:{region}:{account}:nightly-failed"}
        client("lambda").update_function_configuration(FunctionName="nightly-load", DeadLetterConfig=dlq)


@pytest.fixture(autouse=True)
def credentials(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's keys in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.number)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def deploy(aws: Account) -> Deploy:
    """Deploys one of the templates beside this file, straight into the emulator."""

    return partial(deployed, aws)


def deployed(aws: Account, name: str) -> None:
    """Deploy a template; returns once it is complete."""
    cloudformation = aws.boto("cloudformation")
    stack = name.replace("_", "-")
    body = (TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8")
    cloudformation.create_stack(StackName=stack, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 0.02, "MaxAttempts": 1000}
    )
    _left_out(name, aws.boto, aws.number, aws.region)
