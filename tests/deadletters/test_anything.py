"""Whatever a message holds, it is decoded, shown and found again, and never raises."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evwatch.deadletters.decode import decode, layers
from evwatch.deadletters.decode.payload import payload
from evwatch.deadletters.document import document, dumps, loads, message_of
from evwatch.deadletters.group import grouped
from evwatch.deadletters.query import ORDERS, compile_where, ordered, plain_words, related, with_id
from evwatch.model.deadletter import Message, MessageAttribute
from evwatch.model.flow import Edge

DLQ = "arn:aws:sqs:us-east-1:111122223333:failures"
SAMPLES = [json.loads(path.read_text("utf-8")) for path in sorted((Path(__file__).parent / "samples").glob("*.json"))]
BODIES = [body for sample in SAMPLES if (body := sample["message"]["body"])[:1] == "{" and body[-1] == "}"]
EDGES = sorted(
    {
        (source, target, kind, tuple(detail.items()))
        for sample in SAMPLES
        for source, target, kind, detail in sample["edges"]
    }
)
MARKS = sorted(
    {name for sample in SAMPLES for name in (*sample["message"]["attributes"], *sample["message"]["system"])}
)
WHERE = compile_where("error.type == 'KeyError' && contains(body, 'x') && event.detail.amount > `1`")

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | any_text
any_json = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3), max_leaves=10
)


def _paths(value: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [()]
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [(key, *path) for key, member in members for path in _paths(member)]


@st.composite
def mutated(draw: Any) -> str:
    """A producer's body in which something is missing, of another type, or another producer's."""
    body = json.loads(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(_paths(body)))
        if not path:
            continue
        at = body
        for key in path[:-1]:
            at = at[key]
        if draw(st.booleans()) and isinstance(at, dict):
            del at[path[-1]]
        else:
            at[path[-1]] = draw(any_json | st.sampled_from(BODIES) | st.sampled_from(BODIES).map(json.loads))
    return json.dumps(body)


def _packed(body: str) -> str:
    return base64.b64encode(gzip.compress(body.encode("utf-8", "surrogatepass"))).decode()


bodies = st.one_of(any_text, any_json.map(json.dumps), mutated(), mutated().map(_packed), mutated().map(json.dumps))
attributes = st.dictionaries(
    st.sampled_from(MARKS) | any_text,
    st.builds(MessageAttribute, st.just("String") | any_text, any_text | st.binary(max_size=20)),
    max_size=6,
)
system = st.dictionaries(st.sampled_from(MARKS) | any_text, st.just("1793491200000") | any_text, max_size=5)
messages = st.builds(Message, any_text, bodies, attributes=attributes, system=system)
flows = st.lists(st.sampled_from(EDGES), max_size=6).map(
    lambda found: [Edge(source, target, kind, detail=detail) for source, target, kind, detail in found]
)


@settings(max_examples=400, deadline=None)
@given(messages=st.lists(messages, max_size=3), edges=flows, fifo=st.booleans())
def test_no_message_raises_or_is_changed(messages: list[Message], edges: Any, fifo: bool, around: Any) -> None:
    surroundings = around(edges, fifo=fifo)
    letters = [decode(message, surroundings) for message in messages]
    for letter, message in zip(letters, messages, strict=True):
        assert letter.message is message
        assert letter.target_reason
        line = dumps(document(letter))
        line.encode()
        assert message_of(loads(line)) == message
        assert layers(message)[0].text == message.body
        payload(letter)
        assert letter == decode(message, surroundings)
        related(letter, letters)
    assert sum(group.count for group in grouped(letters)) == len(letters)
    assert WHERE.select(letters).failed <= len(letters)
    plain_words("x y").select(letters)
    with_id(letters, "x")
    for by in ORDERS:
        assert len(ordered(letters, by)) == len(letters)
