"""Whether a resource's policy lets a service of AWS do something, judged only as far as that can be told for sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from evwatch.model.access import Request
from evwatch.model.statements import like, matches, statements, texts

Answer = Literal["allows", "refuses", "unknown"]
_AWS = ".amazonaws.com"
_Test = Callable[[str, str], bool]


def judge(policy: str, request: Request) -> Answer:
    """What a resource policy says to a service, for which no other policy speaks.

    Without a policy, or without a statement that could apply, it is refused; a condition on anything but the source
    leaves it open, and so does what is no policy. (IAM: "Policy evaluation logic"; service principals have no identity
    policy of their own.)
    """
    found = statements(policy)
    if found is None:
        return "unknown"
    answer: Answer = "refuses"
    for statement in found:
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
    services = texts(principal.get("Service"))
    if "*" in texts(principal.get("AWS")) or request.principal in services:
        return True
    # Some services have a name in each region or partition too, as in `sns.eu-south-1.amazonaws.com`.
    own = request.principal.removesuffix(_AWS)
    return None if any(each.startswith(f"{own}.") and _AWS in each for each in services) else False


def _listed(statement: Mapping[str, Any], what: str, wanted: str) -> bool | None:
    if f"Not{what}" in statement:
        return None
    if what not in statement:
        return True
    return any(like(wanted, pattern) for pattern in texts(statement[what]))


def _conditions(statement: Mapping[str, Any], request: Request) -> Iterator[bool | None]:
    known = {"aws:sourcearn": request.source_arn, "aws:sourceaccount": request.source_account}
    conditions = statement.get("Condition")
    for operator, pairs in conditions.items() if isinstance(conditions, Mapping) else ():
        wanted, test = _OPERATORS.get(str(operator).lower().removesuffix("ifexists"), (True, None))
        for key, values in pairs.items() if isinstance(pairs, Mapping) else ():
            given = known.get(str(key).lower(), "")
            if not given or test is None:
                yield None
            else:
                yield any(test(given, value) for value in texts(values)) is wanted


def _equals(text: str, value: str) -> bool:
    """Here a `*` is a star: `StringEquals` with a wildcard never matches an ARN."""
    return text == value


def _equals_ignoring_case(text: str, value: str) -> bool:
    return text.casefold() == value.casefold()


_OPERATORS: Mapping[str, tuple[bool, _Test]] = {
    "stringequals": (True, _equals),
    "stringnotequals": (False, _equals),
    "stringequalsignorecase": (True, _equals_ignoring_case),
    "stringnotequalsignorecase": (False, _equals_ignoring_case),
    "stringlike": (True, matches),
    "stringnotlike": (False, matches),
    "arnequals": (True, like),
    "arnlike": (True, like),
    "arnnotequals": (False, like),
    "arnnotlike": (False, like),
}
"""Operators that compare texts: whether a match is wanted, and how it is found. The ARN operators take wildcards
under both names."""
