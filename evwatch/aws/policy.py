"""The least IAM policy that a tier needs, from what the services declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evwatch.aws.catalogue import CALLS
from evwatch.aws.service import TIERS, Call, Tier

_THROUGH_SQS = {"StringLike": {"kms:ViaService": "sqs.*.amazonaws.com"}}
"""Keys are used by SQS for the caller, never by the caller itself (SQS: \"Key management\")."""


def policy(tier: Tier, dlq_arns: Sequence[str] = ()) -> dict[str, Any]:
    """An identity policy for this tier, those below it included.

    Where DLQs are named, what is done to messages in them is allowed there alone. Lists and metrics know no resource,
    and discovery must see everything to tell what belongs together, so reading is allowed everywhere.
    """
    statements: list[dict[str, Any]] = []
    for each in TIERS[: TIERS.index(tier) + 1]:
        calls = [call for call in CALLS if call.tier == each]
        named = [call for call in calls if call.on_dlqs]
        others = [call for call in calls if not call.on_dlqs]
        if others:
            statements.append(_statement(each, others, ["*"]))
        if named:
            statements.append(_statement(f"{each}Dlqs", named, list(dlq_arns) or ["*"]))
        if keys := sorted({action for call in calls for action in call.also}):
            statements.append(_allow(f"{each}Keys", keys, ["*"]) | {"Condition": _THROUGH_SQS})
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(name: str, calls: Sequence[Call], resources: list[str]) -> dict[str, Any]:
    return _allow(name, sorted({call.iam_action for call in calls}), resources)


def _allow(name: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    # A Sid takes letters and digits alone.
    return {
        "Sid": "Evwatch" + name[:1].upper() + name[1:],
        "Effect": "Allow",
        "Action": actions,
        "Resource": resources[0] if len(resources) == 1 else resources,
    }
