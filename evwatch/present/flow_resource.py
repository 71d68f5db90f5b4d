"""One resource of the flow with all that is known of it: figures, findings, links, configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from evwatch.model.findings import Finding
from evwatch.model.flow import Edge, Flow
from evwatch.model.flow_assessment import AssessedNode
from evwatch.present.badges import health_badge
from evwatch.present.figures import age, number
from evwatch.present.flow_names import kind_word, state_words
from evwatch.present.flow_tree import severity_badge
from evwatch.present.inert import inert_lines, plain
from evwatch.present.page import Page, Section, linked
from evwatch.present.tones import DIM, STALE, WARN

_LONG = 600
_LINES = 30
_MOST_LINKS = 40
_LABEL = 20
_UNITS = (("_per_minute", "a minute"), ("_ms", "ms"), ("_seconds", ""))
_WRONG = ("errors", "failed", "throttled", "dropped", "timed out", "to dlq")
_DETAIL_UNITS = {"timeout": "s", "memory": "MB"}
_LINK_DETAILS = ("filter", "batch", "window-seconds", "retries", "max-age-seconds", "input", "reason", "last-result")

Fields = Iterable[tuple[str, Text]]


def resource_page(of: AssessedNode, flow: Flow) -> Page:
    """What is to be read of it beside its charts."""
    node = of.node
    badge = health_badge(of.verdict.health)
    health = Text.assemble(badge.text, *((f"  {plain(each, 200)}", DIM) for each in of.verdict.reasons))
    now: list[tuple[str, Text]] = [("health", health)]
    if node.state:
        now.append(("state", Text(plain(node.state, 60))))
    if not node.met:
        now.append(("not seen", Text("discovery did not meet it; only a link names it", style=STALE)))
    now += [_reading(name, value) for name, value in of.readings]
    return _sections(
        ("now", now),
        *finding_sections(of.findings),
        ("comes from", _links(flow, flow.incoming.get(node.arn, ()), up=True)),
        ("goes to", _links(flow, flow.outgoing.get(node.arn, ()), up=False)),
        ("configuration", _configuration(of)),
        ("tags", [(plain(key, _LABEL), Text(plain(value, _LONG))) for key, value in of.tags]),
    )


def finding_sections(findings: Iterable[Finding]) -> Iterator[tuple[str, Fields]]:
    """Each finding with what to do about it and where AWS says so."""
    for finding in findings:
        mark = severity_badge(finding.severity)
        yield (
            f"{mark.glyph} {finding.rule}",
            (
                ("what", Text(plain(finding.message, _LONG))),
                ("do", Text(plain(finding.advice, _LONG))),
                ("see", linked(finding.page)),
            ),
        )


def finding_page(finding: Finding) -> Page:
    """A finding alone."""
    return _sections(
        *finding_sections((finding,)),
        ("resource", (("ARN", Text(plain(finding.arn, _LONG))), ("severity", severity_badge(finding.severity).text))),
    )


def link_section(flow: Flow, arn: str) -> Page:
    """What leads to a resource and what it leads to, for a page that says the rest itself."""
    return _sections(
        ("comes from", _links(flow, flow.incoming.get(arn, ()), up=True)),
        ("goes to", _links(flow, flow.outgoing.get(arn, ()), up=False)),
    )


def _sections(*sections: tuple[str, Fields]) -> Page:
    listed: Iterator[Section] = ((title, tuple(fields)) for title, fields in sections)
    return tuple((title, fields) for title, fields in listed if fields)


def _reading(name: str, value: float) -> tuple[str, Text]:
    for suffix, unit in _UNITS:
        if name.endswith(suffix):
            label = name.removesuffix(suffix).replace("_", " ")
            said = age(value) if suffix == "_seconds" else f"{number(value)} {unit}"
            wrong = value and label.endswith(_WRONG)
            return label, Text(said, style=WARN if wrong else "")
    return name.replace("_", " "), Text(number(value))


def _links(flow: Flow, edges: tuple[Edge, ...], *, up: bool) -> Fields:
    for edge in edges[:_MOST_LINKS]:
        node = flow.node(edge.source if up else edge.target)
        said = Text(f"{kind_word(node)} {plain(node.name, 120)}")
        state = state_words(node, edge)
        if state:
            said.append(f"  {plain(state, 40)}", style=WARN if not edge.enabled else DIM)
        detail = edge.details
        for name in _LINK_DETAILS:
            if name in detail:
                said.append(f"  {name} {plain(detail[name], 160)}", style=DIM)
        yield edge.kind, said
    if len(edges) > _MOST_LINKS:
        yield "", Text(f"and {len(edges) - _MOST_LINKS} more", style=DIM)


def _configuration(of: AssessedNode) -> Fields:
    node = of.node
    yield "kind", Text(node.kind)
    yield "ARN", Text(plain(node.arn, _LONG))
    for name, value in node.detail:
        said = f"{value} {_DETAIL_UNITS[name]}" if name in _DETAIL_UNITS else value
        for index, line in enumerate(inert_lines(said, _LINES, _LONG)):
            yield plain(name, _LABEL) if index == 0 else "", Text(line)
