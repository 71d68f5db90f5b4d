"""What is declared is what is called: no policy asks for an action that nothing needs, and no call is left out."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import evwatch
import evwatch.aws
from evwatch.aws.catalogue import CALLS, SERVICES
from evwatch.aws.service import Call

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
            if isinstance(statement, ast.Assign) and "SERVICE" in {
                getattr(each, "id", "") for each in statement.targets
            }:
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
