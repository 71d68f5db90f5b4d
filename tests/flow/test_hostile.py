"""Answers that are half empty, or of the right form with anything in it, never break discovery or what comes after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.aws import functions, kms, tagging
from evwatch.aws.catalogue import DISCOVERERS
from evwatch.aws.service import Call
from evwatch.aws.survey import Survey
from evwatch.model.access import Access, Key
from evwatch.model.context import Context
from evwatch.model.feed import Feed
from evwatch.model.findings import Evidence, examine, findings
from evwatch.model.flow import Flow
from evwatch.model.flow_assessment import assess_flow
from evwatch.model.flow_kinds import Home, completed
from evwatch.model.snapshot import ContextSnapshot, Snapshot
from evwatch.present.flow_mermaid import mermaid_lines
from evwatch.present.flow_tree import tree_lines

HERE = "eu-central-1:123456789012"
_ARNS = (
    f"arn:aws:sqs:{HERE}:orders",
    f"arn:aws:sqs:{HERE}:orders.fifo",
    f"arn:aws:sns:{HERE}:on-call",
    f"arn:aws:lambda:{HERE}:function:bill:live",
    f"arn:aws:events:{HERE}:rule/shop/paid",
    f"arn:aws:states:{HERE}:stateMachine:fulfil",
    "arn:aws:states:::sqs:sendMessage",
    "arn:aws:events:eu-central-1:::",
    "arn:aws:s3:::files",
    "arn:::::",
)
_ODD = (
    "",
    "$",
    "{% $x %}",
    "\u202e\x1b[2J",
    "[]",
    "{",
    '"x"',
    "null",
    '{"deadLetterTargetArn": ["x"]}',
    '{"QueueUrl": "https://[::1", "Entries": 4}',
    '{"Statement": [[], {"Condition": []}, {"Principal": {"Service": [[]]}}]}',
    '{"Statement": {"Principal": "*", "Condition": {"ArnLike": {"aws:SourceArn": 1}, "x": []}}}',
)
_DEFINITIONS = (
    '{"States": {"A": {"Resource": "arn:aws:states:::events:putEvents", "Arguments": {"Entries": [1, {}]}}, "B": 3}}',
    '{"States": {"A": {"Branches": {"x": 1}, "ItemProcessor": [], "Iterator": "x", "Resource": 7}}}',
    '{"States": {"A": {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "https://[::1"}}}}',
    '{"States": {"A": {"Resource": "arn:aws:states:::http:invoke", "Parameters": {"ApiEndpoint": "\\u0000"}}}}',
    '{"States": {"A": {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": ":function:"}}}}',
    '{"States": []}',
)
_SCALARS: tuple[Any, ...] = (None, True, 0, -1, 3.5, 10**30, [], {}, ["x"], {"x": 1})


class Answers:
    """A caller whose answers have the form that the service's model says, with members missing and anything within."""

    context = Context("odd", "eu-central-1")
    partition = "aws"

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lacking: set[str] = set()

    async def call(self, call: Call, **_: Any) -> dict[str, Any]:
        """One answer."""
        found = self._of(_output(call.service, call.operation), 0)
        return found if isinstance(found, dict) else {}

    async def pages(self, call: Call, **parameters: Any) -> AsyncIterator[dict[str, Any]]:
        """One page."""
        yield await self.call(call, **parameters)

    async def items(self, call: Call, key: str, **parameters: Any) -> list[Any]:
        """What is on it."""
        return list((await self.call(call, **parameters)).get(key) or ())

    def _of(self, shape: Shape, depth: int) -> Any:
        """The SDK makes sure of structures, lists, maps and times; what else stands in JSON it passes on."""
        random = self.random
        if depth > 8:
            return None
        if isinstance(shape, StructureShape):
            return {
                name: random.choice(_DEFINITIONS) if name == "definition" else self._of(member, depth + 1)
                for name, member in shape.members.items()
                if random.random() < 0.8
            }
        if isinstance(shape, ListShape):
            return [self._of(shape.member, depth + 1) for _ in range(random.randrange(3))]
        if isinstance(shape, MapShape):
            return {self._text(): self._of(shape.value, depth + 1) for _ in range(random.randrange(3))}
        if shape.type_name == "timestamp":
            return datetime(2026, 11, 24, tzinfo=UTC)
        return self._text() if random.random() < 0.8 else random.choice(_SCALARS)

    def _text(self) -> str:
        return self.random.choice((*_ARNS, *_ODD, "DISABLED", "RUNNING", "name", str(self.random.randrange(99))))


@cache
def _output(service: str, operation: str) -> Shape:
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape
    assert shape is not None
    return shape


@pytest.mark.parametrize("discover", DISCOVERERS, ids=lambda each: each.__module__.rpartition(".")[2])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_a_service_answers_there_is_a_flow_that_can_be_judged_and_drawn(discover: Any, seed: int) -> None:
    survey = Survey(Answers(Random(seed)), "123456789012")  # type: ignore[arg-type]  # answers as a caller does
    flow = asyncio.run(discover(survey))
    whole = completed(flow, [Home("123456789012", "eu-central-1")])
    assert {arn for edge in whole.edges for arn in (edge.source, edge.target)} <= whole.by_arn.keys()
    assert all(isinstance(text, str) and text for edge in flow.edges for text in (edge.source, edge.target))
    assert all(isinstance(text, str) for node in flow.nodes for text in (node.arn, node.name))
    json.dumps([[node.detail for node in flow.nodes], [edge.detail for edge in flow.edges]])
    snapshot = Snapshot(datetime(2026, 11, 24, tzinfo=UTC), (ContextSnapshot(Answers.context, flow=Feed(whole)),))
    drawn = assess_flow(snapshot, (), examine(snapshot))
    assert list(tree_lines(drawn, several_contexts=True)) or not whole.nodes
    assert list(mermaid_lines(drawn))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_policies_and_tags_say_nothing_breaks(seed: int) -> None:
    answers = Answers(Random(seed))
    survey = Survey(answers, "123456789012")  # type: ignore[arg-type]  # as above

    async def read() -> tuple[Mapping[str, str], Mapping[str, Key], object]:
        return (
            await functions.policies(survey, [_ARNS[3]]),
            await kms.keys(survey, {_ARNS[0]: "alias/x"}, [_ARNS[0]]),
            await tagging.tags(answers),  # type: ignore[arg-type]  # as above
        )

    policies, keys, tags = asyncio.run(read())
    assert isinstance(tags, dict)
    findings(Evidence(Flow(), {}, (), access=Access(policies, keys)))
