"""AWS IAM: whether the caller may do what cannot be tried without doing it. `evwatch doctor` alone asks."""

from __future__ import annotations

from collections.abc import Sequence

from evwatch.aws.clients import Caller
from evwatch.aws.service import Call, Service
from evwatch.aws.survey import text
from evwatch.model.arn import parse_arn

SIMULATE = Call("iam", "SimulatePrincipalPolicy", why="let `evwatch doctor` say whether acting is allowed")
GET_ROLE = Call("iam", "GetRole", why="know the path of the role whose policies are simulated")
SERVICE = Service("iam", (SIMULATE, GET_ROLE), requests_per_second=5, burst=20)
"""Not in the catalogue: no tier needs it, so no policy asks for it."""


async def principal(caller: Caller, arn: str) -> str:
    """Whose policies decide for this caller ARN: the user itself, or the role of an assumed session; empty where IAM
    cannot simulate (the root user, a federated one). Raises AwsError."""
    parts = parse_arn(arn)
    if parts is None:
        return ""
    kind, _, rest = parts.resource.partition("/")
    if parts.service == "iam" and kind == "user":
        return arn
    if parts.service == "sts" and kind == "assumed-role":
        answer = await caller.call(GET_ROLE, RoleName=rest.split("/", 1)[0])
        return text(answer.get("Role") or {}, "Arn")
    return ""


async def simulate(caller: Caller, principal_arn: str, actions: Sequence[str], resource: str) -> dict[str, bool]:
    """Whether each action would be allowed on this resource (`*`: on all), as far as IAM's own policies say.

    Policies of the resource, of its key and of VPC endpoints have no part in it. Raises AwsError.
    """
    answer = await caller.call(
        SIMULATE, PolicySourceArn=principal_arn, ActionNames=list(actions), ResourceArns=[resource]
    )
    results = [item for item in answer.get("EvaluationResults") or () if isinstance(item, dict)]
    return {text(item, "EvalActionName"): text(item, "EvalDecision") == "allowed" for item in results}
