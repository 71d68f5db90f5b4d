"""The flow as lines: every link once, whatever the graph, and nothing hidden that is in trouble."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from evwatch.model.findings import Evidence, Examined
from evwatch.model.flow import Edge, EdgeKind, Flow, Node, merge
from evwatch.model.flow_assessment import AssessedFlow, AssessedNode
from evwatch.model.flow_ways import around, downstream, upstream
from evwatch.model.health import Verdict
from evwatch.present.flow_mermaid import mermaid_lines
from evwatch.present.flow_rows import FlowRow, Forest, Trouble, forest, matching
from evwatch.present.flow_tree import tree_lines

KINDS: tuple[EdgeKind, ...] = ("targets", "consumes", "dead-letters", "on-failure")


@st.composite
def flows(draw: st.DrawFn) -> tuple[Flow, frozenset[str]]:
    """A graph of any shape, circles and loose ends among it, and which of its resources are in trouble."""
    names = [f"n{number}" for number in range(draw(st.integers(1, 14)))]
    ends = st.sampled_from(names)
    edges = draw(st.lists(st.builds(Edge, ends, ends, st.sampled_from(KINDS)), max_size=30))
    flow = merge([Flow(tuple(Node(name, "queue", name) for name in names), tuple(edges))])
    return flow, frozenset(draw(st.lists(ends, max_size=4)))


def grown(made: tuple[Flow, frozenset[str]]) -> tuple[Forest, Callable[[Node, Edge | None], Trouble]]:
    flow, bad = made

    def trouble(node: Node, _edge: Edge | None) -> Trouble:
        return "critical" if node.arn in bad else "none"

    return forest(flow, trouble), trouble


@given(flows())
def test_every_link_and_every_resource_has_its_line(made: tuple[Flow, frozenset[str]]) -> None:
    flow, _ = made
    rows = grown(made)[0].rows
    assert {row.node.arn for row in rows} == {node.arn for node in flow.nodes}
    shown = [row.edge for row in rows if row.edge]
    assert sorted(map(repr, shown)) == sorted(map(repr, flow.edges))
    assert len({row.key for row in rows}) == len(rows)


@given(flows())
def test_whatever_is_folded_nothing_in_trouble_is_hidden(made: tuple[Flow, frozenset[str]]) -> None:
    _, bad = made
    whole, trouble = grown(made)
    shown = whole.shown(lambda _row, under: under != "none", lambda _key: False)
    wrong = [row.key for row in whole.rows if trouble(row.node, row.edge) != "none"]
    assert set(wrong) <= {row.key for row in shown}
    assert bad <= {row.node.arn for row in shown}
    assert len(shown) <= len(whole.rows)
    assert whole.shown(lambda _row, _under: True) == whole.rows


@given(flows())
def test_lines_that_are_looked_for_keep_what_they_hang_on(made: tuple[Flow, frozenset[str]]) -> None:
    _, bad = made
    whole, _ = grown(made)
    kept = matching(whole.rows, lambda row: row.node.arn in bad)
    keys = {row.key for row in kept}
    assert {row.key for row in whole.rows if row.node.arn in bad} <= keys
    assert all(whole.above[row.key] in keys for row in kept if row.key in whole.above)


@given(flows())
def test_the_ways_of_one_resource_hold_all_that_leads_to_it_and_all_it_leads_to(
    made: tuple[Flow, frozenset[str]],
) -> None:
    flow, _ = made
    part = around(flow, "n0")
    arns = {node.arn for node in part.nodes}
    assert upstream(flow, "n0") | downstream(flow, "n0") <= arns
    assert {end for edge in part.edges for end in (edge.source, edge.target)} <= arns
    assert set(part.edges) <= set(flow.edges)


def assessed(flow: Flow) -> AssessedFlow:
    examined = Examined(Evidence(flow, {}, ()), ())
    return AssessedFlow(flow, examined.findings, lambda node: AssessedNode("", node, (), Verdict("ok")), {})


def test_many_that_are_well_are_one_line_and_one_in_trouble_among_them_is_not() -> None:
    bus = Node("bus", "event-bus", "bus")
    rules = [Node(f"r{number:02}", "rule", f"r{number:02}") for number in range(20)]
    flow = Flow((bus, *rules), tuple(Edge("bus", rule.arn, "routes") for rule in rules))

    def row(rows: tuple[FlowRow, ...]) -> list[str]:
        return [f"{each.guides}{each.rest or each.node.name}" for each in rows]

    def shown(bad: str) -> list[str]:
        whole = forest(flow, lambda node, _: "warn" if node.arn == bad else "none")
        return row(whole.shown(lambda _row, _under: True, lambda _key: False))

    assert shown("") == ["bus", "└─ 20"]
    assert shown("r07") == ["bus", "├─ r07", "└─ 19"]


def test_no_name_breaks_out_of_a_mermaid_label_or_a_line_of_the_tree() -> None:
    evil = 'x"]; click n0 "javascript:alert(1)" \n<script> #quot; \x1b[31m'
    flow = Flow((Node("a", "queue", evil), Node("b", "other", evil)), (Edge("a", "b", "targets"),))
    lines = list(mermaid_lines(assessed(flow)))
    labels = [line for line in lines if line.strip().startswith(("n0[", "n1["))]
    assert len(labels) == 2
    for label in labels:
        assert label.count('"') == 2
        assert "<script>" not in label
        assert "\x1b" not in label
        assert "\n" not in label
    for line in tree_lines(assessed(flow), several_contexts=False):
        assert line.plain.isprintable()
