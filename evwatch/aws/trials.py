"""Whether a caller may do what evwatch does: what only reads is tried, what changes something is simulated."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from evwatch.aws import iam
from evwatch.aws.catalogue import CALLS
from evwatch.aws.clients import Caller
from evwatch.aws.errors import AwsError
from evwatch.aws.service import TIERS, Call, Tier, Trial
from evwatch.model.diagnosis import Diagnosis

_PLACE = re.compile(r"\$([a-z_]+)")
_ON = {
    "sqs": "queue_arn",
    "events": "rule_arn",
    "sns": "topic_arn",
    "lambda": "function_arn",
    "stepfunctions": "state_machine_arn",
}
"""What of the trials' findings a service's actions are simulated on."""
_NOT_TRIED = "not tried: it would change something"


class NothingThereError(Exception):
    """A trial needs a resource, and there is none to try it on."""


async def try_each(caller: Caller, tier: Tier, now: datetime, caller_arn: str) -> AsyncIterator[Diagnosis]:
    """A diagnosis for each action of the tier and those below it, in the order of the declarations.

    `caller_arn` is who sts:GetCallerIdentity says that the caller is, for the simulation.
    """
    found: dict[str, Any] = {
        "now": now,
        "minute_ago": now - timedelta(minutes=1),
        "now_ms": int(now.timestamp() * 1000),
        "region": caller.context.region,
    }
    wanted = _once([call for call in CALLS if TIERS.index(call.tier) <= TIERS.index(tier)])
    for call in sorted(wanted, key=_needs):
        if call.trial:
            yield await _tried(caller, call, call.trial, found)
    acting = [call for call in wanted if not call.trial]
    if acting:
        async for diagnosis in _simulated(caller, acting, found, caller_arn):
            yield diagnosis


def _once(calls: Sequence[Call]) -> list[Call]:
    """Several operations may be one action."""
    return list({call.iam_action: call for call in reversed(calls)}.values())[::-1]


def _needs(call: Call) -> bool:
    """What needs nothing comes first, and finds what the others need."""
    return bool(call.trial and _PLACE.search(repr(call.trial.parameters)) and not call.trial.finds)


async def _tried(caller: Caller, call: Call, trial: Trial, found: dict[str, Any]) -> Diagnosis:
    source, context = call.iam_action, caller.context.name
    try:
        parameters = _filled(trial.parameters, found)
    except NothingThereError as error:
        return Diagnosis(source, "untried", f"there is no {error} here to try it on", "", context)
    try:
        answer = await caller.call(call, **parameters)
    except AwsError as error:
        return _refused(source, error, context)
    found.update({name: value for name, value in _finds(trial, answer) if isinstance(value, str)})
    return Diagnosis(source, "ok", "allowed", "", context)


def _refused(source: str, error: AwsError, context: str) -> Diagnosis:
    fault = error.fault
    if error.unsupported:
        return Diagnosis(source, "untried", "the endpoint does not know this operation", "", context)
    if fault.code == "not-found":  # AWS says so only to those who may ask
        return Diagnosis(source, "ok", "allowed", "", context)
    return Diagnosis(source, "wrong", fault.message, fault.hint, context)


def _filled(value: Any, found: Mapping[str, Any]) -> Any:
    match value:
        case str() if whole := _PLACE.fullmatch(value):
            return _known(whole.group(1), found)
        case list():
            return [_filled(item, found) for item in value]
        case dict() | Mapping():
            return {key: _filled(item, found) for key, item in value.items()}
        case _:
            return value


def _known(name: str, found: Mapping[str, Any]) -> Any:
    if name in found:
        return found[name]
    whole = name.removesuffix("_name")
    if whole in found:
        return re.split("[/:]", str(found[whole]))[-1]
    raise NothingThereError(re.sub("_(arn|name)$", "", name).replace("_", " "))


def _finds(trial: Trial, answer: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    import jmespath

    for name, place in trial.finds.items():
        with suppress(jmespath.exceptions.JMESPathError):  # a name was missing where the service always gives one
            yield name, jmespath.search(place, answer)


async def _simulated(
    caller: Caller, calls: Sequence[Call], found: Mapping[str, Any], caller_arn: str
) -> AsyncIterator[Diagnosis]:
    context = caller.context.name
    why = ""
    principal = ""
    try:
        principal = await iam.principal(caller, caller_arn)
        if not principal:
            why = f"{_NOT_TRIED}, and IAM simulates no root or federated user"
    except AwsError as error:
        why = f"{_NOT_TRIED}; not simulated: {error.fault.message}"
    groups: dict[str, list[str]] = defaultdict(list)
    for call in calls:
        groups[str(found.get(_ON.get(call.service, ""), "*"))].append(call.iam_action)
    for resource, actions in groups.items():
        decided: Mapping[str, bool] = {}
        if not why:
            try:
                decided = await iam.simulate(caller, principal, actions, resource)
            except AwsError as error:
                why = f"{_NOT_TRIED}; not simulated: {error.fault.message}"
        for action in actions:
            yield _decided(action, decided.get(action), resource, why or _NOT_TRIED, context)


def _decided(action: str, allowed: bool | None, resource: str, why: str, context: str) -> Diagnosis:
    where = "on all resources" if resource == "*" else f"on {resource}"
    if allowed is None:
        return Diagnosis(action, "untried", why, "", context)
    if allowed:
        return Diagnosis(action, "ok", f"simulated: allowed {where}", "", context)
    if resource == "*":  # it may well be allowed on some
        return Diagnosis(action, "untried", f"simulated: not allowed {where}", "it may be allowed on some", context)
    return Diagnosis(action, "wrong", f"simulated: no permission {where}", f"allow {action} for this caller", context)
