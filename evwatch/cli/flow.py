"""`flow`: the way of events, whole or around one resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from evwatch.cli import completing
from evwatch.cli.framework import Command, Invocation
from evwatch.cli.output import emit
from evwatch.cli.painting import painted
from evwatch.cli.reading import read, tell_faults
from evwatch.cli.table import Column, table_lines
from evwatch.model.assessment import assess
from evwatch.model.choice import Choice
from evwatch.model.fault import EvwatchError
from evwatch.model.findings import examine
from evwatch.model.flow import GIVES_UP, Flow, Node
from evwatch.model.flow_assessment import AssessedFlow, assess_flow
from evwatch.model.flow_ways import around, find_node, part
from evwatch.model.snapshot import Snapshot
from evwatch.present.documents import edge_document, flow_document

_FORMATS = ("tree", "json", "jsonl", "mermaid", "table")
_NAMES = ("target", "subscription", "mapping", "invoke-config", "notification")
EDGE_COLUMNS = (
    Column("FROM", lambda row: row["from"]),
    Column("KIND", lambda row: row["kind"]),
    Column("TO", lambda row: row["to"]),
    Column("ENABLED", lambda row: row["enabled"]),
    Column("BY", lambda row: " ".join(f"{name}={row['detail'][name]}" for name in _NAMES if name in row["detail"])),
)
_NAME = "A resource by its name, KIND/NAME or ARN; without one the whole flow."
_BUSIEST = ("queue", "rule", "topic", "function", "state-machine", "pipe", "stream")


@click.command(cls=Command, outputs=_FORMATS)
@click.argument("name", required=False, shell_complete=completing.resources, help=_NAME)
@click.pass_obj
def flow(invocation: Invocation, name: str | None) -> None:
    """The way of events from source to consumer to dead-letter queue, with live figures on every hop.

    Around one resource that is all that leads to it, and all that it leads to.
    """
    snapshot, choice = read(invocation, lambda context: (context.flow,), lambda found: _figures(found, name))
    tell_faults(snapshot)
    shown = chosen(snapshot, name, choice)
    several = len(snapshot.contexts) > 1
    edges = [edge_document(edge) for edge in shown.flow.edges]
    lines = _LINES.get(invocation.output or "tree", _tree)
    emit(flow_document(shown), edges, lambda: lines(shown, several), invocation.output)


def chosen(snapshot: Snapshot, name: str | None, choice: Choice) -> AssessedFlow:
    """The part that is asked for; relations, health and findings are worked out before. Raises EvwatchError."""
    examined = examine(snapshot)
    queues = assess(snapshot, examined)
    whole = assess_flow(snapshot, queues, examined)
    shown = around(whole.flow, find_node(whole.flow, name).arn) if name else whole.flow
    if not choice.everything:
        tags = snapshot.tags
        shown = part(shown, {node.arn for node in shown.nodes if choice.resource(node.arn, node.name, tags)})
    arns = {node.arn for node in shown.nodes}
    findings = tuple(finding for finding in whole.findings if finding.arn in arns or (not name and choice.everything))
    return whole.part(shown, findings)


def _figures(found: Flow, name: str | None) -> Iterable[str]:
    """Whose figures are to be read: all around the resource, or all, those that give up and their DLQs first."""
    if name:
        try:
            found = around(found, find_node(found, name).arn)
        except EvwatchError:
            return ()
    gives_up = {edge.source for edge in found.edges if edge.kind in GIVES_UP}
    return [node.arn for node in sorted(found.nodes, key=lambda node: _worth(node, gives_up))]


def _worth(node: Node, gives_up: set[str]) -> tuple[bool, int]:
    place = _BUSIEST.index(node.kind) if node.kind in _BUSIEST else len(_BUSIEST)
    return (node.arn not in gives_up, place)


def _tree(shown: AssessedFlow, several: bool) -> Iterator[str]:
    from evwatch.present.flow_tree import finding_lines, tree_lines

    if not shown.flow.nodes:
        yield "no resources"
        return
    yield from painted(tree_lines(shown, several))
    if shown.findings:
        yield ""
        yield from painted(finding_lines(shown.findings))


def _mermaid(shown: AssessedFlow, _several: bool) -> Iterable[str]:
    from evwatch.present.flow_mermaid import mermaid_lines

    return mermaid_lines(shown)


def _table(shown: AssessedFlow, _several: bool) -> Iterable[str]:
    return table_lines(EDGE_COLUMNS, [edge_document(edge) for edge in shown.flow.edges])


_LINES = {"tree": _tree, "mermaid": _mermaid, "table": _table}
