"""The IAM policies: what was declared, and nothing more."""

from __future__ import annotations

import re
from typing import Any

import pytest

from evwatch.aws.catalogue import CALLS
from evwatch.aws.policy import policy
from evwatch.aws.service import TIERS, Tier

DLQ = "arn:aws:sqs:eu-central-1:123456789012:orders-dlq"


def actions(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_allows_what_its_calls_and_those_below_need(tier: Tier) -> None:
    wanted = TIERS[: TIERS.index(tier) + 1]
    needed = {call.iam_action for call in CALLS if call.tier in wanted}
    keys = {action for call in CALLS if call.tier in wanted for action in call.also}
    assert actions(policy(tier)) == needed | keys


def test_watching_changes_nothing_and_reads_no_message() -> None:
    allowed = actions(policy("observe"))
    verbs = {re.split(r"(?<=[a-z])(?=[A-Z])", action.partition(":")[2])[0] for action in allowed}
    assert verbs == {"Describe", "Get", "List"}
    assert not any(call.reads for call in CALLS if call.tier == "operate")
    assert "sqs:ReceiveMessage" not in allowed


def test_no_tier_may_empty_a_queue_or_starve_a_function() -> None:
    assert actions(policy("operate")).isdisjoint({"sqs:PurgeQueue", "sqs:DeleteQueue", "lambda:PutFunctionConcurrency"})
    assert not any("*" in action for action in actions(policy("operate")))


def test_messages_are_touched_in_the_named_dlqs_alone() -> None:
    named = policy("redrive", [DLQ, DLQ + "-2"])
    for statement in named["Statement"]:
        touches = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:StartMessageMoveTask"}
        if touches & set(statement["Action"]):
            assert statement["Resource"] == [DLQ, DLQ + "-2"]
        else:
            assert statement["Resource"] == "*"
    assert {statement["Resource"] for statement in policy("redrive")["Statement"]} == {"*"}


def test_keys_are_used_through_sqs_alone_and_every_statement_has_a_lawful_name() -> None:
    statements = policy("operate")["Statement"]
    for statement in statements:
        assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])
        if {"kms:Decrypt", "kms:GenerateDataKey"} & set(statement["Action"]):
            assert statement["Condition"] == {"StringLike": {"kms:ViaService": "sqs.*.amazonaws.com"}}
    assert len({statement["Sid"] for statement in statements}) == len(statements)
