"""Each IAM action denied: it is named, and nothing worse happens; and no action is asked for that nothing calls."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.account import Account
from tests.faults.denied import BY_SQS, asked_for, called_by, cases, denied, unnamed
from tests.faults.system import create
from tests.faults.trying import shared_models

READING = ("status", "doctor")
"""These call all that reads; what a denial takes away there is tests/flow/test_denied's matter."""
ACTING = (
    "dlq show",
    "dlq redrive",
    "dlq delete",
    "dlq import",
    "dlq cancel",
    "redrive to every kind of target",
    "redrive by evwatch itself",
    "pause",
    "resume",
    "pause a consumer",
)

EACH_TELLS = "sqs:ListMessageMoveTasks"
"""Redriving, deleting and importing have a word of their own for it."""


def test_what_the_policy_asks_for_is_what_commands_call_and_each_denied_action_of_those_that_act_is_named(
    aws: Account, tmp_path: Path
) -> None:
    system = create(aws)
    met, tried, wrong = set[str](), set[str](), list[str]()
    with shared_models():
        for case in cases(system, tmp_path):
            if case.name not in READING + ACTING:
                continue
            calls = called_by(system, case, tmp_path)
            met |= {call.iam_action for call in calls}
            for call in calls:
                acts = call.tier != "observe" or call.operation in ("DescribeRule", "GetEventSourceMapping")
                known = call.iam_action in tried and call.iam_action != EACH_TELLS
                if case.name not in ACTING or not acts or known:
                    continue
                if ended := denied(system, case, call, tmp_path):
                    tried.add(call.iam_action)
                    wrong += [found] if (found := unnamed(case.name, call, ended)) else []
    assert not wrong
    assert met == asked_for() - BY_SQS
    assert len(tried) > 15
