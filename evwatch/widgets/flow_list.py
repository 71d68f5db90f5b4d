"""The ways of the flow, a line a hop, figures in columns beside them."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from evwatch.model.findings import Severity
from evwatch.present.figures import MISSING, age_short, count, rate
from evwatch.present.flow_lines import FlowLine
from evwatch.present.flow_names import link_word, state_words
from evwatch.present.flow_rows import STEP, Trouble
from evwatch.present.flow_tree import severity_badge
from evwatch.present.flow_words import badge, hop, latency
from evwatch.present.inert import middle, plain
from evwatch.present.key import Key
from evwatch.present.tones import ACCENT, ALARM, DIM, STALE, WARN
from evwatch.widgets.columns import Column
from evwatch.widgets.listing import Listing

_TONES: dict[Trouble, str] = {"none": DIM, "warn": WARN, "critical": ALARM}
_FOLD = Binding.Group("fold", compact=True)
_LEAST_NAME = 8


class FlowList(Listing[FlowLine]):
    """Sources at the left margin, where their events go below them; a red line leads to where trouble is."""

    HELP = "Ways of events: sources at the left, what they feed below. Right and left unfold and fold."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,plus", "fold(False)", "Unfold", show=False, id="flow.unfold", group=_FOLD),
        Binding("left,minus", "fold(True)", "Fold", show=False, id="flow.fold", group=_FOLD),
    ]
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("way", "", 46, 0, grows=4, most=70),
        Column("context", "context", 16, 9),
        Column("rate", "in/out per m", 12, 3, "right"),
        Column("fails", "fails/m", 7, 2, "right"),
        Column("waiting", "waiting", 8, 1, "right"),
        Column("oldest", "oldest", 6, 4, "right"),
        Column("latency", "p99", 7, 6, "right"),
        Column("findings", "found", 5, 5, "right"),
        Column("why", "why", 24, 7, grows=5),
    )

    class Folded(Message):
        """The operator wants a row folded, or open."""

        def __init__(self, key: Key, folded: bool) -> None:
            super().__init__()
            self.key = key
            self.folded = folded

    def key(self, row: FlowLine) -> Key:
        """The link and what it leads to."""
        return row.row.key

    def cell(self, row: FlowLine, column: str, width: int) -> Text:
        """The words of one column."""
        if column == "way":
            return self._way(row, width)
        if row.row.again or row.row.rest:
            return Text("")
        figures = hop(row.of)
        match column:
            case "context":
                return Text(middle(row.of.context if row.of else "", width), style=DIM)
            case "rate":
                return _rates(row)
            case "fails":
                fails = (figures.errors or 0) + (figures.throttled or 0)
                known = figures.errors is not None or figures.throttled is not None
                return Text(rate(fails) if known else "", style=WARN if fails else DIM)
            case "waiting":
                return _waiting(row)
            case "oldest":
                oldest = figures.oldest_seconds
                return Text(age_short(oldest) if oldest else "", style="" if oldest else DIM)
            case "latency":
                return Text(latency(figures.latency_ms), style=DIM)
            case "findings":
                return _found(row)
            case _:
                return _why(row, width)

    def show_amid(self, key: Key) -> None:
        """Put the cursor on a row, with what is around it in sight."""
        if self.select(key):
            page = max(1, self.size.height - 1)
            self.scroll_to(y=max(0, self._index[key] - page // 2), animate=False, immediate=True)

    def action_fold(self, folded: bool) -> None:
        """Fold or unfold; folding what is folded, or has nothing under it, goes up to what it hangs on."""
        line = self.current
        if line is None:
            return
        if line.row.opens and bool(line.row.folded) != folded:
            self.post_message(self.Folded(line.row.key, folded))
        elif folded:
            self._go_up(line)
        else:
            self.action_move(1)

    def _go_up(self, line: FlowLine) -> None:
        place = self._index[line.row.key]
        for above in range(place - 1, -1, -1):
            if len(self.rows[above].row.guides) < len(line.row.guides):
                self.action_move_to(above)
                return

    def _way(self, line: FlowLine, width: int) -> Text:
        row = line.row
        if row.rest:
            said = Text.assemble((row.guides, DIM), ("▸ ", ACCENT), (f"{count(row.rest)} more, all well", DIM))
            return said
        mark = badge(line.of, row.edge)
        said = Text(no_wrap=True, end="")
        said.append(row.guides[:-STEP], style=DIM)
        said.append(row.guides[-STEP:], style=_TONES[line.worst])
        said.append("▸ " if row.folded else "", style=ACCENT)
        said.append(mark.glyph, style=mark.tone)
        said.append(f" {link_word(row.node, row.edge)} ", style=DIM)
        after = _after(line)
        room = width - said.cell_len - after.cell_len
        said.append(middle(row.node.name, max(_LEAST_NAME, room)), style=_name_tone(line))
        said.append_text(after)
        return said


def _after(line: FlowLine) -> Text:
    row = line.row
    after = Text(no_wrap=True, end="")
    if state := state_words(row.node, row.edge):
        quiet = row.node.kind == "alarm" or not row.node.met
        after.append(f" {plain(state, 20)}", style=DIM if quiet else WARN)
    if row.again:
        after.append(" ↑", style=DIM)
    if row.folded:
        after.append(f" +{count(row.folded)}", style=ACCENT)
    return after


def _name_tone(line: FlowLine) -> str:
    if line.row.again:
        return DIM
    health = line.of.verdict.health if line.of else "unknown"
    if health == "critical":
        return ALARM
    return WARN if health == "warn" else ""


def _rates(line: FlowLine) -> Text:
    figures = hop(line.of)
    if figures.per_minute is None:
        return Text("")
    if line.row.node.kind == "queue":
        if line.is_dlq and not figures.per_minute:
            return Text("")
        return Text(f"{rate(figures.per_minute)} / {rate(figures.out_per_minute)}", style=DIM)
    return Text(rate(figures.per_minute), style=DIM)


def _waiting(line: FlowLine) -> Text:
    if line.row.node.kind != "queue":
        return Text("")
    figures = hop(line.of)
    if figures.waiting is None:
        return Text(MISSING, style=STALE)
    held = figures.waiting + (figures.in_flight or 0)
    if line.is_dlq:
        return Text(f"▲ {count(held)}", style=ALARM) if held else Text("0", style=DIM)
    return Text(count(figures.waiting), style="" if figures.waiting else DIM)


def _why(line: FlowLine, width: int) -> Text:
    """What makes it unhealthy; where nothing does, the gravest finding about it."""
    of = line.of
    if of is None:
        return Text("")
    if of.verdict.reasons and of.verdict.health in ("critical", "warn"):
        tone = ALARM if of.verdict.health == "critical" else WARN
        return Text(plain(_without_name("; ".join(of.verdict.reasons), line), width), style=tone)
    return Text(plain(_without_name(of.findings[0].message, line), width) if of.findings else "", style=DIM)


def _without_name(words: str, line: FlowLine) -> str:
    """A sentence beside the name need not say it again."""
    begins = f"{line.row.node.kind} {line.row.node.name}"
    return words.removeprefix(begins).lstrip(": ") if words.startswith(begins) else words


def _found(line: FlowLine) -> Text:
    findings = line.of.findings if line.of else ()
    if not findings:
        return Text("")
    worst: Severity = findings[0].severity
    mark = severity_badge(worst)
    return Text(f"{mark.glyph} {len(findings)}", style=mark.tone)
