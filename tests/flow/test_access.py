"""The policies of functions and keys: read where they decide, and concluded from only where they were read."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from evwatch.model.clock import Clock
from evwatch.model.findings import examine
from evwatch.model.snapshot import Snapshot
from tests.emulator.account import Account
from tests.emulator.denying import Denying
from tests.emulator.recording import Recording
from tests.flow.reading import discovered, hasty, read


def function(client: Any, name: str) -> str:
    """A function that does nothing; gives its ARN."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("code.py", "def handler(event, context): pass")
    made = client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role="arn:aws:iam::123456789012:role/r",
        Handler="code.handler",
        Code={"ZipFile": content.getvalue()},
    )
    return str(made["FunctionArn"])


def create_system(aws: Account) -> None:
    """A rule with two functions and a queue under a key, of which one function and the key do not let it in."""
    lambda_, events, sqs, kms = aws.boto("lambda"), aws.boto("events"), aws.boto("sqs"), aws.boto("kms")
    rule = events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')["RuleArn"]
    opened, shut = function(lambda_, "open"), function(lambda_, "shut")
    function(lambda_, "alone")
    lambda_.publish_version(FunctionName="open")
    lambda_.create_alias(FunctionName="open", Name="live", FunctionVersion="1")
    lambda_.add_permission(
        FunctionName="open",
        Qualifier="live",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/orders", TargetKeyId=key)
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    attributes = {"KmsMasterKeyId": "alias/orders", "Policy": json.dumps({"Statement": [allow]})}
    for name in ("orders", "more-orders"):
        sqs.create_queue(QueueName=name, Attributes=attributes)
    ends = [f"{opened}:live", shut, aws.arn("sqs", "orders"), aws.arn("sqs", "more-orders")]
    events.put_targets(Rule="paid", Targets=[{"Id": f"t{number}", "Arn": end} for number, end in enumerate(ends)])


def refusals(snapshot: Snapshot) -> list[tuple[str, str]]:
    """What is said to be refused, by rule."""
    wanted = ("policy-refuses", "key-refuses", "key-unusable")
    return [(found.rule, found.message) for found in examine(snapshot).findings if found.rule in wanted]


KEY = "of the key of {} does not let events.amazonaws.com call kms:GenerateDataKey and kms:Decrypt"
SHUT = ("policy-refuses", "rule paid: the policy of shut does not let events.amazonaws.com call lambda:InvokeFunction")
SEALED = [("key-refuses", f"rule paid: the policy {KEY.format(name)}") for name in ("more-orders", "orders")]


async def test_what_does_not_let_a_rule_in_is_found_and_nothing_is_read_that_decides_nothing(
    aws: Account, tmp_path: Path
) -> None:
    await asyncio.to_thread(create_system, aws)
    recording = Recording()
    assert refusals(await read(aws, tmp_path, recording)) == [*SEALED, SHUT]
    assert recording.count("lambda:GetPolicy") == 2, "of the alias that is invoked, and of the one that is shut"
    assert recording.count("kms:DescribeKey") == recording.count("kms:GetKeyPolicy") == 1


async def test_a_policy_that_may_not_be_read_is_a_gap_with_a_name_and_no_finding(aws: Account) -> None:
    await asyncio.to_thread(create_system, aws)
    denying = Denying()
    told = {"lambda:GetPolicy": SEALED, "kms:GetKeyPolicy": [SHUT], "kms:DescribeKey": [SHUT]}
    async with aws.gateway(denying) as url, hasty(aws, url) as caller:
        for action, expected in told.items():
            denying.patterns = {action}
            context = await discovered(caller)
            assert [(fault.source, fault.code) for fault in context.faults] == [(action, "permission")]
            assert refusals(Snapshot(Clock().now(), (context,))) == expected
