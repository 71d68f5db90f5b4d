"""The checks together: their ids, their order, and that each is tried by a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evwatch.model.findings import CHECKS, Check, findings
from tests.findings.making import arn, dlq_of, edge, evidence, node, queue


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.rule)
def test_a_check_says_what_to_do_and_where_aws_says_so(check: Check) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.rule)
    assert check.page.startswith("https://docs.aws.amazon.com/")
    for words in (check.advice, check.title):
        assert words
        assert not words.endswith(".")


def test_ids_are_unique_and_each_is_provoked_by_a_test() -> None:
    rules = [check.rule for check in CHECKS]
    assert len(set(rules)) == len(rules)
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [rule for rule in rules if f'"{rule}"' not in tests] == []


def test_the_most_urgent_comes_first_and_an_empty_account_has_none() -> None:
    assert findings(evidence()) == ()
    found = findings(
        evidence(
            [node("rule", "paid", "DISABLED")],
            [edge("rule paid", "targets", "queue orders", target="t1")],
            [dlq_of("orders", "dead", policy=None), queue("dead")],
        )
    )
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities, key=["critical", "warn", "info"].index)
    assert found[0].rule == "policy-refuses"
    assert found[0].arn == arn("rule", "paid")
