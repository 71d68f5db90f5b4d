"""What is declared is what is called: no policy asks for an action that nothing needs, and no call is left out."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import evwatch
import evwatch.aws
from evwatch.aws.catalogue import CALLS, SERVICES
from evwatch.aws.service import Call

ACTION = re.compile(r"[a-z]+:[A-Z]\w+")
SOURCES = sorted(Path(evwatch.__path__[0]).rglob("*.py"))


def declared() -> Iterator[tuple[str, str, Call]]:
    """Module, name and value of every call that a module of `aws` defines."""
    for module in pkgutil.iter_modules(evwatch.aws.__path__, "evwatch.aws."):
        found = importlib.import_module(module.name)
        tree = ast.parse(Path(str(found.__file__)).read_text(encoding="utf-8"))
        own = {
            target.id
            for statement in tree.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        for name in sorted(own):
            if isinstance(value := getattr(found, name), Call):
                yield module.name, name, value


def used() -> set[str]:
    """Names that are read anywhere but in the declaration of a service, which lists all of them."""
    names: set[str] = set()
    for path in SOURCES:
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if _declares_a_service(statement):
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    names.add(node.id)
                elif isinstance(node, ast.Attribute):
                    names.add(node.attr)
    return names


def _declares_a_service(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and any(getattr(each, "id", "") == "SERVICE" for each in statement.targets)


def test_every_call_that_is_defined_belongs_to_a_service_and_each_once() -> None:
    # What IAM is asked by `evwatch doctor` alone belongs to no tier.
    defined = [call for module, _, call in declared() if module != "evwatch.aws.iam"]
    assert len(defined) > 40
    assert sorted(call.name for call in defined) == sorted(call.name for call in CALLS)
    assert len({call.name for call in CALLS}) == len(CALLS)
    assert all(call.service == service.name for service in SERVICES for call in service.calls)


def test_every_call_that_is_declared_is_made_somewhere() -> None:
    names = used()
    assert [f"{module}.{name}" for module, name, _ in declared() if name not in names] == []


QUOTAS = {
    "cloudwatch:DescribeAlarms": 9,
    "cloudwatch:DescribeAlarmContributors": 9,
    "cloudwatch:DescribeAlarmHistory": 20,
    "cloudwatch:ListMetrics": 25,
    "events:ListRules": 50,
    "events:ListTargetsByRule": 50,
    "kinesis:ListStreams": 5,
    "lambda:GetPolicy": 15,
    "lambda:ListFunctions": 15,
    "lambda:ListFunctionEventInvokeConfigs": 15,
    "logs:FilterLogEvents": 5,
    "sns:ListSubscriptions": 30,
    "sns:ListSubscriptionsByTopic": 30,
    "sns:ListTopics": 30,
}
"""Requests a second that AWS allows an account, where it says so (each service's quotas, its API reference for SNS)."""


@pytest.mark.parametrize(("name", "allowed"), QUOTAS.items())
def test_no_call_is_made_as_often_as_an_account_may_make_it(name: str, allowed: int) -> None:
    call = next(call for call in CALLS if call.name == name)
    service = next(service for service in SERVICES if service.name == call.service)
    assert (call.own_pace or service.requests_per_second) < allowed, "others share the account"


def test_whatever_action_the_rest_of_evwatch_speaks_of_is_one_that_a_service_declares() -> None:
    declared_actions = {action for call in CALLS for action in (call.iam_action, *call.also)}
    spoken_of = {
        node.value
        for path in SOURCES
        if path.parts[-2] in ("findings", "model", "pollers")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value)
    }
    assert len(spoken_of) > 15
    assert spoken_of <= declared_actions
