"""The flow as text for a terminal: a tree of its ways, and the findings below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from evwatch.model.findings import Finding, Severity
from evwatch.model.flow_assessment import AssessedFlow
from evwatch.present.badges import Badge
from evwatch.present.figures import plural
from evwatch.present.flow_names import link_word, state_words
from evwatch.present.flow_rows import FlowRow, forest
from evwatch.present.flow_words import Troubles, badge, figure_words
from evwatch.present.inert import plain
from evwatch.present.tones import ALARM, DIM, STRONG, WARN

_LONGEST = 400
_SEVERITIES: dict[Severity, Badge] = {
    "critical": Badge("▲", "critical", ALARM),
    "warn": Badge("◆", "warn", WARN),
    "info": Badge("·", "info", DIM),
}


def severity_badge(severity: Severity) -> Badge:
    """For a finding."""
    return _SEVERITIES[severity]


def tree_lines(flow: AssessedFlow, several_contexts: bool) -> Iterator[Text]:
    """One line for each link, a blank one between ways that do not touch."""
    rows = forest(flow.flow, Troubles(flow)).rows
    loose = {row.key: row for row in rows if not row.guides and not row.opens and not row.again}
    first = True
    for row in rows:
        if row.key in loose:
            continue
        if not row.guides and not first:
            yield Text("")
        first = False
        yield _line(row, flow, several_contexts)
    if loose:
        if not first:
            yield Text("")
        yield Text(f"without any link: {plural(len(loose), 'resource')}", style=DIM)
        for row in loose.values():
            yield _line(row, flow, several_contexts)


def finding_lines(findings: tuple[Finding, ...]) -> Iterator[Text]:
    """What was found in the configuration, most urgent first: each kind with what to do, and its cases below."""
    if not findings:
        return
    yield Text(plural(len(findings), "finding"), style=STRONG)
    for rule, found in groupby(findings, key=lambda finding: finding.rule):
        cases = list(found)
        mark = severity_badge(cases[0].severity)
        yield Text.assemble((f"{mark.glyph} {rule}", mark.tone), (f"  {cases[0].advice}", DIM))
        for finding in cases:
            yield Text(f"    {plain(finding.message, _LONGEST * 2)}")


def _line(row: FlowRow, flow: AssessedFlow, several_contexts: bool) -> Text:
    of = flow.of(row.node.arn)
    mark = badge(of, row.edge)
    line = Text(no_wrap=True, end="")
    line.append(row.guides, style=DIM)
    line.append(mark.glyph, style=mark.tone)
    line.append(f" {link_word(row.node, row.edge)} ", style=DIM)
    line.append(plain(row.node.name, _LONGEST), style=STRONG if not row.guides else "")
    if state := state_words(row.node, row.edge):
        quiet = row.node.kind == "alarm" or not row.node.met
        line.append(f"  {plain(state, 40)}", style=DIM if quiet else WARN)
    if several_contexts and of and of.context:
        line.append(f"  {plain(of.context, 60)}", style=DIM)
    if row.again:
        line.append("  ↑ see above", style=DIM)
        return line
    figures = figure_words(of, is_dlq=row.node.arn in flow.flow.dlq_arns)
    if figures.cell_len:
        line.append("  ")
        line.append_text(figures)
    return line
