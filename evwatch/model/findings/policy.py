"""Whether a resource's policy lets a service of AWS do something, judged only as far as that can be told for sure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

Answer = Literal["allows", "refuses", "unknown"]
_EQUAL = ("stringequals", "arnequals", "stringequalsignorecase", "stringlike", "arnlike")
"""Operators that compare texts; the ARN operators take wildcards under both names."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call that a service makes on behalf of a resource."""

    principal: str
    """`events.amazonaws.com`."""
    action: str
    """`sqs:SendMessage`."""
    resource: str
    source_arn: str
    """What the service acts for, which it gives as `aws:SourceArn`."""
    source_account: str


def judge(policy: str, request: Request) -> Answer:
    """What a resource policy says to a service, for which no other policy speaks.

    Without a policy, or without a statement that could apply, it is refused; a condition on anything but the source
    leaves it open. (IAM: "Policy evaluation logic"; service principals have no identity policy of their own.)
    """
    answer: Answer = "refuses"
    for statement in _statements(policy):
        applies = _applies(statement, request)
        if statement.get("Effect") == "Deny":
            # A refusal that depends on what is not known (encryption in transit, an organization) mostly spares AWS.
            if applies is True:
                return "refuses"
        elif applies is True:
            answer = "allows"
        elif applies is None and answer == "refuses":
            answer = "unknown"
    return answer


def _statements(policy: str) -> Iterator[Mapping[str, Any]]:
    try:
        document = json.loads(policy or "{}")
    except ValueError:
        return
    found = document.get("Statement") if isinstance(document, Mapping) else None
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping):
            yield statement


def _applies(statement: Mapping[str, Any], request: Request) -> bool | None:
    """True or False where it is sure; None where it depends on what cannot be seen."""
    verdicts = (
        _principal(statement, request),
        _listed(statement, "Action", request.action),
        _listed(statement, "Resource", request.resource),
        *_conditions(statement, request),
    )
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _principal(statement: Mapping[str, Any], request: Request) -> bool | None:
    if "NotPrincipal" in statement:
        return None
    principal = statement.get("Principal")
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    return "*" in _texts(principal.get("AWS")) or request.principal in _texts(principal.get("Service"))


def _listed(statement: Mapping[str, Any], what: str, wanted: str) -> bool | None:
    if f"Not{what}" in statement:
        return None
    if what not in statement:
        return True
    return any(_like(wanted, pattern) for pattern in _texts(statement[what]))


def _conditions(statement: Mapping[str, Any], request: Request) -> Iterator[bool | None]:
    known = {"aws:sourcearn": request.source_arn, "aws:sourceaccount": request.source_account}
    conditions = statement.get("Condition")
    for operator, pairs in conditions.items() if isinstance(conditions, Mapping) else ():
        for key, values in pairs.items() if isinstance(pairs, Mapping) else ():
            given = known.get(str(key).lower(), "")
            if not given or str(operator).lower().removesuffix("ifexists") not in _EQUAL:
                yield None
            else:
                yield any(_like(given, value) for value in _texts(values))


def _like(text: str, pattern: str) -> bool:
    """IAM's wildcards are those of the shell, without its brackets."""
    return fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]
